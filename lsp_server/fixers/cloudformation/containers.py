"""Tasks of ECS: sizes that Fargate has, ports, logs, and the network that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, insert, replace
from lsp_server.fixers.cloudformation.fitting import add_parameter
from lsp_server.fixers.cloudformation.lifting import fill
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref

# For each size of a processor: the least and the most memory in MiB, and the steps between.
_SIZES = {
    256: (512, 2048, 0),
    512: (1024, 4096, 1024),
    1024: (2048, 8192, 1024),
    2048: (4096, 16384, 1024),
    4096: (8192, 30720, 1024),
    8192: (16384, 61440, 4096),
    16384: (32768, 122880, 8192),
}


def fargate_sizes() -> Iterator[tuple[int, int]]:
    """The processors (in units of 1/1024) with the memory (in MiB) that Fargate has, smallest first."""
    for cpu, (least, most, step) in _SIZES.items():
        yield from ((cpu, memory) for memory in (range(least, most + 1, step) if step else (least, 1024, most)))


def fitting_size(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The smallest size that has at least the processor and the memory that were asked for."""
    site = Site(context, diagnostic)
    task = site.node
    found = [task.get(key) if isinstance(task, Mapping) else None for key in ("Cpu", "Memory")]
    asked = [node for node in found if isinstance(node, Scalar) and not node.tag and node.value.isdigit()]
    if len(asked) != 2:
        return
    cpu, memory = (int(node.value) for node in asked)
    size = next((s for s in fargate_sizes() if s[0] >= cpu and s[1] >= memory), None)
    if size is not None:
        edits = [
            edit
            for node, number in zip(asked, size, strict=True)
            if int(node.value) != number
            for edit in replace(site.document, node.span, node.raw.replace(node.value, str(number)))
        ]
        yield from site.fix(f"Use {size[0]} units of processor with {size[1]} MiB of memory", edits, UNSAFE)


def same_port(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A task with an address of its own has the container's port."""
    site = Site(context, diagnostic)
    entry = site.template.entry(site.path)
    holder = entry.parent if entry is not None and entry.name in ("HostPort", "ContainerPort") else site.node
    ports = [holder.get(k) if isinstance(holder, Mapping) else None for k in ("HostPort", "ContainerPort")]
    host, container = ports
    if isinstance(host, Scalar) and isinstance(container, Scalar) and not host.tag and not container.tag:
        edits = replace(site.document, host.span, container.raw)
        yield from site.fix(f"Use the container's port {container.value}", edits, UNSAFE)


def essential(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The only container of a task is essential; of several, a person says which."""
    site = Site(context, diagnostic)
    listed = site.node
    items = listed.items if isinstance(listed, Sequence) else ()
    for item in items:
        entry = item.entry("Essential") if isinstance(item, Mapping) else None
        name = item.get("Name") if isinstance(item, Mapping) else None
        if entry is not None and isinstance(name, Scalar):
            trust = UNSAFE if len(items) == 1 else DISPLAY_ONLY
            yield from site.fix(f"Make '{name.value}' essential", fill(site, entry, "true"), trust)


def log_options(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Where the logs go: this region, and the only log group of the template or one that a new parameter names."""
    site = Site(context, diagnostic)
    holder, missing = site.node, site.facts("missing")
    if not isinstance(holder, Mapping) or not missing:
        return
    names = ["awslogs-group", "awslogs-region"] if missing == ["Options"] else missing
    added: Edits = ()
    values: dict[str, object] = {}
    for name in names:
        if name == "awslogs-region":
            values[name] = ref("AWS::Region")
        elif name == "awslogs-group":
            group, new = _log_group(site)
            values[name], added = ref(group), new
    if missing == ["Options"] and values:
        values = {"Options": {**values, "awslogs-stream-prefix": site.owner}}
    inserted = insert(site.document, site.writer, holder, values) if values else None
    if inserted:
        shown = " and ".join(f"'{name}'" for name in missing)
        yield from site.fix(f"Add {shown}", (*inserted, *added), UNSAFE)


def _log_group(site: Site) -> tuple[str, tuple[Edit, ...]]:
    groups = [r.logical_id for r in site.template.resources.values() if r.type == "AWS::Logs::LogGroup"]
    if len(groups) == 1:
        return groups[0], ()
    body: dict[str, object] = {"Type": "String", "Description": f"Log group of {site.owner}"}
    name, added = add_parameter(site, f"{site.owner}LogGroup", body)
    return name, added or ()


def network_of_service(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A service whose tasks have addresses of their own says in which subnets."""
    site = Site(context, diagnostic)
    service = site.node
    if not isinstance(service, Mapping) or site.facts("missing") != ["NetworkConfiguration"]:
        return
    body: dict[str, object] = {"Type": "List<AWS::EC2::Subnet::Id>", "Description": f"Subnets of {site.owner}"}
    name, added = add_parameter(site, f"{site.owner}Subnets", body)
    values = {"NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ref(name)}}}
    inserted = insert(site.document, site.writer, service, values)
    if inserted and added:
        title = f"Add 'NetworkConfiguration' and a parameter '{name}' for its subnets"
        yield from site.fix(title, (*inserted, *added), UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("E3047"), fitting_size),
    RuleFixer("cfn-lint", codes("E3053"), same_port),
    RuleFixer("cfn-lint", codes("E3042"), essential),
    RuleFixer("cfn-lint", codes("E3046"), log_options),
    RuleFixer("cfn-lint", codes("E3052"), network_of_service),
)
