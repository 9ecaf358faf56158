terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
    asx = { source = "acme/asx" }
    old = {
      source                = "acme/old"
      configuration_aliases = [old.one]
    }
  }
  required_providers {
# ^^^^^^^^^^^^^^^^^^ duplicate
    random = { source = "hashicorp/random" }
  }
}

resource "asw_lambda_permission" "misspelled" {}
#        ^^^^^^^^^^^^^^^^^^^^^^^ unknown-resource-type

data "aw_ami" "misspelled" {}
#    ^^^^^^^^ unknown-data-source

resource "aw_ss3_bucket" "astray" {}
#        ^^^^^^^^^^^^^^^ unknown-resource-type

data "awsi_am_role" "astray" {
#    ^^^^^^^^^^^^^^ unknown-data-source
  name = "r"
}

resource "asx_instance" "of_another" {}

resource "abc_instance" "unknown" {}

resource "aws_vpc" "quoted" {
  cidr_block = "10.0.0.0/16"
  depends_on = ["asx_instance.of_another", "aws_vpc.nope", "not a reference", abc_instance.unknown]
#               ^^^^^^^^^^^^^^^^^^^^^^^^^ quoted-reference (warning)
#                                          ^^^^^^^^^^^^^^ quoted-reference (warning)
#                                           ^^^^^^^^^^^^ undeclared-reference
  lifecycle {
    ignore_changes = ["tags", cidr_block]
#                     ^^^^^^ quoted-reference (warning)
  }
}

resource "old_thing" "passed_in" {
  provider = old.one
}

resource "old_thing" "not_passed_in" {
  provider = old.two
#            ^^^^^^^ undeclared-reference (warning)
}

module "called" {
  source = "github.com/acme/thing"
  given  = 1
  given  = 2
# ^^^^^ duplicate
  nested {
# ^^^^^^ unsupported-block
  }
}
