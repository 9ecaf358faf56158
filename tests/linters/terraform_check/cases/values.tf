resource "aws_sqs_queue" "types" {
  delay_seconds = "soon"
#                 ^^^^^^ wrong-type
  fifo_queue    = "maybe"
#                 ^^^^^^^ wrong-type
  name          = ["a"]
#                 ^^^^^ wrong-type
  tags          = "none"
#                 ^^^^^^ wrong-type
}

resource "aws_lb" "types" {
  subnets            = "subnet-1"
#                      ^^^^^^^^^^ wrong-type
  security_groups    = { a = "b" }
#                      ^^^^^^^^^^^ wrong-type
  internal           = 1
#                      ^ wrong-type
  idle_timeout       = "60"
  load_balancer_type = upper("application")
}

variable "count_of" {
  type    = number
  default = "many"
#           ^^^^^^ wrong-type
}

variable "quoted" {
  type = "string"
#        ^^^^^^^^ invalid-type-constraint
}

variable "misspelled" {
  type = lst(string)
#        ^^^^^^^^^^^ invalid-type-constraint
}

variable "from_another" {
  default = var.count_of
#           ^^^^^^^^^^^^ reference-not-allowed
}

variable "version" {}
#        ^^^^^^^^^ invalid-labels

output "functions" {
  value = [uper("a"), join(","), abs(1, 2), cidrsubnet("10.0.0.0/16", "wide", 1)]
#          ^^^^ unknown-function
#                     ^^^^^^^^^ function-arguments
#                                       ^ function-arguments
#                                                                     ^^^^^^ function-arguments
}

resource "aws_vpc" "both" {
  count      = 1
  for_each   = {}
# ^^^^^^^^ invalid-for-each
  cidr_block = "10.0.0.0/16"
}

resource "aws_vpc" "listed" {
  for_each   = ["a", "b"]
#              ^^^^^^^^^^ invalid-for-each
  cidr_block = each.value
}

terraform {
  required_version = "at least 1.5"
#                    ^^^^^^^^^^^^^^ invalid-version
}

module "network" {
  source  = "network"
#           ^^^^^^^^^ invalid-module-source
  version = "1.0.0"
}
