"""Which values of a template name files beside it: nested templates, code, definitions, includes."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lsp_server.core.document import Document, Span
from lsp_server.core.uri import path_of
from lsp_server.dialects.cloudformation.green import Green, Kind, kept
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, intrinsic_name
from lsp_server.dialects.cloudformation.uses import child, inner, text_of

NESTED = {
    "AWS::CloudFormation::Stack": "TemplateURL",
    "AWS::CloudFormation::StackSet": "TemplateURL",
    "AWS::Serverless::Application": "Location",
}
"""The types whose resources are other templates, with the property that names the file."""
CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Lambda::Function": "Code"}
"""The types that have a handler in the folder that a property names."""
_INCLUDE = "AWS::Include"
_RESOLVER = ("RequestMappingTemplateS3Location", "ResponseMappingTemplateS3Location", "CodeS3Location")
_FILES = {
    **{kind: (name,) for kind, name in (NESTED | CODE).items()},
    "AWS::Serverless::Api": ("DefinitionUri",),
    "AWS::Serverless::HttpApi": ("DefinitionUri",),
    "AWS::Serverless::StateMachine": ("DefinitionUri",),
    "AWS::Serverless::LayerVersion": ("ContentUri",),
    "AWS::Serverless::GraphQLApi": ("SchemaUri",),
    "AWS::Lambda::LayerVersion": ("Content",),
    "AWS::ApiGateway::RestApi": ("BodyS3Location",),
    "AWS::ApiGatewayV2::Api": ("BodyS3Location",),
    "AWS::AppSync::GraphQLSchema": ("DefinitionS3Location",),
    "AWS::AppSync::Resolver": _RESOLVER,
    "AWS::AppSync::FunctionConfiguration": _RESOLVER,
    "AWS::StepFunctions::StateMachine": ("DefinitionS3Location",),
    "AWS::ElasticBeanstalk::ApplicationVersion": ("SourceBundle",),
    "AWS::Glue::Job": ("ScriptLocation",),
}
"""The properties that `aws cloudformation package` and SAM take a local path in."""
_WORDS = re.compile("|".join(sorted({name for names in _FILES.values() for name in names} | {_INCLUDE})))
_SUFFIXES = (".py", ".js", ".mjs", ".cjs", ".ts", ".rb")
_SCHEME = re.compile(r"\w+:")  # as in `s3://`
_PAGE = re.compile(r"https?://[^\s{}]+\Z")


@dataclass(frozen=True, slots=True)
class Named:
    """A value that names a file; `handler` is what is called in it, where it may be a folder of code."""

    span: Span
    text: str
    handler: str = ""


def named(template: Template) -> Iterator[Named]:
    """All that a template names, in the order of the text but for what it includes as a whole."""
    for base, top in template.tops:
        for one in named_in(top):
            yield replace(one, span=one.span.shifted(base))
    root = template.root
    macro = root.get("Transform") if isinstance(root, Mapping) else None
    name, given = (macro.get(key) if isinstance(macro, Mapping) else None for key in ("Name", "Parameters"))
    if isinstance(name, Scalar) and name.value == _INCLUDE and isinstance(given, Mapping):
        file = given.get("Location")
        if isinstance(file, Scalar) and not file.intrinsic and file.parent is not None:
            yield Named(inner(file.green).shifted(file.base), file.value)


def is_uploaded(template: Template, node: Scalar) -> bool:
    """Whether a scalar is the path of what is uploaded before a deployment, where no function may stand."""
    base, top = template.tops[bisect_right(template.tops, node.span.start, key=lambda piece: piece[0]) - 1]
    own = inner(node.green).shifted(node.base)
    return any(one.span.shifted(base) == own and not _SCHEME.match(one.text.strip()) for one in named_in(top))


@kept
def named_in(root: Green) -> tuple[Named, ...]:
    """What a piece names, in the order of the text."""
    return tuple(_search(root)) if _WORDS.search(root.piece.text) else ()


def _search(root: Green) -> Iterator[Named]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield from _of_mapping(node)
        waiting += reversed([pair.value for pair in node.pairs if pair.value is not None] or node.items)


def _of_mapping(node: Green) -> Iterator[Named]:
    kind, properties = _scalar(node, "Type"), child(node, "Properties")
    for pair in properties.pairs if properties is not None else ():
        name = text_of(pair.key)
        if name == "Command" and pair.value is not None:  # of a Glue job
            yield from _named(child(pair.value, "ScriptLocation"))
        elif name in _FILES.get(kind, ()):
            yield from _named(pair.value, _scalar(properties, "Handler") if kind in CODE else "")
    if _scalar(node, "Name") == _INCLUDE and (parameters := child(node, "Parameters")) is not None:
        yield from _named(child(parameters, "Location"))


def _named(value: Green | None, handler: str = "") -> Iterator[Named]:
    if value is not None and value.kind is Kind.SCALAR and not intrinsic_name(value.tag):
        yield Named(inner(value), text_of(value), handler)


def _scalar(node: Green | None, key: str) -> str:
    value = child(node, key)
    return text_of(value) if value is not None and value.kind is Kind.SCALAR else ""


def uris_of(document: Document, named: str, handler: str = "") -> tuple[str, ...]:
    """Where what is named may be: a page, or files that nobody has looked for yet; none for what is made of others."""
    text = named.strip()
    if _PAGE.match(text):
        return (text,)
    here = path_of(document.uri)
    if not text or here is None or "${" in text or "\n" in text or _SCHEME.match(text):
        return ()
    place = Path(os.path.normpath(here.parent / text))
    return tuple(path.as_uri() for path in (place, *_modules(place, handler)))


def _modules(folder: Path, handler: str) -> Iterator[Path]:
    """The files that may hold a handler, as `app.handler` or `src/app.handler`."""
    module, dot, _ = handler.rpartition(".")
    if dot and module and "${" not in handler and not module.startswith("/"):
        for stem in dict.fromkeys((module, module.replace(".", "/"))):
            yield from (Path(os.path.normpath(folder / f"{stem}{suffix}")) for suffix in _SUFFIXES)
