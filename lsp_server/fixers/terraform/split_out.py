"""Arguments and blocks that newer provider versions have as resources of their own: `acl` is `aws_s3_bucket_acl`.

The table is taken from the AWS provider's upgrade guides to versions 4 and 5. What is not in it is found by name: a
resource type called like the block, which refers to the resource it stood in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import Content
from lsp_server.fixers.terraform.names import likeness, words
from lsp_server.fixers.terraform.place import Place, kind_of
from lsp_server.fixers.terraform.step import Step


@dataclass(frozen=True)
class Split:
    """Where an argument or block went: the resource type, the argument there, or the block that wraps its content.

    `names` renames what stands inside; `flags` turns a bool into the word that the new argument wants.
    """

    type: str
    argument: str = ""
    wrap: str = ""
    names: dict[str, str] = field(default_factory=dict)
    flags: dict[str, tuple[str, str, str]] = field(default_factory=dict)


_VERSIONING = {"enabled": ("status", "Enabled", "Suspended"), "mfa_delete": ("mfa_delete", "Enabled", "Disabled")}
TABLE: dict[tuple[str, str], Split] = {
    ("aws_s3_bucket", "acl"): Split("aws_s3_bucket_acl", "acl"),
    ("aws_s3_bucket", "policy"): Split("aws_s3_bucket_policy", "policy"),
    ("aws_s3_bucket", "acceleration_status"): Split("aws_s3_bucket_accelerate_configuration", "status"),
    ("aws_s3_bucket", "request_payer"): Split("aws_s3_bucket_request_payment_configuration", "payer"),
    ("aws_s3_bucket", "versioning"): Split(
        "aws_s3_bucket_versioning", wrap="versioning_configuration", flags=_VERSIONING
    ),
    ("aws_s3_bucket", "server_side_encryption_configuration"): Split(
        "aws_s3_bucket_server_side_encryption_configuration"
    ),
    ("aws_s3_bucket", "logging"): Split("aws_s3_bucket_logging"),
    ("aws_s3_bucket", "cors_rule"): Split("aws_s3_bucket_cors_configuration", wrap="cors_rule"),
    ("aws_s3_bucket", "replication_configuration"): Split("aws_s3_bucket_replication_configuration"),
    ("aws_s3_bucket", "public_access_block_configuration"): Split("aws_s3_bucket_public_access_block"),
    ("aws_s3_bucket", "public_access_block"): Split("aws_s3_bucket_public_access_block"),
    ("aws_s3_bucket", "block_public_access"): Split("aws_s3_bucket_public_access_block"),
    ("aws_s3_bucket", "ownership_controls"): Split("aws_s3_bucket_ownership_controls"),
    ("aws_efs_file_system", "backup_policy"): Split("aws_efs_backup_policy", wrap="backup_policy"),
}


def steps(place: Place, item: t.Attribute | t.Block) -> Iterator[Step]:
    """Move an item of a resource to a resource of its own, where there is one that takes all of it."""
    top = place.path[0]
    if len(place.path) > 1 or top.type != "resource" or len(top.labels) != 2 or _repeated(top):
        return
    type_name = top.labels[0].text
    name = item.name if isinstance(item, t.Attribute) else kind_of(item)
    for split in _splits(place, type_name, name):
        step = _split(place, item, split)
        if step is not None:
            yield step
            return


def _repeated(block: t.Block) -> bool:
    return any(block.body.attribute(name) is not None for name in ("count", "for_each"))


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


def _split(place: Place, item: t.Attribute | t.Block, split: Split) -> Step | None:
    scene, top = place.scene, place.path[0]
    type_name, label = (part.text for part in top.labels)
    content = scene.type_content("resource", split.type)
    link = None if content.opaque else _link(content, type_name)
    if link is None or (split.type, label) in scene.module.resources:
        return None
    body = _body(place, item, split, content)
    if body is None:
        return None
    target = place.content.argument(link)
    head = {link: f"{type_name}.{label}.{'id' if target is None or link == 'bucket' else link}"}
    provider = top.body.attribute("provider")
    if provider is not None:
        head = {"provider": place.document.slice(provider.value.span)} | head
    comments = layout.with_comments(place.document, item)
    said = [f"  {comment}" for comment in (*comments.above, comments.behind) if comment]
    lines = _aligned(head, body, apart=bool(said) or isinstance(item, t.Block), said=said)
    text = "\n".join([f'resource "{split.type}" "{label}" {{', *lines, "}"])
    edits = (layout.remove(place.document, comments.span), layout.append(place.document, text, top.span))
    name = item.name if isinstance(item, t.Attribute) else item.type
    return Step(f"Move `{name}` to a resource of its own, `{split.type}.{label}`", edits, "split_out")


def _aligned(head: dict[str, str], body: str, *, apart: bool, said: list[str]) -> list[str]:
    """The lines of the new resource: what it refers to, then what is moved, in one paragraph unless `apart`."""
    name, _, value = body.strip().partition(" = ")
    width = max(map(len, head if apart else [*head, name]))
    lines = [f"  {key.ljust(width)} = {text}" for key, text in head.items()]
    return [*lines, "", *said, body] if apart else [*lines, f"  {name.ljust(width)} = {value}"]


def _link(content: Content, type_name: str) -> str | None:
    """The required argument by which the new resource names the old one."""
    own = set(words(type_name))
    return next((n for n in content.required if set(words(n)) - {"id", "name", "arn"} <= own), None)


def _body(place: Place, item: t.Attribute | t.Block, split: Split, content: Content) -> str | None:
    document = place.document
    if isinstance(item, t.Attribute):
        name = split.argument or item.name
        if not content.takes_argument(name):
            return None
        old = layout.indent(document, item.span.start)
        return f"  {name} = {layout.reindent(document.slice(item.value.span), old, '  ')}"
    if item.type == "dynamic":
        return None
    inner = content.inside(split.wrap) if split.wrap else content
    names = [a.name for a in item.body.attributes] + [kind_of(b) for b in item.body.blocks]
    renamed = [split.flags[n][0] if n in split.flags else split.names.get(n, n) for n in names]
    if inner.opaque or not all(inner.takes_argument(n) or inner.takes_block(n) for n in renamed):
        return None
    lines = _inside(place, item, split)
    if lines is None:
        return None
    old = layout.inner_indent(document, item)
    pad = "    " if split.wrap else "  "
    moved = pad + layout.reindent("\n".join(lines).removeprefix(old), old, pad)
    return f"  {split.wrap} {{\n{moved}\n  }}" if split.wrap else moved


def _inside(place: Place, item: t.Block, split: Split) -> list[str] | None:
    """The lines of a block's content, renamed; None where a flag is not plainly true or false."""
    document = place.document
    text, start = document.slice(item.inner_span), item.open.end
    edits: list[Edit] = []
    for attribute in item.body.attributes:
        flag = split.flags.get(attribute.name)
        if flag is not None:
            value = attribute.value.value if isinstance(attribute.value, t.Literal) else None
            if not isinstance(value, bool):
                return None
            edits += layout.rename(document, item, attribute, flag[0])
            edits.append(Edit(document.uri, attribute.value.span, f'"{flag[1] if value else flag[2]}"'))
        elif attribute.name in split.names:
            edits += layout.rename(document, item, attribute, split.names[attribute.name])
    for edit in sorted(edits, key=lambda e: e.span, reverse=True):
        text = text[: edit.span.start - start] + edit.text + text[edit.span.end - start :]
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    if len(lines) == 1:
        lines = [layout.inner_indent(document, item) + lines[0].strip()]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines
