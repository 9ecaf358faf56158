resurce "aws_vpc" "typo" {
#^^^^^^ unsupported-block
}

resource "aws_vpc" {
#^^^^^^^^^^^^^^^^^ invalid-labels
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "two" "three" {
#                        ^^^^^^^ invalid-labels
  cidr_block = "10.0.0.0/16"
}

variable "1st" {}
#        ^^^^^ invalid-labels

variable "region" {
  defualt = "eu-west-1"
# ^^^^^^^ unsupported-argument
  validation {
# ^^^^^^^^^^ missing-required-argument
    condition = length(var.region) > 2
  }
}

output "nothing" {
#^^^^^^^^^^^^^^^ missing-required-argument
  description = "no value"
}

module "nameless" {
#^^^^^^^^^^^^^^^^ missing-required-argument
}

loose = true
#^^^^ unsupported-argument

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "main" {
#^^^^^^^^^^^^^^^^^^^^^^^^ duplicate
  cidr_block = "10.1.0.0/16"
}

locals {
  one = local.two
# ^^^ dependency-cycle
  two = local.one
}

check "health" {
  data "aws_vpc" "seen" {
    idd = "vpc-1"
#   ^^^ unsupported-argument
  }
  assert {
    condition     = data.aws_vpc.seen.id != ""
    error_message = "gone"
  }
}
