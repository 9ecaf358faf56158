"""The tree: every construct, exact spans, and a mistake that stays in its own block."""

import gc
import weakref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.dialects.terraform import parse as parsing
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse, read_piece
from lsp_server.dialects.terraform.tree import Piece

MODULE = """# a module
variable "names" {
  type = list(string)
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16" # é😀
  tags = {
    Name = "a-${var.names[0]}-%{if true}x%{endif}"
    (var.key) = 1
  }

  dynamic "ingress" {
    for_each = [for n in var.names : upper(n) if n != ""]
    content {
      port = ingress.value
    }
  }
}

data "aws_ami" "linux" {
  text = <<-EOT
    resource "not" "code" {
    ${aws_vpc.main[*].id}
  EOT
}

output "last" {
  value = var.x ? -1 : !true
}
"""


def slices(text):
    """The text of every node's span, by the class of the node."""
    found = []

    def walk(node):
        if isinstance(node, t.Attribute | t.Block | t.Expression):
            found.append((type(node).__name__, text[node.span.start : node.span.end]))
        for child in t.children(node):
            walk(child)

    for block in parse(text).blocks:
        walk(block)
    return found


def addresses(text):
    return [block.address for block in parse(text).blocks]


def test_blocks_labels_and_attributes():
    tree = parse(MODULE)
    assert not tree.problems
    assert addresses(MODULE) == [
        ("variable", "names"), ("resource", "aws_vpc", "main"), ("data", "aws_ami", "linux"), ("output", "last"),
    ]  # fmt: skip
    vpc = tree.blocks[1]
    assert [a.name for a in vpc.body.attributes] == ["cidr_block", "tags"]
    assert MODULE[vpc.labels[1].text_span.start : vpc.labels[1].text_span.end] == "main"
    assert MODULE[vpc.open.start] == "{"
    assert MODULE[vpc.close.start] == "}"
    assert [MODULE[c.start : c.end] for c in tree.comments] == ["# a module", "# é😀"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Template", '"a-${var.names[0]}-%{if true}x%{endif}"'),
        ("Interpolation", "${var.names[0]}"),
        ("Directive", "%{if true}x%{endif}"),
        ("Traversal", "var.names[0]"),
        ("ForExpression", '[for n in var.names : upper(n) if n != ""]'),
        ("Call", "upper(n)"),
        ("Binary", 'n != ""'),
        ("Conditional", "var.x ? -1 : !true"),
        ("Unary", "-1"),
        ("Traversal", "aws_vpc.main[*].id"),
        ("Attribute", "port = ingress.value"),
        ("Traversal", "var.key"),
    ],
)
def test_every_construct_has_its_exact_span(kind, text):
    assert (kind, text) in slices(MODULE)


@pytest.mark.parametrize(
    ("written", "comments"),
    [
        ('"${ /* a */ x }" # b', ["/* a */", "# b"]),
        ('"http://x#${f("#no", /* a */ 1)}//no"', ["/* a */"]),
        (
            "<<EOT\n#!/bin/sh \\${ x /* a */ } $${ /* no */ }\n%{ if x /* b */ }//no%{ endif }\nEOT",
            ["/* a */", "/* b */"],
        ),
        ('"${"${ /* a */ x }"}"', ["/* a */"]),
        ('"${f(\n  x, # a }\n)}"', ["# a }"]),
        ('"${f // a\n(# b\n"x"# c\n)}"', ["// a", "# b", "# c"]),
        ('"$${ /* no */ } \\"# no"', []),
        ('"${ /* while it is typed', []),
    ],
)
def test_comments_in_what_is_put_into_a_string_are_comments(written, comments):
    text = f"locals {{\n  v = {written}\n}}\n"
    for form in (text, text.replace("\n", "\r\n")):
        assert [form[span.start : span.end] for span in parse(form).comments] == comments


def grouped(node, text):
    if isinstance(node, t.Conditional):
        return tuple(grouped(part, text) for part in (node.condition, node.yes, node.no))
    return text[node.span.start : node.span.end]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a ? 1 : b ? 2 : 3", ("a", "1", ("b", "2", "3"))),
        ("a == 1 ? 1 : !b ? 2 : f(c) > d ? 3 : 4", ("a == 1", "1", ("!b", "2", ("f(c) > d", "3", "4")))),
        ("a ? b ? 1 : 2 : c ? 3 : 4", ("a", ("b", "1", "2"), ("c", "3", "4"))),
        ("(a ? b : c) ? 1 : 2", ("(a ? b : c)", "1", "2")),
        ("(\n  a # 1\n  ? 1\n  : b /* 2 */ ? 2 : 3\n)", ("a", "1", ("b", "2", "3"))),
    ],
)
def test_conditionals_in_a_row_are_grouped_from_the_right(written, meant):
    text = f"locals {{\n  v = {written}\n}}\n"
    tree = parse(text)
    value = tree.blocks[0].body.attributes[0].value
    node = value.inner if isinstance(value, t.Parenthesis) else value
    assert grouped(node, text) == meant
    assert text[node.span.start : node.span.end] == written.removeprefix("(\n  ").removesuffix("\n)")
    assert not tree.problems


