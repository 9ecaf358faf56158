"""A `.tf.json` file gets the check that HCL gets, with its findings where the keys and values stand."""

import json
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.module import module_of
from lsp_server.linters.terraform_check.linter import check_module

AWS = '"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "~> 5.0"}}},'


def judged(text, **others):
    documents = [Document("file:///m/main.tf.json", text)]
    documents += [Document(f"file:///m/{name.replace('_json', '.tf.json')}", other) for name, other in others.items()]
    found = list(check_module(module_of(Unit(tuple(documents)))))
    return [d for d in found if d.severity in {Severity.ERROR, Severity.WARNING}]


def told(text, **others):
    """(code, the text it is told of), in the order of the text."""
    found = sorted(judged(text, **others), key=lambda d: d.span)
    return [(d.code, text[d.span.start : d.span.end]) for d in found if d.uri.endswith("/main.tf.json")]


def body(inner, kind="terraform_data"):
    return f'{{"resource": {{"{kind}": {{"a": {{{inner}}}}}}}}}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", []),
        ('[{"variable": {"x": {}}}, {"output": {"o": {"value": "${var.x}"}}}]', []),
        ('{"//": "é😀", "locals": {"//": "${nothing"}}', []),
        ('{"resurce": {}}', [("unsupported-block", "resurce")]),
        ('{"variable": {"x": {"descripton": "a", "type": "strin"}}}',
         [("unsupported-argument", "descripton"), ("invalid-type-constraint", "strin")]),
        ('{"variable": {"x": {"default": "${var.y}", "type": "string"}}}', []),  # no more than a text
        ('{"variable": {"x": {"default": "a", "type": "number"}}}', [("wrong-type", '"a"')]),
        ('{"variable": {"x": {"validation": [{"condition": "${var.x > 0}"}]}}}',
         [("missing-required-argument", "validation")]),
        ('{"variable": {"x": 5}}', [("syntax", "5")]),
        ('{"variable": {"x": null}}', []),
        ('{"output": {"o": {"valu": 1}}}', [("missing-required-argument", '"o"'), ("unsupported-argument", "valu")]),
        ('{"output": {"o": {"value": "a ${var.no} ${local.no}"}}}',
         [("undeclared-reference", "var.no"), ("undeclared-reference", "local.no")]),
        ('{"output": {"o": {"value": "\\"${\\"${var.no}\\"}\\n${lenght(\\"a\\")}"}}}',
         [("undeclared-reference", "var.no"), ("unknown-function", "lenght")]),
        ('{"output": {"o": {"value": "\\ud83d\\ude00 \\u00e9 ${var.no}"}}}', [("undeclared-reference", "var.no")]),
        ('{"output": {"o": {"value": "$${var.no} %%{if}"}}}', []),
        ('{"output": {"o": {"value": "%{ for x in var.no }${x}%{ endfor }"}}}', [("undeclared-reference", "var.no")]),
        ('{"output": {"o": {"value": {"${var.no}": ["${var.yes}"]}}}}',
         [("undeclared-reference", "var.no"), ("undeclared-reference", "var.yes")]),
        ('{"output": {"o": {"value": {"a": 1, "a": 2}}}}', [("duplicate", '"a"')]),
        ('{"output": {"o": {"value": "${foo("}}}', [("syntax", "${foo(")]),
        ('{"locals": [{"a": 1}, {"a": 2}]}', [("duplicate", "a")]),
        ('{"locals": {"a": "${[for x in [1] : x]}", "b": "${local.c}"}}', [("undeclared-reference", "local.c")]),
        (body('"input": "${terraform_data.b.id}"'), [("undeclared-reference", "terraform_data.b")]),
        (body('"depends_on": ["terraform_data.b"]'), [("undeclared-reference", "terraform_data.b")]),
        (body('"depends_on": ["${path.root}"]'), [("invalid-expression", '"${path.root}"')]),
        (body('"lifecycle": {"ignore_changes": ["input"], "prevent_destroy": true}'), []),
        (body('"lifecycle": [{"ignore_changes": "all"}]'), []),
        (body('"lifecycle": {"replace_triggered_by": ["var.x"], "foo": 1}'),
         [("invalid-expression", "var.x"), ("undeclared-reference", "var.x"), ("unsupported-argument", "foo")]),
        (body('"provisioner": [{"local-exec": {"command": "${self.id}", "when": "destroy"}}]'), []),
        (body('"provisioner": {"local-exec": [{"comand": "a"}], "local-exec": {"command": "b", "when": "never"}}'),
         [("missing-required-argument", 'provisioner": {"local-exec"'), ("unsupported-argument", "comand"),
          ("invalid-value", "never")]),
        (body('"connection": "x"'), [("syntax", '"x"')]),
        (body('"count": "${-1}"'), [("invalid-count", "-1")]),
        (body('"input": 1, "input": 2'), [("duplicate", "input")]),
        ('{"resource": {"terraform_data": "x"}}', [("syntax", '"x"')]),
        ('{"moved": {"from": "terraform_data.a", "to": "terraform_data.a"}}', [("invalid-address", "moved")]),
        ('{"module": {"m": {"source": "./m", "dynamic": {"a": {"content": {}}}}}}', []),
        (('{"check": {"c": {"data": {"terraform_remote_state": {"d": {"backend": "local"}}}, "assert":'
          ' [{"condition": "${data.terraform_remote_state.d.defaults != 1}", "error_message": "x"}]}}}'), []),
        ('{"output": {"o": {"value": NaN}}}', [("syntax", "NaN")]),
        ("[1]", [("syntax", "[1]")]),
    ],
)  # fmt: skip
def test_terraforms_own_blocks(text, expected):
    assert [one for one in told(text) if one[0] != "missing-file"] == expected
    plain = text.replace("\n", "")
    assert len(judged("\ufeff" + plain)) == len(judged(plain)) or "NaN" in text or text == "[1]"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ('"aws_vpc": {"v": {"cidr": "10.0.0.0/16"}}', [("unsupported-argument", "cidr")]),
        ('"aws_vpcs": {"v": {}, "w": {}}', [("unknown-resource-type", '"aws_vpcs"'), ("unknown-resource-type", '"w"')]),
        ('"aws_subnet": {"s": {"cidr_block": "${aws_vpc.v.idd}"}}, "aws_vpc": {"v": {"cidr_block": "1"}}',
         [("missing-required-argument", '"s"'), ("unknown-attribute", "idd")]),
        (('"aws_instance": {"i": {"ami": "a", "instance_type": "b", "ebs_block_device": [{"device_name": "x"},'
          ' {"volume_sise": 1}]}}'), [("missing-required-argument", "{"), ("unsupported-argument", "volume_sise")]),
        ('"aws_instance": {"i": {"ami": "a", "instance_type": ["b"], "tags": {"//": "kept", "a": 1}}}',
         [("wrong-type", '["b"]')]),
        (('"aws_security_group": {"g": {"dynamic": {"ingress": {"for_each": [1], "iterator": "it", "content":'
          ' {"from_port": "${it.value}", "to_port": "${ingress.value}", "protocol": "tcp"}}}}}'),
         [("undeclared-reference", "ingress.value")]),
        ('"aws_lb_listener": {"l": {"load_balancer_arn": "a", "default_action": {"typ": "b"}}}',
         [("missing-required-argument", "default_action"), ("unsupported-argument", "typ")]),
        ('"aws_lb_listener": {"l": {"load_balancer_arn": "a"}}', [("missing-required-block", '"l"')]),
        ('"aws_security_group": {"g": {"ingress": [{"from_port": 1}]}}', [("wrong-type", '{"from_port": 1}')]),
        ('"aws_security_group": {"g": {"ingress": []}}', []),
        ('"aws_vpc": {"v": {"cidr_block": "1", "provider": "aws.west"}}', []),
        ('"acme_thing": {"t": {"inner": {"dynamic": {"x": {"for_each": [], "content": {"a": "${x.value}"}}}}}}', []),
    ],
)  # fmt: skip
def test_what_a_provider_knows(inner, expected):
    provider = '"provider": {"aws": [{"region": "x"}, {"alias": "west"}]},'
    assert told(f'{{{AWS} {provider} "resource": {{{inner}}}}}') == expected


