"""Comments that say what should stand below them."""

from __future__ import annotations

import re
from functools import lru_cache

from lsp_server.core.document import Document, Span
from lsp_server.dialects.base import Intent
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import Template, parse_template
from lsp_server.dialects.cloudformation.yaml_recovery import KEY

_COMMENT = re.compile(r"([ \t]*)#+[ \t]?(.*?)[ \t]*$")
_ENTRY = re.compile(rf"(?:- +)?{KEY}[ \t]*:(?:[ \t]|$)")
_ARTICLE = re.compile(r"(?i)(?:an?|one|two|three|the|another|some)\b")
_VERB = re.compile(
    r"(?i)(?:please\s+)?(?:create|add|make|generate|define|provision|set up|build|deploy|need|i need|we need)\b"
)
_DIRECTIVE = re.compile(
    r"(?i)(?:cfn-lint|cfn_nag|checkov|tfsec|trivy|nosec|noqa|yaml-language-server|yamllint|prettier-ignore|pragma|vim:|"
    r"-\*-|eslint|snyk|kics|region\b|endregion\b|todo\b|fixme\b|note\b|hack\b|xxx\b|see\b|https?:)"
)
_LICENCE = re.compile(
    r"(?i)\b(?:copyright|licen[sc]e|spdx|all rights reserved|permission is hereby|warrant(?:y|ies))\b|©"
)
_TALK = re.compile(
    r"(?i)\b(?:is|are|was|were|will|should not|must|because|since|this|these|that's|it's|it|don't|do not)\b"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_LONGEST = 60  # words; more is prose
_HEADING = 3  # a noun alone in so few words is a heading of what stands below, unless nothing does
_NOUNS = """
api auto scaling balancer bastion bucket cache cdn certificate cluster container cron dashboard database db distribution
domain dynamodb ec2 ecs efs eks endpoint firewall function gateway group instance key kinesis kms lambda listener load
log loggroup nat network notification permission pipeline policy postgres mysql queue rds record redis registry
repository role route rule s3 schedule secret security server sns sqs stack stream subnet subscription table task topic
trail trigger user vpc volume waf website workflow zone
"""
_EVERYDAY = frozenset(_NOUNS.split())


@lru_cache(maxsize=1)
def _nouns() -> frozenset[str]:
    """Words that name a kind of resource: everyday ones, and those that resource types consist of."""
    names = {part.lower() for name in schemas().types for step in name.split("::")[1:] for part in _CAMEL.findall(step)}
    return _EVERYDAY | {name for name in names if len(name) > 3}


def intent_at(document: Document, offset: int) -> Intent | None:
    """The intent of the comment at `offset`: one that stands among the resources and asks for some."""
    template = parse_template(document)
    if template.format != "yaml":
        return None
    line = document.position(offset).line
    block = _comment_lines(document, line)
    if block is None or not _among_resources(document, template, block):
        return None
    first, last = block
    words = " ".join(document.line_text(n).strip().lstrip("#").strip() for n in range(first, last + 1)).strip()
    alone = not _follows(document, last)
    if not alone and _describes(document, template, last + 1, words):
        return None
    if not states_intent(words, alone=alone) or (alone and _is_heading(document, template, last + 1, words)):
        return None
    span = Span(document.line_starts[first] + len(_indent(document, first)), document.line_span(last).end)
    insert_at = document.line_starts[last + 1] if last + 1 < len(document.line_starts) else len(document.text)
    return Intent(words, span, insert_at)


def states_intent(words: str, *, alone: bool = True) -> bool:
    """Whether a comment's text asks for a resource; `alone` says that no resource stands right below it."""
    listed = _WORD.findall(words)
    if not 1 < len(listed) <= _LONGEST or _DIRECTIVE.match(words) or _LICENCE.search(words) or _is_code(words):
        return False
    lowered = {word.lower() for word in listed}
    named = bool(lowered & _nouns() or {word.removesuffix("s") for word in lowered} & _nouns())
    if not named:
        return False
    if _VERB.match(words):
        return True
    if _TALK.search(words) or words.rstrip().endswith((":", "?")):
        return False
    if _ARTICLE.match(words):
        return alone or len(listed) > _HEADING
    return alone and len(listed) >= _HEADING


def _is_code(words: str) -> bool:
    return bool(_ENTRY.match(words)) or words.startswith(("- ", "{", "[", "!", "|", "=", "-", "*", "/"))


def _indent(document: Document, line: int) -> str:
    text = document.line_text(line)
    return text[: len(text) - len(text.lstrip())]


def _comment_lines(document: Document, line: int) -> tuple[int, int] | None:
    """The first and last of the comment lines of one indentation around a line; None where it is no comment line."""
    if not _is_comment(document, line):
        return None
    indent, first, last = _indent(document, line), line, line
    while first > 0 and _is_comment(document, first - 1) and _indent(document, first - 1) == indent:
        first -= 1
    most = len(document.line_starts) - 1
    while last < most and _is_comment(document, last + 1) and _indent(document, last + 1) == indent:
        last += 1
    return first, last


def _is_comment(document: Document, line: int) -> bool:
    return document.line_text(line).lstrip(" \t").startswith("#")


def _follows(document: Document, line: int) -> bool:
    """Whether a block stands right below a line."""
    return line + 1 < len(document.line_starts) and bool(document.line_text(line + 1).strip())


def _is_heading(document: Document, template: Template, line: int, words: str) -> bool:
    """Whether words that ask for nothing stand above an empty line and a resource that they name."""
    if _VERB.match(words) or _ARTICLE.match(words):
        return False
    filled = next((n for n in range(line, len(document.line_starts)) if document.line_text(n).strip()), None)
    if filled is None or not document.line_text(filled)[:1].isspace():
        return False
    return _describes(document, template, filled, words)


def _describes(document: Document, template: Template, line: int, words: str) -> bool:
    """Whether the words name the type of the resource that begins at a line: then they tell about it."""
    span = document.line_span(line)
    below = next((one for one in template.resources.values() if one.entry.span.start in span), None)
    if below is None:
        return True
    parts = {part.lower() for step in below.type.split("::")[1:] for part in _CAMEL.findall(step)}
    listed = {word.lower() for word in _WORD.findall(words)}
    return bool(parts & (listed | {word.removesuffix("s") for word in listed}))


def _among_resources(document: Document, template: Template, block: tuple[int, int]) -> bool:
    """Whether the comment stands where a resource may: below `Resources:`, not inside one."""
    indent = len(_indent(document, block[0]))
    section = None
    for at in range(block[0] - 1, -1, -1):
        text = document.line_text(at).removeprefix("\ufeff")
        if text.strip() and text[0] not in " \t#":
            section = text
            break
    if section is None or not re.match(r"""["']?Resources["']?[ \t]*:""", section):
        return False
    for node in template.resources.values():
        start = document.position(node.entry.span.start)
        end = _last_line(document, node.entry.span)
        if start.line < block[0] <= end and indent > start.column:
            return False
        if start.line < block[0] and block[0] <= end:
            return False
    inside = [document.position(one.entry.span.start).column for one in template.resources.values()]
    return not inside or indent <= min(inside) or indent == 0


def _last_line(document: Document, span: Span) -> int:
    """The last line of a block without the comments and empty lines that trail it: they may be about what follows."""
    line = document.position(max(span.start, span.end - 1)).line
    first = document.position(span.start).line
    while line > first and (not document.line_text(line).strip() or _is_comment(document, line)):
        line -= 1
    return line
