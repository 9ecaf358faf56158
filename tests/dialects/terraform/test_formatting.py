"""The layout of HCL: what `terraform fmt` makes of a text, and nothing of what it cannot read."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from lsp_server.core.document import Document
from lsp_server.core.edit import apply_edits
from lsp_server.dialects.terraform.formatting.layout import layout, layout_typed
from lsp_server.dialects.terraform.formatting.tokens import tokens
from lsp_server.dialects.terraform.parse import parse
from tests.judges import find_judge

TEXT = (Path(__file__).parent / "formatting.txt").read_text(encoding="utf-8")
CASES = [tuple(case.split("\n", 1)) for case in TEXT.split("\n== ")[1:]]
terraform = pytest.mark.skipif(not shutil.which("terraform"), reason="needs terraform")


def laid_out(text, name="main.tf", lines=None):
    document = Document(f"untitled:/m/{name}", text)
    return apply_edits(text, layout(document, lines))


def terraform_fmt(folder, texts, ending=".tf", program="terraform"):
    """What terraform makes of texts; None for one that it refuses."""
    for number, text in enumerate(texts):
        (folder / f"{number}_{ending}").write_bytes(text.encode())
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1"}
    command = [program, "fmt", "-no-color", "-list=false", str(folder)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    refused = {int(number) for number in re.findall(r" on \S*?(\d+)_\S+ line ", ended.stderr)}
    return [
        None if number in refused else (folder / f"{number}_{ending}").read_bytes().decode()
        for number in range(len(texts))
    ]


def expected(case):
    text, _, after = case.partition("---")
    return text, (after.strip("\n") + "\n" if after.strip("\n") else text)


@pytest.mark.parametrize(("title", "case"), CASES, ids=[title for title, _ in CASES])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_layout_of_a_text(title, case, newline):
    text, after = (its.replace("\n", newline) for its in expected(case))
    assert laid_out(text) == after
    assert laid_out(after) == after


@terraform
def test_terraform_makes_the_same_of_the_cases(tmp_path):
    pairs = [expected(case) for title, case in CASES if not title.startswith("!")]
    assert terraform_fmt(tmp_path, [text for text, _ in pairs]) == [after for _, after in pairs]


@pytest.mark.skipif(not find_judge("tofu"), reason="no tofu: `make judges` gets one")
@pytest.mark.parametrize("ending", [".tf", ".tofu"])
def test_so_does_opentofu(ending, tmp_path):
    pairs = [expected(case) for title, case in CASES if not title.startswith("!")]
    found = terraform_fmt(tmp_path, [text for text, _ in pairs], ending, find_judge("tofu"))
    assert found == [after for _, after in pairs]


def test_a_byte_order_mark_stays():
    assert laid_out("\ufefflocals {\na=1\n}\n") == "\ufefflocals {\n  a = 1\n}\n"


def test_a_text_in_json_is_left_to_others():
    assert laid_out("locals {\na=1\n}\n", "main.tf.json") == "locals {\na=1\n}\n"
    assert laid_out('{"locals":{"a":1}}') == '{"locals":{"a":1}}'


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "a", "}", "{", "\r", "a = 1\rb = 2", "\x00", "locals {\n  a = '1'\n}"]
)
def test_what_cannot_be_read_stays(text):
    assert laid_out(text) == text


def test_edits_touch_blanks_only_where_nothing_else_changes():
    document = Document("untitled:/m/main.tf", "locals {\na=1\n  b = 2\n}\n")
    assert [(document.slice(edit.span), edit.text) for edit in layout(document)] == [("", "  "), ("", " "), ("", " ")]


def test_some_lines_of_a_text():
    text = 'locals {\na=1\nb=2\nlong=3\n}\n\nlocals {\nc="${\nvar.x}"\n}\n'
    assert laid_out(text, lines=(2, 2)) == text.replace("b=2", "  b    = 2")
    assert laid_out(text, lines=(7, 7)) == text.replace('c="${\nvar.x}"', "  c = var.x")
    assert laid_out(text, lines=(8, 50)) == text.replace('c="${\nvar.x}"', "  c = var.x")
    assert laid_out(text, lines=(50, 90)) == laid_out(text, lines=(3, 1)) == text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("locals {\na=1\nlong=2\n$0\n}\n", "locals {\n  a    = 1\n  long = 2\n\n}\n"),
        ("locals {\na=1\n\nb=2\n$0\n  c=3\n}\n", "locals {\na=1\n\n  b = 2\n\n  c=3\n}\n"),
        ("a=1\nresource a b{\n$0\n}\n", 'a = 1\nresource "a" "b" {\n\n}\n'),
        ("locals{\na=1\n}$0\nlocals{\na=1\n}\n", "locals {\n  a = 1\n}\nlocals{\na=1\n}\n"),
        ('a "b"{\nx=1\nc{\ny=1\n    }$0\n}\n', 'a "b"{\nx=1\n  c {\n    y = 1\n  }\n}\n'),
        ("locals {\na={\nb=1\n}$0\n}\n", "locals {\na={\nb=1\n  }\n}\n"),
        ("locals {\na=\n$0\n}\n", "locals {\na=\n\n}\n"),
        ("$0", ""),
        ("}$0", "}"),
    ],
)
def test_what_was_just_typed(text, after):
    document = Document("untitled:/m/main.tf", text.replace("$0", ""))
    assert apply_edits(document.text, layout_typed(document, text.index("$0"))) == after


# -- modules left to chance ---------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "in", "for", "name", "größe", "long-name_2", "type", "if"])
WORDS = st.sampled_from(["x", " ", "$", "%", "$$", "$${", "%%{y}", "\\n", '\\"', "é", "😀", "  ", "{", "}", "#", "'"])
GAPS = st.sampled_from(["", " ", "  ", "\t", " \t "])
INNER_GAPS = st.one_of(GAPS, st.sampled_from(["\n", " \n\n  ", "# c\n", "/* c */", " // é\n\t"]))
OPERATORS = ["+", "-", "*", "/", "%", "==", "!=", ">=", "<", "&&", "||"]
SIGNS = st.sampled_from(["", "", "!", "-"])


@st.composite
def expressions(draw, gaps=GAPS, depth=2):
    """An expression; within brackets it may go over lines."""
    kinds = ["name", "number", "string", "access"] + depth * [
        "tuple",
        "object",
        "call",
        "binary",
        "for",
        "if",
        "template",
    ]
    kind = draw(st.sampled_from(kinds))

    def gap():
        return draw(gaps)

    def inner():
        return draw(INNER_GAPS)

    def inside():
        return draw(expressions(INNER_GAPS, depth - 1))

    if kind == "name":
        return draw(SIGNS) + gap() + draw(NAMES.filter(lambda name: name not in {"for", "if", "in"}))
    if kind == "number":
        return draw(st.sampled_from(["0", "12.5", "-3", "1e5", "true"]))
    if kind == "string":
        return '"' + "".join(draw(st.lists(WORDS, max_size=4))) + 'z"'
    if kind == "access":
        steps = st.sampled_from([".x", "[0]", '["k"]', "[*]", ".*", "[ var.i ]", " . y", "[\n1]"])
        return "var" + "".join(draw(st.lists(steps, max_size=3)))
    if kind == "tuple":
        items = [inner() + inside() + inner() for _ in range(draw(st.integers(0, 3)))]
        return "[" + ",".join(items) + (draw(st.sampled_from(["", "," + inner()])) if items else inner()) + "]"
    if kind == "object":
        separator = st.sampled_from([",", "\n", ",\n", " # c\n"])
        key = st.one_of(NAMES.filter(lambda name: name != "for"), st.just('"k  k"'), st.just("(var.k)"))
        items = [
            draw(GAPS)
            + draw(key)
            + draw(GAPS)
            + draw(st.sampled_from("=:"))
            + draw(GAPS)
            + draw(expressions(GAPS, depth - 1))
            for _ in range(draw(st.integers(0, 3)))
        ]
        text = "".join(item + draw(separator) for item in items)
        return "{" + draw(st.sampled_from(["", "\n"])) + text + draw(GAPS) + "}"
    if kind == "call":
        items = [inner() + inside() + inner() for _ in range(draw(st.integers(0, 2)))]
        spread = draw(st.sampled_from(["", "..."])) if items else ""
        return (
            draw(st.sampled_from(["upper", "provider::x::f"])) + gap() + "(" + ",".join(items) + spread + inner() + ")"
        )
    if kind == "binary":
        left, right = (draw(expressions(gaps, depth - 1)) for _ in range(2))
        return left + gap() + draw(st.sampled_from(OPERATORS)) + gap() + right
    if kind == "for":
        head = "[" + inner() + "for x" + draw(st.sampled_from(["", " , y"])) + " in " + inside() + inner() + ":"
        return head + inside() + inner() + "]"
    if kind == "if":
        one, two, three = (draw(expressions(gaps, depth - 1)) for _ in range(3))
        return "(" + one + ")" + gap() + "?" + gap() + two + gap() + ":" + gap() + three
    parts = st.one_of(
        WORDS, expressions(INNER_GAPS, depth - 1).map("${{{}}}".format), st.just("%{ if  a }b%{ else ~}%{endif}")
    )
    return '"' + "".join(draw(st.lists(parts, max_size=3))) + '"'


@st.composite
def heredocs(draw):
    lines = st.lists(
        st.one_of(WORDS, st.sampled_from(["${ var.x }", "%{ for  x in y }%{endfor}", "EOT x"])), max_size=3
    )
    body = "".join("".join(line) + "\n" for line in draw(st.lists(lines, max_size=3)))
    return draw(st.sampled_from(["<<EOT\n", "<<-EOT\n"])) + body + draw(GAPS) + "EOT"


@st.composite
def bodies(draw, depth=2):
    """The items of a body, each with its line ending."""
    text = ""
    for number in range(draw(st.integers(0, 4))):
        kind = draw(
            st.sampled_from(["argument", "argument", "heredoc", "blank", "comment"] + depth * ["block", "line"])
        )
        end = draw(GAPS) + draw(st.sampled_from(["\n", "\n", "# c\n", "/* b */\n", "/* b\n */ // é\n"]))
        name = f"{draw(NAMES)}{number}"
        if kind == "blank":
            text += draw(GAPS) + "\n"
        elif kind == "comment":
            text += draw(GAPS) + draw(st.sampled_from(["# c\n", "//  c  \n", "/* a\n   b */\n"]))
        elif kind in {"block", "line"}:
            label = draw(st.sampled_from(["", ' "l"', " l", '\t"l"  m']))
            inside = (
                "\n" + draw(bodies(depth - 1)) if kind == "block" else draw(st.sampled_from(["", " a=1 ", "\tb=[ ]"]))
            )
            text += draw(GAPS) + name + label + draw(GAPS) + "{" + inside + draw(GAPS) + "}" + end
        else:
            value = draw(heredocs()) if kind == "heredoc" else draw(expressions())
            end = "\n" if kind == "heredoc" else end
            text += draw(GAPS) + name + draw(GAPS) + "=" + draw(GAPS) + value + end
    return text


HEADERS = st.sampled_from(['resource "a" "b"', "locals", 'variable "x"', "resource a b", 'module\t"m"  '])
MODULES = st.lists(
    st.tuples(HEADERS, bodies()).map(lambda block: block[0] + "{\n" + block[1] + "}\n"), min_size=1, max_size=3
).map("".join)


@terraform
@settings(max_examples=10, deadline=None, phases=[Phase.generate])  # 400 modules are not made small one by one
@given(texts=st.lists(MODULES, min_size=30, max_size=40))
def test_terraform_makes_the_same_of_any_module(tmp_path_factory, texts):
    """But for what Lintel cannot read, which stays."""
    pairs = zip(texts, terraform_fmt(tmp_path_factory.mktemp("fmt"), texts), strict=True)
    readable = [(text, its) for text, its in pairs if its is not None and not parse(text).problems]
    different = [(text, its) for text, its in readable if laid_out(text) != its]
    assert not min(different, default="", key=lambda pair: len(pair[0]))
    assert len(readable) > len(texts) / 2


@terraform
@pytest.mark.parametrize("ending", [".tfvars", ".tftest.hcl"])
def test_terraform_makes_the_same_of_other_files(tmp_path, ending):
    text = 'a="${var.x}"\nlong  ={b=1}\nrun x {\ncommand=plan\nvariables {\nc=[1 ,2]\n}\n}\n'
    assert terraform_fmt(tmp_path, [text], ending) == [laid_out(text, f"main{ending}")]


def code(text):
    """What a text says, whatever its layout: its tokens, without line endings and what quotes and unwraps."""
    return re.sub(r"[\s\"(){}$~]", "", text)


BROKEN = st.lists(
    st.one_of(
        MODULES, bodies(), expressions(), st.text(max_size=6), st.sampled_from(["{", "}", '"', "<<E\n", "/*", "="])
    ),
    max_size=5,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(BROKEN)
def test_nothing_is_lost(text):
    after = laid_out(text)
    assert code(after) == code(text)
    comments = [text[span.start : span.end].split() for span in parse(text).comments]
    assert [after[span.start : span.end].split() for span in parse(after).comments] == comments


@settings(max_examples=150, deadline=None)
@given(BROKEN)
def test_what_is_laid_out_stays(text):
    """But for a string in a string that is a single value: `terraform fmt` as well takes the quotes away one by one."""
    after = laid_out(text)
    assume(not re.search(r'"\$\{~?\s*"', after) and not re.search(r'"\$\{~?\s*"', text))
    assert laid_out(after) == after


@settings(max_examples=150, deadline=None)
@given(BROKEN, st.integers(0, 9), st.integers(0, 9))
def test_lines_that_are_not_meant_stay(text, first, last):
    """But for a string that is unwrapped and begins or ends there."""
    after = laid_out(text, lines=(first, last))
    if "${" not in text:
        assert after.split("\n")[:first] == text.split("\n")[:first]


@settings(max_examples=100, deadline=None)
@given(MODULES)
def test_tokens_cover_all_but_blanks(text):
    found = tokens(text) or []
    ends = [0, *(token.end for token in found)]
    between = [text[end : token.start] for end, token in zip(ends, found, strict=False)]
    assert not "".join(between).strip(" \t")
    assert all(text[token.start : token.end] == token.text for token in found)