def test_files_of_both_syntaxes_are_one_module():
    text = '{"output": {"o": {"value": "${local.a} ${var.b}"}}}'
    hcl = "locals {\n  a = 1\n}\n"
    documents = (Document("file:///m/main.tf.json", text), Document("file:///m/a.tf", hcl))
    found = list(check_module(module_of(Unit(documents))))
    assert [(d.code, text[d.span.start : d.span.end]) for d in found] == [("undeclared-reference", "var.b")]


def test_an_override_file_in_json_completes_what_it_overrides():
    base = 'resource "terraform_data" "a" {\n  input = var.no\n}\n'
    over = '{"resource": {"terraform_data": {"a": {"input": 1}, "b": {}}}}'
    unit = Unit((Document("file:///m/a.tf", base), Document("file:///m/override.tf.json", over)))
    found = list(check_module(module_of(unit)))
    assert [(d.code, over[d.span.start : d.span.end]) for d in found] == [("nothing-to-override", '"b"')]


HALF = """{
  "resource": {
    "aws_vpc": {
      "v": {
        "cidr_block": "10.0.0.0/16",
        %s
      }
    },
    "aws_subnet": {"s": {"vpc_id": "${aws_vpc.w.id}", "cidr": 1}}
  }
}"""


@pytest.mark.parametrize(
    "typed", ['"', '"enab', '"enable_dns', '"enable_dns_support":', '"tags": {', '"tags": {"a', ""]
)
def test_what_is_half_typed_says_no_more_than_that(typed):
    found = [d.code for d in judged(HALF % typed)]
    assert found[0] == "syntax"
    assert "unsupported-argument" in found  # of the other block
    assert "missing-required-argument" not in found or typed != ""


