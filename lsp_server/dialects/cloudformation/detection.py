"""Whether a text is a CloudFormation template, told by what it says and not by its name."""

from __future__ import annotations

import re

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.vocabulary import SECTIONS

_LANGUAGES = frozenset({"cloudformation", "cloudformation-yaml", "cloudformation-json"})
_SUFFIXES = (".yaml", ".yml", ".json", ".template", ".cfn")
_READ = 200_000  # code points from the beginning that are looked at
_VERSION = re.compile(r"""^[ \t{]*["']?AWSTemplateFormatVersion["']?[ \t]*:""", re.MULTILINE)
_TRANSFORM = re.compile(
    r"""^[ \t{]*["']?Transform["']?[ \t]*:[ \t\r\n\-\["']*(?:AWS::|!|Name|\{)""",
    re.MULTILINE,
)
_RESOURCES = re.compile(r"""^(?P<indent>[ \t{]*)["']?Resources["']?[ \t]*:(?P<rest>[^\r\n]*)""", re.MULTILINE)
_TYPE = re.compile(r"""["']?Type["']?[ \t]*:[ \t\r\n]*["']?(?:AWS|Alexa|Custom|[A-Za-z0-9]+)(?:::|$)""", re.MULTILINE)
_HALF = re.compile(r"""["']?Type["']?[ \t]*:[ \t]*["']?A?W?S?:?:?["']?[ \t]*\r?$""", re.MULTILINE)
_TOP = re.compile(r"""^(?:["']?([A-Za-z_][\w-]*)["']?)[ \t]*:""", re.MULTILINE)
_SECTIONS = frozenset({*SECTIONS, "Hooks"})


def is_template(document: Document) -> bool:
    """Whether the document is a template: a format version, a transform of AWS, or resources with a type.

    A half-typed one counts: nothing but sections of a template, with `Resources` among them. A compose file, a
    workflow, a Kubernetes manifest or a schema does not. An editor that says `cloudformation` is believed.
    """
    if document.language in _LANGUAGES:
        return True
    if not document.name.lower().endswith(_SUFFIXES) and document.language not in ("yaml", "json", "jsonc"):
        return False
    text = document.text[:_READ].removeprefix("\ufeff")
    if "AWSTemplateFormatVersion" not in text and "Resources" not in text and "Transform" not in text:
        return False
    if _VERSION.search(text) or _TRANSFORM.search(text):
        return True
    opened = [found for found in _RESOURCES.finditer(text) if len(found["indent"].strip(" \t")) <= 1]
    return any(_says_so(text, found) for found in opened)


def _says_so(text: str, found: re.Match[str]) -> bool:
    """Whether what stands below `Resources:` are resources, or nothing yet in a file that is otherwise a template."""
    nested = found["indent"].strip(" \t") == "" and found["indent"] != ""
    is_json = text.lstrip().startswith("{")
    if nested and not is_json:
        return False
    below = text[found.end("rest") :] if not is_json else text[found.start("rest") :]
    if _TYPE.search(below) or _HALF.search(below):
        return True
    return not is_json and set(_TOP.findall(text)) <= _SECTIONS
