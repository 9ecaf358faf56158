"""Arguments and blocks that newer provider versions have as resources of their own: `acl` is `aws_s3_bucket_acl`.

The table is taken from the AWS provider's upgrade guides to versions 4 and 5. What is not in it is found by name: a
resource type called like the block, which refers to the resource it stood in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from lsp_server.core.document import Document
from lsp_server.core.edit import apply_edits
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.formatting.layout import layout as canonical
from lsp_server.dialects.terraform.parse import parse
from lsp_server.fixers.terraform import grants, layout
from lsp_server.fixers.terraform.content import META, Content
from lsp_server.fixers.terraform.names import likeness, words
from lsp_server.fixers.terraform.place import Place, items, kind_of
from lsp_server.fixers.terraform.reshape import Shape, UnclearError, reshaped
from lsp_server.fixers.terraform.step import Step


@dataclass(frozen=True)
class Split:
    """Where an argument or block went: the resource type, the argument there, or the block that wraps its content.

    `shape` says how its content changes. With `all`, the blocks of the same type go along into the one resource.
    `beside` is an argument that the old resource gets. `grants`: they become an access control policy.
    """

    type: str
    argument: str = ""
    wrap: str = ""
    shape: Shape = field(default_factory=Shape)
    all: bool = False
    beside: str = ""
    grants: bool = False


_ENABLED = ("status", "Enabled", "Disabled")
_RULE = Shape(
    flags={"enabled": _ENABLED},
    wraps={"abort_incomplete_multipart_upload_days": ("abort_incomplete_multipart_upload", "days_after_initiation")},
    inside={
        "noncurrent_version_expiration": Shape(names={"days": "noncurrent_days"}),
        "noncurrent_version_transition": Shape(names={"days": "noncurrent_days"}),
    },
    filters=True,
)
_MINUTES = {"minutes": ("time", "minutes")}
_REPLICATION = Shape(
    names={"rules": "rule"},
    inside={
        "rules": Shape(
            wraps={"delete_marker_replication_status": ("delete_marker_replication", "status")},
            inside={
                "destination": Shape(
                    names={"account_id": "account"},
                    wraps={"replica_kms_key_id": ("encryption_configuration", "replica_kms_key_id")},
                    inside={
                        "metrics": Shape(wraps={"minutes": ("event_threshold", "minutes")}),
                        "replication_time": Shape(wraps=_MINUTES),
                    },
                ),
                "source_selection_criteria": Shape(
                    inside={"sse_kms_encrypted_objects": Shape(flags={"enabled": _ENABLED})}
                ),
            },
        )
    },
)
_WEBSITE = Shape(
    wraps={"index_document": ("index_document", "suffix"), "error_document": ("error_document", "key")},
    host="redirect_all_requests_to",
)
_VERSIONING = Shape(
    flags={"enabled": ("status", "Enabled", "Suspended"), "mfa_delete": ("mfa_delete", "Enabled", "Disabled")}
)
TABLE: dict[tuple[str, str], Split] = {
    ("aws_s3_bucket", "acl"): Split("aws_s3_bucket_acl", "acl"),
    ("aws_s3_bucket", "grant"): Split("aws_s3_bucket_acl", all=True, grants=True),
    ("aws_s3_bucket", "policy"): Split("aws_s3_bucket_policy", "policy"),
    ("aws_s3_bucket", "acceleration_status"): Split("aws_s3_bucket_accelerate_configuration", "status"),
    ("aws_s3_bucket", "request_payer"): Split("aws_s3_bucket_request_payment_configuration", "payer"),
    ("aws_s3_bucket", "versioning"): Split(
        "aws_s3_bucket_versioning", wrap="versioning_configuration", shape=_VERSIONING
    ),
    ("aws_s3_bucket", "server_side_encryption_configuration"): Split(
        "aws_s3_bucket_server_side_encryption_configuration"
    ),
    ("aws_s3_bucket", "logging"): Split("aws_s3_bucket_logging", shape=Shape(given={"target_prefix": '""'})),
    ("aws_s3_bucket", "cors_rule"): Split("aws_s3_bucket_cors_configuration", wrap="cors_rule", all=True),
    ("aws_s3_bucket", "lifecycle_rule"): Split(
        "aws_s3_bucket_lifecycle_configuration", wrap="rule", shape=_RULE, all=True
    ),
    ("aws_s3_bucket", "website"): Split("aws_s3_bucket_website_configuration", shape=_WEBSITE),
    ("aws_s3_bucket", "object_lock_configuration"): Split(
        "aws_s3_bucket_object_lock_configuration", beside="object_lock_enabled = true"
    ),
    ("aws_s3_bucket", "replication_configuration"): Split(
        "aws_s3_bucket_replication_configuration", shape=_REPLICATION
    ),
    ("aws_s3_bucket", "public_access_block_configuration"): Split("aws_s3_bucket_public_access_block"),
    ("aws_s3_bucket", "public_access_block"): Split("aws_s3_bucket_public_access_block"),
    ("aws_s3_bucket", "block_public_access"): Split("aws_s3_bucket_public_access_block"),
    ("aws_s3_bucket", "ownership_controls"): Split("aws_s3_bucket_ownership_controls"),
    ("aws_efs_file_system", "backup_policy"): Split("aws_efs_backup_policy", wrap="backup_policy"),
}


def steps(place: Place, item: t.Attribute | t.Block) -> Iterator[Step]:
    """Move an item of a resource to a resource of its own, where there is one that takes all of it."""
    top = place.path[0]
    if len(place.path) > 1 or top.type != "resource" or len(top.labels) != 2:
        return
    type_name = top.labels[0].text
    name = item.name if isinstance(item, t.Attribute) else kind_of(item)
    for split in _splits(place, type_name, name):
        step = _split(place, moved(place, item), split)
        if step is not None:
            yield step
            return


def moved(place: Place, item: t.Attribute | t.Block) -> list[t.Attribute | t.Block]:
    """The items that go along with one: the other blocks of its type, where they go into one resource."""
    split = TABLE.get((place.path[0].labels[0].text, kind_of(item))) if isinstance(item, t.Block) else None
    if split is None or not split.all or not isinstance(item, t.Block):
        return [item]
    return [other for other in items(place.block) if isinstance(other, t.Block) and kind_of(other) == kind_of(item)]


def _splits(place: Place, type_name: str, name: str) -> Iterator[Split]:
    known = TABLE.get((type_name, name))
    if known is not None:
        yield known
        return
    service = "_".join(type_name.split("_")[:2])
    wanted = f"{type_name}_{name}"
    near = [(likeness(wanted, s), s) for s in place.scene.types("resource") if s.startswith(f"{service}_")]
    best, found = max(near, default=(0.0, ""))
    if best >= 0.93 and found != type_name:
        yield Split(found)


def _split(place: Place, gone: Sequence[t.Attribute | t.Block], split: Split) -> Step | None:
    scene, top, document = place.scene, place.path[0], place.document
    type_name, label = (part.text for part in top.labels)
    content = scene.type_content("resource", split.type)
    link = None if content.opaque else _link(content, type_name)
    if link is None or (split.type, label) in scene.module.resources or _configured(place, split, link):
        return None
    needed = ""
    try:
        if split.grants:
            whole, needed = grants.policy(document, scene.module, gone)
            paragraphs = [whole]
        else:
            paragraphs = [_body(place, item, split, content, number) for number, item in enumerate(gone, 1)]
    except UnclearError:
        return None
    head = _head(place, link)
    all_comments = [layout.with_comments(document, item) for item in gone]
    said = [[f"  {comment}" for comment in (*one.above, one.behind) if comment] for one in all_comments]
    said = [[line for lines in said for line in lines]] if split.grants else said
    lines = _aligned(head, paragraphs, apart=any(said) or isinstance(gone[0], t.Block), said=said)
    text = "\n".join([f'resource "{split.type}" "{label}" {{', *lines, "}"])
    if split.shape != Shape() or split.grants:
        text = _canonical(text)
    if not _fits(content, text):
        return None
    text = f"{needed}\n\n{text}" if needed else text
    removed = [layout.remove(document, one.span) for one in all_comments]
    edits = [*removed, layout.append(document, text, top.span)]
    if split.beside and top.body.attribute(split.beside.partition(" ")[0]) is None:
        name, _, value = split.beside.partition(" = ")
        edits.append(layout.insert_argument(document, top, name, value))
    first = gone[0]
    name = first.name if isinstance(first, t.Attribute) else first.type
    what = f"`{name}`" if len(gone) == 1 else f"the {len(gone)} `{name}` blocks"
    title = f"Move {what} to a resource of {'its' if len(gone) == 1 else 'their'} own, `{split.type}.{label}`"
    return Step(title, tuple(edits), "split_out")


def _head(place: Place, link: str) -> dict[str, str]:
    """What the new resource says of the old one, and the meta-arguments that it shares with it."""
    document, top = place.document, place.path[0]
    type_name, label = (part.text for part in top.labels)
    target = place.content.argument(link)
    shared = {n: a for n in ("provider", "count", "for_each") if (a := top.body.attribute(n)) is not None}
    head = {
        name: layout.reindent(document.slice(a.value.span), layout.indent(document, a.span.start), "  ")
        for name, a in shared.items()
    }
    index = "[count.index]" if "count" in shared else "[each.key]" if "for_each" in shared else ""
    return head | {link: f"{type_name}.{label}{index}.{'id' if target is None or link == 'bucket' else link}"}


def _configured(place: Place, split: Split, link: str) -> bool:
    """Whether another resource says the same of the old one already."""
    own = tuple(part.text for part in place.path[0].labels)
    for declaration in place.scene.module.resources.values():
        given = declaration.argument(link) if declaration.name[0] == split.type else None
        if given is not None and any(
            isinstance(found, t.Traversal) and found.names[:2] == own for found in t.expressions(given.value)
        ):
            return True
    return False


def _aligned(head: dict[str, str], bodies: list[str], *, apart: bool, said: list[list[str]]) -> list[str]:
    """The lines of the new resource: what it refers to, then what is moved, in one paragraph unless `apart`."""
    name, _, value = bodies[0].strip().partition(" = ")
    width = max(map(len, head if apart else [*head, name]))
    lines = [f"  {key.ljust(width)} = {text}" for key, text in head.items()]
    if not apart:
        return [*lines, f"  {name.ljust(width)} = {value}"]
    for comments, body in zip(said, bodies, strict=True):
        lines += ["", *comments, body]
    return lines


def _link(content: Content, type_name: str) -> str | None:
    """The required argument by which the new resource names the old one."""
    own = set(words(type_name))
    return next((n for n in content.required if set(words(n)) - {"id", "name", "arn"} <= own), None)


def _body(place: Place, item: t.Attribute | t.Block, split: Split, content: Content, number: int) -> str:
    """The lines of what is moved. Raises UnclearError."""
    document = place.document
    if isinstance(item, t.Attribute):
        name = split.argument or item.name
        old = layout.indent(document, item.span.start)
        return f"  {name} = {layout.reindent(document.slice(item.value.span), old, '  ')}"
    if item.type == "dynamic" or item.broken:
        raise UnclearError
    shape = split.shape
    if shape.filters and content.inside(split.wrap).takes_argument("id"):
        shape = replace(shape, given={**shape.given, "id": f'"rule-{number}"'})
    lines = _lines(document, item, reshaped(document, item, shape))
    old = layout.inner_indent(document, item)
    pad = "    " if split.wrap else "  "
    inner = pad + layout.reindent("\n".join(lines).removeprefix(old), old, pad)
    return f"  {split.wrap} {{\n{inner}\n  }}" if split.wrap else inner


def _lines(document: Document, item: t.Block, text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    if len(lines) == 1:
        lines = [layout.inner_indent(document, item) + lines[0].strip()]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _canonical(text: str) -> str:
    """A resource in the layout of `terraform fmt`: what was rewritten stands in other columns."""
    document = Document("untitled:/moved.tf", text)
    return apply_edits(text, canonical(document))


def _fits(content: Content, text: str) -> bool:
    """Whether the new resource holds what its type takes, and all that it requires."""
    blocks = parse(text).blocks
    return len(blocks) == 1 and not blocks[0].broken and _takes(content, blocks[0].body)


def _takes(content: Content, body: t.Body) -> bool:
    names = {a.name for a in body.attributes}
    kinds = {kind_of(block) for block in body.blocks}
    if content.opaque or not all(map(content.takes_argument, names)) or not all(map(content.takes_block, kinds - META)):
        return False
    if not set(content.required) <= names or not set(content.required_blocks) <= kinds:
        return False
    return all(_takes(content.inside(b.type), b.body) for b in body.blocks if b.type != "dynamic")
