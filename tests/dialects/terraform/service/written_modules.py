"""Modules for property-based tests, written from names: what a rename has to come to is known without reading them.

A text has `‹kind number›` where a name stands. Names of different kinds may be equal, and so may words that are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from lsp_server.core.document import Document, Span, Unit

FOLDER = "file:///project/root/"
WORDS = ("a", "name", "region", "x-y", "größe", "_z", "item", "value")
KINDS = {"variable": 2, "local": 3, "topic": 1, "queue": 1, "data": 1, "module": 1, "alias": 1, "output": 2}
MOVABLE = ("topic", "queue", "module")
_SLOT = re.compile(r"‹(\w+ \d+)›")
_CHILD = 'variable "a" {\n  default = 1\n}\noutput "a" {\n  value = var.a\n}\n'


@dataclass(frozen=True)
class Written:
    """Texts with slots by file name, and a name for each slot."""

    texts: dict[str, str]
    names: dict[str, str]

    def renamed(self, slot: str, name: str) -> Written:
        return Written(self.texts, {**self.names, slot: name})

    def text(self, file: str) -> str:
        return _SLOT.sub(lambda found: self.names[found[1]], self.texts[file])

    def unit(self) -> Unit:
        documents = tuple(Document(FOLDER + file, self.text(file)) for file in self.texts)
        return Unit(documents, (Document(FOLDER + "child/main.tf", _CHILD),))

    def places(self, slot: str) -> list[tuple[str, Span]]:
        """Where the name of a slot stands."""
        found = []
        for file, text in self.texts.items():
            at, end = 0, 0
            for match in _SLOT.finditer(text):
                at += match.start() - end
                name = self.names[match[1]]
                if match[1] == slot:
                    found.append((FOLDER + file, Span(at, at + len(name))))
                at, end = at + len(name), match.end()
        return found


class _Maker:
    """Draws expressions; a name that an expression brings is of a slot of its own."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self.bound = 0

    def expression(self, depth: int, bound: tuple[str, ...] = ()) -> str:
        forms = ["reference", "text", *(["bound"] * 3 if bound else [])]
        if depth:
            forms += ["template", "for", "object for", "directive", "call", "conditional", "object", "list", "index"]
        match self._draw(st.sampled_from(forms)):
            case "bound":
                return self._draw(st.sampled_from(bound))
            case "text":
                return self._draw(st.sampled_from(['"var.a $${local.name} # a"', '"größe 🦉"', '"a"', "1"]))
            case "template":
                return f'"🦉${{{self._inner(depth, bound)}}} a ${{{self._inner(depth, bound)}}}"'
            case "for":
                name = self._name()
                return f"[for {name} in {self._inner(depth, bound)} : {self._inner(depth, (*bound, name))}]"
            case "object for":
                key, name = self._name(), self._name()
                inside = (*bound, key, name)
                value = self._inner(depth, inside)
                return f"{{ for {key}, {name} in {self._inner(depth, bound)} : {key} => {value} if {key} != 1 }}"
            case "directive":
                name = self._name()
                inside = self._inner(depth, (*bound, name))
                return f'"%{{ for {name} in {self._inner(depth, bound)} ~}} a ${{{inside}}}%{{ endfor }}"'
            case "call":
                return f"coalesce({self._inner(depth, bound)}, {self._inner(depth, bound)})"
            case "conditional":
                return f"({self._inner(depth, bound)} == 1 ? {self._inner(depth, bound)} : null)"
            case "object":
                return f'{{ name = {self._inner(depth, bound)}, ({self._inner(depth, bound)}) = 1, "a" = 2 }}'
            case "list":
                return f"[{self._inner(depth, bound)}, {self._inner(depth, bound)}]"
            case "index":
                return f"var.‹variable 0›[{self._inner(depth, bound)}].name"
        return self._reference()

    def _inner(self, depth: int, bound: tuple[str, ...]) -> str:
        return self.expression(depth - 1, bound)

    def _name(self) -> str:
        self.bound += 1
        return f"‹bound {self.bound}›"

    def _reference(self) -> str:
        return self._draw(
            st.sampled_from(
                [
                    "var.‹variable 0›",
                    "var.‹variable 1›.name",
                    "local.‹local 0›",
                    "local.‹local 1›[0]",
                    "aws_sns_topic.‹topic 0›.arn",
                    "aws_sqs_queue.‹queue 0›[0].name",
                    "data.aws_region.‹data 0›.name",
                    "module.‹module 0›.a",
                ]
            )
        )


@st.composite
def written(draw: Any) -> Written:
    """A module of several files in which most names are used."""
    maker = _Maker(draw)

    def value() -> str:
        return maker.expression(draw(st.integers(0, 3)))

    topic = f'resource "aws_sns_topic" "‹topic 0›" {{\n  name = {value()}\n  tags = {{ a = {value()} }}\n'
    topic += "  provider = aws.‹alias 0›\n}\n"
    queue = f'resource "aws_sqs_queue" "‹queue 0›" {{\n  count = 2\n  name  = {value()}\n'
    queue += "  depends_on = [aws_sns_topic.‹topic 0›, module.‹module 0›]\n  lifecycle {\n    ignore_changes = [name]\n"
    queue += "    replace_triggered_by = [aws_sns_topic.‹topic 0›.name]\n  }\n}\n"
    call = f'module "‹module 0›" {{\n  source = "./child"\n  a      = {value()}\n'
    call += "  providers = {\n    aws = aws.‹alias 0›\n  }\n}\n"
    main = [
        topic,
        queue,
        call,
        f"locals {{\n  ‹local 0› = {value()} # local.a\n  ‹local 1› = [{value()}]\n}}\n",
        f'data "aws_region" "‹data 0›" {{\n  name = {value()}\n}}\n',
        f"locals {{\n  ‹local 2› = <<-EOT\n    a ${{{value()}}} var.a\n  EOT\n}}\n",
        f'output "‹output 0›" {{\n  value = {value()}\n}}\n',
        f'check "a" {{\n  assert {{\n    condition     = {value()} != 1\n    error_message = "a"\n  }}\n}}\n',
        "import {\n  to = aws_sns_topic.‹topic 0›\n  id = local.‹local 2›\n}\n",
    ]
    main = draw(st.permutations(main))
    cut = draw(st.integers(0, len(main)))
    variables = 'variable "‹variable 0›" {\n  type = any\n}\nvariable "‹variable 1›" {\n  default = { name = "a" }\n}\n'
    texts = {
        "main.tf": "# a name 🦉\n" + "\n".join(main[:cut]),
        "other.tf": "\n".join(main[cut:]),
        "variables.tf": variables + 'provider "aws" {\n  alias = "‹alias 0›"\n}\n',
        "outputs.tf": f'output "‹output 1›" {{\n  value = {value()}\n}}\n',
        "a.auto.tfvars": "‹variable 0› = { a = 1 }\n‹variable 1› = null\n",
    }
    if draw(st.booleans()):
        texts = {file: text.replace("\n", "\r\n") for file, text in texts.items()}
    names: dict[str, str] = {}
    for kind, count in {**KINDS, "bound": maker.bound}.items():
        words = draw(st.permutations(WORDS))
        for number in range(count):
            again = number // len(words)
            first = number + (1 if kind == "bound" else 0)
            names[f"{kind} {first}"] = words[number % len(words)] + (f"_{again}" if again else "")
    return Written(texts, names)