def test_a_heredoc_is_not_cut_although_it_holds_a_header():
    (heredoc,) = [e for e in t.expressions(parse(MODULE).blocks[2]) if isinstance(e, t.Template) and e.heredoc]
    assert MODULE[heredoc.span.start : heredoc.span.end].startswith("<<-EOT")


def test_escapes_are_decoded_and_not_interpolations():
    value = parse('locals {\n  a = "q\\"\\u00e9$${x}\\n"\n}\n').blocks[0].body.attributes[0].value
    assert isinstance(value, t.Template)
    assert value.text == 'q"é${x}\n'


TYPED = """resource "aws_sqs_queue" "typed" {
  name = "a-${upper("x")}😀"
  tags = { A = [1, "b"] }
  policy = <<EOT
{ "a": "${var.x}" }
EOT
  timeouts {
    create = "1m"
  }
}
"""


@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_typing_a_resource_loses_no_other_block(place):
    first, rest = MODULE.split("\n\nresource", 1)
    rest = "resource" + rest
    kept = set(addresses(MODULE))
    for end in range(len(TYPED) + 1):
        typed = TYPED[:end]
        text = {
            "before": f"{typed}\n{MODULE}",
            "between": f"{first}\n\n{typed}\n{rest}",
            "after": f"{MODULE}\n{typed}",
        }[place]
        assert kept <= set(addresses(text)), typed


def test_a_bad_line_costs_one_line():
    text = 'resource "a" "b" {\n  one = 1\n  two =\n  three = "x\n  four = [1\n  five = 5\n  six {\n    seven = 7\n}\n'
    block = parse(text).blocks[0]
    assert [a.name for a in block.body.attributes] == ["one", "two", "three", "four", "five"]
    assert block.body.blocks[0].body.attributes[0].name == "seven"
    assert block.broken


def test_an_unclosed_block_ends_where_the_indentation_says():
    text = 'resource "a" "b" {\n  inner {\n    x = 1\n\n  y = 2\n}\n\noutput "o" {\n  value = 1\n}\n'
    block = parse(text).blocks[0]
    assert [a.name for a in block.body.attributes] == ["y"]
    assert [p.summary for p in parse(text).problems] == ["Unclosed configuration block"]


TYPED_ABOVE = {
    "a word above a block": "  na\n",
    "a word and a blank line": "  na\n\n",
    "an open call in a template": '  name = "x${upper(\n',
    "a string in an open call": '  name = "x${upper("y"\n',
    "an open template": '  name = "x${var.y\n',
    "an open template in an object": '  tags = {\n    A = "b-${var.y\n',
    "an open list": '  names = [\n    "a",\n',
    "an open heredoc": '  policy = <<EOT\n{ "a": "${var.x\n',
    "an open indented heredoc": "  policy = <<-EOT\n    x = {\n",
}


@pytest.mark.parametrize("typed", TYPED_ABOVE.values(), ids=TYPED_ABOVE)
def test_what_is_typed_costs_nothing_below_it_in_its_block(typed):
    below = '  one = 1\n  two {\n    three = "3"\n  }\n\n  four = true\n}\n'
    for rest in (below, below.split("\n", 1)[1], "  four = true\n}\n"):
        text = f'resource "a" "b" {{\n{typed}{rest}\noutput "o" {{\n  value = "z"\n}}\n'
        block, output = parse(text).blocks
        given = [a.name for a in block.body.attributes if a.name in {"one", "four"}]
        assert given == (["one", "four"] if "one" in rest else ["four"])
        assert [b.type for b in block.body.blocks] == (["two"] if "two" in rest else [])
        assert block.close.end > block.close.start
        assert output.address == ("output", "o")


def test_labels_in_the_next_line_are_still_labels():
    tree = parse('resource\n"a" "b" {\n}\n')
    assert [block.address for block in tree.blocks] == [("resource", "a", "b")]
    assert [p.summary for p in tree.problems] == ["Invalid block definition"]