TEXTS = [
    HALF % '"tags": {"a": "${var.x}"}',
    json.dumps({"locals": {"a": '${[for x in var.y : "é😀${x}"]}'}, "variable": {"x": {"type": "list(string)"}}}),
    '{"module": {"m": [{"source": "./m", "providers": {"aws": "aws.w"}}]}, "check": {"c": {"data": {"a": {"b": 1}}}}}',
]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_nothing_raises_and_all_is_told_inside_the_text(data):
    text = data.draw(st.sampled_from([*TEXTS, TEXTS[0].replace("\n", "\r\n"), "\ufeff" + TEXTS[0]]))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 40)))
        text = (
            text[:start] + data.draw(st.text(alphabet='"{}[],:$%\n\r\t\\u$é😀\ufeff\0\ud800d', max_size=5)) + text[end:]
        )
    for diagnostic in check_module(module_of(Unit((Document("file:///m/main.tf.json", text),)))):
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "{",
        '{"a":' * 5_000,
        "[" * 50_000,
        '{"locals": {"a": ' + "[" * 300 + "]" * 300 + "}}",
        '{"locals": {"a": "${' + "(" * 3000 + '"}}',
        '{"resource": [[[{"a": [[{"b": [[{}]]}]]}]]]}',
    ],
)
def test_strange_texts(text):
    judged(text)


BAD = {
    "variable": {"x": {"type": "string", "descripton": "a"}},
    "output": {"o": {"valu": "${var.x}"}, "p": {"value": "${var.nope}"}},
    "locals": {"a": "${local.b}", "e": "${terraform_data.n.idd}"},
    "resource": {
        "terraform_data": {
            "n": {"inputt": 1, "depends_on": ["terraform_data.zz"], "lifecycle": [{"ignore_changes": ["input"]}]},
            "k": {"lifecycle": {"foo": 1}, "provisioner": {"local-exec": {"comand": "x"}}},
        }
    },
}


def _without(path):
    """The module above with that top-level entry alone, of which Terraform then speaks."""
    return {name: BAD[name] for name in path}


@pytest.mark.parametrize("parts", [["variable"], ["output"], ["resource"], ["variable", "locals"], list(BAD)])
def test_terraform_itself_finds_nothing_that_is_not_found(tmp_path, parts):
    program = shutil.which("terraform")
    assert program is not None
    text = json.dumps(_without(parts), indent=2)
    (tmp_path / "main.tf.json").write_text(text, "utf-8")
    done = subprocess.run(
        (program, f"-chdir={tmp_path}", "validate", "-json"), capture_output=True, check=False, timeout=60
    )
    real = {
        (d["range"]["start"]["line"], d["summary"])
        for d in json.loads(done.stdout[done.stdout.index(b"{") :])["diagnostics"]
    }
    assert real
    found = set()
    for one in judged(text):
        found.add((one.data["mistake"][1] + 1, one.message.partition(":")[0]))
    assert real <= found
