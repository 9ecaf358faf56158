# What Terraform has since 1.11, and what OpenTofu has of its own.
terraform {
  encryption {
    key_provider "pbkdf2" "p" {
      passphrase = "x"
    }
  }
}

provider "aws" {
  alias    = "by_region"
  for_each = toset(["a", "b"])
  region   = each.key
}

variable "old" {
  type       = number
  default    = 1e3
  deprecated = "Use another."
}

action "aws_lambda_invoke" "call" {
  config {
    payload = 2.5e-1 * 1E+2
  }
}

resource "aws_vpc" "v" {
  cidr_block = "1e3"
  lifecycle {
    enabled = var.old > 0
    action_trigger {
      events  = [after_create]
      actions = [action.aws_lambda_invoke.call]
    }
  }
}

import {
  to       = aws_vpc.v
  identity = { id = "vpc-1" }
}

import {
#^^^^^^ missing-required-argument
  to = aws_vpc.v
}

module "m" {
  source = "acme/m/aws"
  lifecycle {
    enabled = false
  }
}