def test_a_template_over_several_lines_is_one_string():
    text = 'locals {\n  a = "x${\n    var.y == 1\n    ? 2 : 3\n  }"\n  b = \n  c = 1\n}\n'
    block = parse(text).blocks[0]
    assert [a.name for a in block.body.attributes] == ["a", "b", "c"]


def test_blocks_nested_at_column_0_are_read_together():
    text = 'check "c" {\ndata "aws_vpc" "v" {\nid = "x"\n}\nassert {\ncondition = true\n}\n}\n'
    assert addresses(text) == [("check", "c")]
    assert not parse(text).problems


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("a {\n  b = 1 c = 2\n}\n", "Missing newline after argument"),
        ("a {\n  b = 1 +\n  2\n}\n", "Missing newline after argument"),
        ("a\n{\n}\n", "Invalid block definition"),
        ("a {\n  b = { c = 1 d = 2 }\n}\n", "Missing attribute separator"),
        ("a { b {} }\n", "Invalid single-argument block definition"),
    ],
)
def test_what_tree_sitter_takes_and_terraform_does_not(text, summary):
    assert [p.summary for p in parse(text).problems][:1] == [summary]


@pytest.mark.parametrize(
    "text", ["a {\n  b = (1 +\n  2)\n}\n", "a { b = 1 }\n", "a {\n  b = { c = 1, d = 2 }\n}\n", "a {}\n"]
)
def test_what_terraform_takes(text):
    assert not parse(text).problems


def test_a_key_press_reads_one_block_again(monkeypatch):
    pieces = [f'resource "aws_vpc" "v{n}" {{\n  cidr_block = "10.{n}.0.0/16"\n}}\n\n' for n in range(500)]
    parse("".join(pieces))
    read = []
    monkeypatch.setattr(parsing, "_read", lambda text: read.append(text) or Piece(text, t.Body((), ()), (), ()))
    pieces[250] = pieces[250].replace("cidr_block", "cidr_bloc")
    parse("".join(pieces))
    assert read == [pieces[250]]


def test_a_module_of_many_files_is_not_parsed_again():
    texts = [f'variable "v{n}" {{\n  default = "{n}"\n}}\n' * 50 for n in range(200)]
    trees = [parse(text) for text in texts]
    assert all(parse(text) is tree for text, tree in zip(texts, trees, strict=True))


def test_the_states_of_a_block_that_is_typed_are_not_kept_for_ever():
    block = 'locals {\n  a = "' + "x" * 100_000 + '"\n'
    states = [weakref.ref(read_piece(block + "# " * n)) for n in range(20)]
    gc.collect()
    assert sum(state() is not None for state in states) < 10


def test_depth_and_size_are_bounded():
    for text in ("locals {\n  a = " + "(" * 3000 + ")" * 3000 + "\n}\n", 'x = "${' * 3000, "a {\n" * 3000, "{" * 20000):
        parse(text)


PIECES = st.sampled_from(
    [*MODULE.splitlines(keepends=True), '"', "{", "}", "${", "<<EOT\n", "\r\n", "😀", "\ufeff", "é", "="]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_text_gives_a_tree_that_covers_it(text):
    tree = parse(text)
    assert "".join(placed.piece.text for placed in tree.placed) == text
    for _, part in slices(text):
        assert part in text
    for block in tree.blocks:
        assert text[block.type_span.start : block.type_span.end] == block.type
        for attribute in block.body.attributes:
            assert text[attribute.name_span.start : attribute.name_span.end] == attribute.name
    for span in tree.comments:
        assert text[span.start : span.end].startswith(("#", "/"))


WHITE_SPACE = {
    '"  lead "': ["  lead "],
    '"${a} ${b}"': ["${a}", " ", "${b}"],
    '" ${a}"': [" ", "${a}"],
    '"x \\t${~ a ~} y"': ["x", "${~ a ~}", "y"],
    '"${a}%{ if c } y %{ endif } "': ["${a}", "%{ if c } y %{ endif }", " "],
}


@pytest.mark.parametrize("written", WHITE_SPACE)
def test_white_space_at_the_edges_of_a_strings_text_is_part_of_it(written):
    text = f"x = {written}\n"
    (attribute,) = parse(text).body.attributes
    found = [p.value if isinstance(p, t.TextPart) else text[p.span.start : p.span.end] for p in attribute.value.parts]
    assert found == WHITE_SPACE[written]


def test_a_block_that_stays_where_it_is_is_not_copied_for_each_version_of_the_text():
    before, after = (
        parse(f'# x\nlocals {{\n}}\nvariable "v" {{\n}}\noutput "o" {{\n  value = {n}\n}}\n') for n in (1, 2)
    )
    assert [a is b for a, b in zip(before.blocks, after.blocks, strict=True)] == [True, True, False]
