"""Insertions that are typed into a module character by character, and the places where that is done."""

import re
from dataclasses import dataclass
from pathlib import Path

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.scanner import cuts

CLOSERS = {'"': '"', "{": "}", "[": "]", "(": ")"}
MAIN = "file:///module/main.tf"
TEXT = """terraform {
  required_version = ">= 1.9"
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

# the network: ünïcödé 😀
resource "aws_vpc" "net" {
  cidr_block = "10.0.0.0/16"
  tags       = local.tags
}

resource "aws_subnet" "each" {
  for_each   = var.nets
  vpc_id     = aws_vpc.net.id
  cidr_block = each.value.cidr
}

resource "aws_instance" "many" {
  count         = 2
  ami           = data.aws_ami.linux.id
  instance_type = "t3.micro"
  user_data     = <<-EOT
    resource "not" "one" {
    ${var.zone}
  EOT
}

data "aws_ami" "linux" {
  owners = ["amazon"]
}

module "child" {
  source = "./child"
  vpc_id = aws_vpc.net.id
}

output "vpc" {
  value = aws_vpc.net.id
}
"""
VARIABLES = """variable "zone" {
  type = string
}

variable "open" {
  type = bool
}

variable "nets" {
  type = map(object({ cidr = string, public = optional(bool) }))
}

locals {
  tags = { team = "a" }
}
"""
CHILD = """variable "vpc_id" {
  type = string
}

variable "nets" {
  type    = map(object({ cidr = string }))
  default = {}
}

output "subnet_id" {
  value = "s"
}
"""
OTHERS = (Document("file:///module/variables.tf", VARIABLES),)
NEARBY = (Document("file:///module/child/main.tf", CHILD),)


def unit(main):
    """The module with that document as its main one."""
    return Unit((main, *OTHERS), NEARBY)


@dataclass(frozen=True)
class Typing:
    """A block as far as it is typed, and the rest of it; at its end `accepted` is offered, its places take `fill`."""

    title: str
    entry: str
    rest: str
    accepted: str
    fill: tuple

    def states(self, place, *, closing=False):
        """The text and the cursor after each character; with `closing`, as an editor that closes brackets has it."""
        before, after = TEXT[:place], TEXT[place:]
        typed, closers = "", []
        for char in self.entry:
            if closing and closers and closers[-1] == char:
                closers.pop()
            elif closing and char in CLOSERS and (char != '"' or typed[-1:] in " {[(,=\n"):
                closers.append(CLOSERS[char])
            elif closing and char == "\n" and closers and typed[-1:] in "{[(":
                closers[-1] = f"\n{_indent(typed)}{closers[-1]}"
            typed += char
            yield before + typed + "".join(reversed(closers)) + "\n" + after, len(before + typed)

    def whole(self, place):
        """The text with all of the block, and the cursor."""
        before = TEXT[:place] + self.entry
        return before + self.rest + "\n" + TEXT[place:], len(before)


def _indent(typed):
    return re.match(r"[ \t]*", typed[typed.rfind("\n") + 1 :])[0]


def places():
    """Offsets between the blocks of the module."""
    return [*(at for at in cuts(TEXT)), len(TEXT)]


def typings():
    """All of them."""
    text = (Path(__file__).parent / "typing.txt").read_text(encoding="utf-8")
    for case in text.split("\n=== ")[1:]:
        title, _, rest = case.partition("\n")
        block, _, told = rest.partition("\n--- accept\n")
        accepted, _, fill = told.strip("\n").partition("\n--- fill\n")
        entry, _, after = block.partition("$0")
        yield Typing(title, entry, after, accepted, tuple(filter(None, fill.split("\n"))))
