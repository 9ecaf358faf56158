"""Forms of configuration that the real terraform has to take without init: nothing valid may become an error."""

import shutil

import pytest

from lsp_server.analysis import merge
from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Document, Unit
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_validate import TerraformValidate

pytestmark = pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not on PATH")


def unit(nearby=(), **files):
    documents = (Document(f"file:///no/such/module/{n.replace('_tf', '.tf')}", text) for n, text in files.items())
    return Unit(tuple(documents), tuple(nearby))


async def judged(module):
    result = await TerraformValidate().lint(module)
    assert not result.not_run
    return result, sorted((d.code, module[d.uri].slice(d.span)) for d in result.diagnostics)


VALID = {
    "write-only arguments take ephemeral values": """
        ephemeral "aws_secretsmanager_secret_version" "s" {
          secret_id = "x"
        }
        resource "aws_db_instance" "d" {
          instance_class      = "db.t3.micro"
          password_wo         = ephemeral.aws_secretsmanager_secret_version.s.secret_string
          password_wo_version = 1
        }
        resource "acme_thing" "t" {
          key_wo = ephemeral.aws_secretsmanager_secret_version.s.secret_string
          key    = ephemeral.aws_secretsmanager_secret_version.s.secret_string
        }
    """,
    "functions of providers": """
        terraform {
          required_providers {
            aws       = { source = "hashicorp/aws" }
            acme      = { source = "acme/acme" }
            terraform = { source = "terraform.io/builtin/terraform" }
          }
        }
        output "o" {
          value = [provider::aws::arn_parse("x").account_id, provider::acme::f(1, [null]), provider::acme::f().a[0]]
        }
        output "p" {
          value = provider::terraform::encode_expr([1])
        }
        resource "aws_vpc" "v" {
          cidr_block = provider::acme::f("x")
        }
    """,
    "a module that gets its providers by name": """
        module "m" {
          source = "acme/m/aws"
          providers = {
            aws       = aws.west
            aws.extra = aws
          }
        }
        provider "aws" {
          alias = "west"
        }
        import {
          to = module.m.aws_vpc.v
          id = "x"
        }
    """,
    "a module that gets providers from its caller": """
        terraform {
          required_providers {
            aws  = {
              source                = "hashicorp/aws"
              configuration_aliases = [aws.west, aws.east]
            }
            acme = {
              source                = "acme/acme"
              configuration_aliases = [acme.one]
            }
          }
        }
        provider "aws" {
          alias = "east"
        }
        resource "aws_vpc" "v" {
          provider   = aws.west
          cidr_block = "10.0.0.0/16"
        }
        resource "acme_thing" "t" {
          provider = acme.one
        }
    """,
}


@pytest.mark.parametrize("name", VALID)
async def test_what_is_valid_is_found_valid(name):
    module = unit(main_tf=VALID[name])
    _, found = await judged(module)
    assert found == []
    assert [d.message for d in (await TerraformCheck().lint(module)).diagnostics] == []


BASE = """
    resource "terraform_data" "x" {
      input = each.key
    }
    resource "terraform_data" "a" {
      input = terraform_data.b.id
    }
    resource "terraform_data" "b" {
      input = terraform_data.a.id
    }
    resource "aws_vpc" "v" {
    }
    locals {
      a = local.b
      b = local.a
      c = aws_vpc.nowhere.id
    }
    module "m" {
      source  = "acme/m/aws"
      version = "1"
      a       = var.gone
    }
    output "o" {
      value = [local.c, terraform_data.x["a"].id, module.m.id]
    }
"""
OVER = """
    resource "terraform_data" "x" {
      for_each = toset(["a"])
    }
    resource "terraform_data" "b" {
      input = each.key
      count = 1
    }
    resource "aws_vpc" "v" {
      cidr_block = "10.0.0.0/16"
    }
    locals {
      b = 1
      c = 2
    }
    module "m" {
      source  = "acme/other/aws"
      version = "2"
      a       = 1
      b       = 2
    }
""".replace("input = each.key", "input = count.index")


async def test_what_an_override_file_writes_over_is_no_mistake():
    module = unit(main_tf=BASE.replace("terraform_data.b.id", "terraform_data.b[0].id"), override_tf=OVER)
    _, found = await judged(module)
    assert found == []
    own = (await TerraformCheck().lint(module)).diagnostics
    assert [d.message for d in own if d.severity is not Severity.HINT] == []


LISTENER = """
    resource "aws_lb_listener" "l" {
      load_balancer_arn = "x"
    }
"""
FORWARD = """
    resource "aws_lb_listener" "l" {
      default_action {
        type = "forward"
      }
    }
"""
FORWARD_JSON = '{"resource": {"aws_lb_listener": {"l": {"default_action": [{"type": "forward"}]}}}}'
COMPLETED = {
    "a block that another file gives": (LISTENER, FORWARD, []),
    "a block that a file in JSON gives": (LISTENER, FORWARD_JSON, []),
    "a block of another name": (LISTENER.replace('"l"', '"k"') + LISTENER, FORWARD, ["missing-required-block"]),
    "what stands in a block that another replaces": (
        LISTENER.replace('"x"', '"x"\n default_action {\n  typ = var.gone\n}\n'), FORWARD, [],
    ),
    "what stands in a block that another adds to": (
        LISTENER.replace('"x"', '"x"\n lifecycle {\n  ignore_changes = [gone]\n}\n'),
        FORWARD.replace("default", "lifecycle {\n  create_before_destroy = true\n}\ndefault"), ["unknown-attribute"],
    ),
    "an argument that is missing where it has to be": (
        'resource "aws_s3_object" "o" {\n  bucket = "x"\n}\n',
        'resource "aws_s3_object" "o" {\n  key = "x"\n}\n', ["missing-required-argument"],
    ),
    "an argument that is missing in the block of the override file": (
        LISTENER, FORWARD.replace('type = "forward"', ""), ["missing-required-argument"],
    ),
    "what only overrides needs no required argument": (
        'resource "aws_s3_object" "o" {\n  bucket = "x"\n  key = "x"\n}\n',
        'resource "aws_s3_object" "o" {\n  count = 1\n}\n', [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPLETED)
async def test_both_judges_put_files_together_alike(name):
    base, over, expected = COMPLETED[name]
    module = unit(main_tf=base, **{"override.tf.json" if over.startswith("{") else "override_tf": over})
    _, found = await judged(module)
    assert [code for code, _ in found] == expected
    own = (await TerraformCheck().lint(module)).diagnostics
    assert [d.code for d in own if d.severity is Severity.ERROR] == expected


@pytest.mark.parametrize(
    "text",
    [
        'resource "terraform_data" "x" {}\n', 'data "terraform_remote_state" "x" {}\n', 'variable "x" {}\n',
        'output "x" {\n  value = 1\n}\n', "locals {\n  x = 1\n}\n", 'module "x" {\n  source = "acme/x/aws"\n}\n',
    ],
)  # fmt: skip
async def test_what_overrides_nothing_is_told_once(text):
    module = unit(main_tf="locals {\n  y = 1\n}\n", x_override_tf=text)
    result, found = await judged(module)
    assert len(found) == 1
    own = [d for d in (await TerraformCheck().lint(module)).diagnostics if d.severity is Severity.ERROR]
    assert [d.code for d in own if d.code != "missing-required-argument"] == ["nothing-to-override"]
    assert len(merge(module, [*own, *result.diagnostics])) == len(own)
    base = (await TerraformCheck().lint(unit(main_tf=text, x_override_tf=text))).diagnostics
    assert "nothing-to-override" not in [d.code for d in base]


GROUP = """
    resource "aws_security_group" "g" {
      dynamic "ingress" {
        iterator = it
        for_each = [1]
        content {
          protocol  = "tcp"
          from_port = it.value
          to_port   = it.key
        }
      }
    }
"""


async def test_an_iterator_is_a_name_without_quotes():
    for text, expected in ((GROUP, []), (GROUP.replace("= it\n", '= "it"\n'), ["invalid-expression"])):
        result = await TerraformCheck().lint(unit(main_tf=text.replace("it.", "ingress.") if expected else text))
        assert [d.code for d in result.diagnostics] == expected


async def test_outputs_of_a_counted_module_are_taken_from_one():
    child = Document("file:///no/such/module/m/main.tf", 'output "id" {\n  value = 1\n}\n')
    call = (
        'module "m" {\n  source = "./m"\n  count = 2\n}\noutput "o" {\n  value = [module.m[0].id, module.m[*].id]\n}\n'
    )
    own = (await TerraformCheck().lint(unit([child], main_tf=call))).diagnostics
    assert [d.code for d in own if d.code != "missing-file"] == []
    wrong = unit([child], main_tf=call.replace("m[0].id", "m.id"))
    own = [d for d in (await TerraformCheck().lint(wrong)).diagnostics if d.code != "missing-file"]
    assert [(d.code, wrong[d.uri].slice(d.span)) for d in own] == [("unknown-attribute", "id")]
    each = unit([child], main_tf=call.replace("count = 2", 'for_each = { a = "" }').replace("m[0].id", "m.a.id"))
    assert [d.code for d in (await TerraformCheck().lint(each)).diagnostics if d.code != "missing-file"] == []


async def test_a_call_that_repeats_by_an_override_file_has_each():
    child = Document("file:///no/such/module/m/main.tf", 'variable "a" {}\n')
    base = 'module "m" {\n  source = "./m"\n  a = each.key\n}\n'
    over = 'module "m" {\n  for_each = toset(["x"])\n}\n'
    module = unit([child], main_tf=base, override_tf=over)
    assert (await judged(module))[1] == []
    own = (await TerraformCheck().lint(module)).diagnostics
    assert [d.code for d in own if d.code != "missing-file"] == []


async def test_a_value_that_terraform_reads_at_once_is_judged_though_it_is_written_over():
    main = 'variable "x" {\n  default = local.a\n}\nlocals {\n  a = 1\n}\n'
    module = unit(main_tf=main, override_tf='variable "x" {\n  default = 1\n}\n')
    _, found = await judged(module)
    assert found == [("variables-not-allowed", "local")]
    own = (await TerraformCheck().lint(module)).diagnostics
    assert [d.code for d in own if d.severity is Severity.ERROR] == ["reference-not-allowed"]


async def test_a_module_that_is_called_twice_is_judged():
    call = 'module "m" {\n  source = "acme/m/aws"\n}\n'
    _, found = await judged(unit(main_tf=call, other_tf=call))
    assert [code for code, _ in found] == ["duplicate"]


async def test_an_attribute_of_a_version_that_is_not_bundled_is_no_error():
    text = """
        terraform {
          required_providers {
            aws = {
              source  = "hashicorp/aws"
              version = "~> 99.0"
            }
          }
        }
        resource "aws_vpc" "v" {
          lifecycle {
            ignore_changes = [brand_new]
          }
        }
        ephemeral "aws_secretsmanager_secret_version" "s" {
          secret_id = "x"
        }
        resource "terraform_data" "d" {
          triggers_replace = ephemeral.aws_secretsmanager_secret_version.s.brand_new
        }
    """
    own = (await TerraformCheck().lint(unit(main_tf=text))).diagnostics
    of_attributes = [d.severity for d in own if d.code == "unknown-attribute"]
    assert of_attributes == [Severity.WARNING, Severity.WARNING]


async def test_a_circle_has_a_place_and_is_the_same_mistake_for_both():
    module = unit(
        main_tf="# é😀\nlocals {\n  a = local.b\n  b = [local.a]\n}\n",
        other_tf="""
        module "m" {
          source     = "acme/m/aws"
          depends_on = [aws_vpc.v]
        }
        resource "aws_vpc" "v" {
          cidr_block = module.m.block
        }
        """,
    )
    result, found = await judged(module)
    assert found == [("dependency-cycle", "a"), ("dependency-cycle", 'resource "aws_vpc" "v"')]
    assert not [d.message for d in result.diagnostics if "stand_in" in d.message]
    own = await TerraformCheck().lint(module)
    assert [d.code for d in own.diagnostics] == ["dependency-cycle"] * 2
    assert len(merge(module, [*own.diagnostics, *result.diagnostics])) == 2


CALL = """module "m" {
  source = "../child"
  size   = "wide"
  nope   = 1
}
output "o" {
  value = module.m.id
}
"""
CHILD = 'variable "size" {\n  type = number\n}\noutput "id" {\n  value = 1\n}\n'


async def test_a_child_module_is_that_of_the_editor(tmp_path):
    (tmp_path / "root").mkdir()
    child = Document((tmp_path / "child" / "main.tf").as_uri(), CHILD)

    def module(text):
        return Unit((Document((tmp_path / "root" / "main.tf").as_uri(), text),), (child,))

    _, found = await judged(module(CALL))
    assert found == [("unsupported-argument", "nope")]
    fewer = module(CALL.replace("  nope   = 1\n", ""))
    result, found = await judged(fewer)
    assert found == [("wrong-type", '"wide"')]
    assert ".lintel" not in result.diagnostics[0].message
    own = await TerraformCheck().lint(fewer)
    wrong = [d for d in own.diagnostics if d.code != "missing-file"]  # it is in the editor alone
    assert len(merge(fewer, [*wrong, *result.diagnostics])) == 1


JSON = """{
  "terraform": {
    "required_version": ">= 99",
    "backend": {"s3": {"bucket": "x"}},
    "required_providers": {"aws": {"source": "hashicorp/aws"}, "acme": {"source": "acme/acme"}}
  },
  "resource": {
    "aws_vpc": {"v": {"cidr_block": "10.0.0.0/16", "tags": {"é😀": "${module.m.id}"}}},
    "acme_thing": {"t": {"deep": {"list": [{"b": 1}]}, "other": "${acme_thing.u.outputs.foo[0]}"}, "u": {}},
    "aws_wafv2_web_acl": {"w": {"name": "x", "scope": "REGIONAL", "default_action": {"allow": {}},
      "rule": {"name": "r", "priority": 1, "action": {"block": {}},
        "statement": {"geo_match_statement": {"country_codes": ["US"]}},
        "visibility_config": {
          "cloudwatch_metrics_enabled": true, "metric_name": "x", "sampled_requests_enabled": true
        }},
      "visibility_config": {"cloudwatch_metrics_enabled": true, "metric_name": "x", "sampled_requests_enabled": true}}}
  },
  "module": {"m": {"source": "acme/m/aws", "version": "1", "providers": {"aws": "aws"}, "size": 1}},
  "output": {"o": {"value": "${provider::acme::f(1)}"}}
}
"""


async def test_json_is_judged_by_terraform_and_what_it_declares_counts():
    uses = 'output "p" {\n  value = [aws_vpc.v.id, module.m.id, acme_thing.t.id]\n}\n'
    _, found = await judged(unit(**{"main.tf.json": JSON, "main_tf": uses}))
    assert found == []
    wrong = JSON.replace('"tags"', '"é😀": 1, "tags"')
    _, found = await judged(unit(**{"main.tf.json": wrong.replace("\n", "\r\n"), "main_tf": uses}))
    assert found == [("unsupported-argument", '"é😀"')]
