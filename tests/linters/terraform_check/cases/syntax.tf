resource "aws_vpc" "one" {
  cidr_block = "10.0.0.0/16
#              ^^^^^^^^^^^^ syntax
  tags       = { Name = "x" }
}

resource "aws_vpc" "two" {
  cidr_block =
#            ^ syntax
  enable_dns_support = true
}

resource "aws_vpc" "three" {
  cidr_block = "10.0.0.0/16"
  timeouts {
# ^^^^^^^^ unsupported-block
#          ^ syntax
    create = "1m"

  tags = {}
}

resource "aws_vpc" "four" {
  cidr_block: "10.0.0.0/16"
#           ^ syntax
  tags = {
#        ^ syntax
    Name = "x"
  instance_tenancy = "default"
}

resource "aws_vpc" "five" {
  cidr_block = '10.0.0.0/16'
#              ^ syntax
  "tags" = {}
# ^^^^^^ syntax
  enable_dns_support
# ^^^^^^^^^^^^^^^^^^ syntax
}

resource "aws_vpc" "six" { cidr_block = "10.0.0.0/16" instance_tenancy = "default" }
#                                                     ^ syntax

resource "aws_vpc" "seven {
#                  ^^^^^^^ syntax
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "eight" {
  tags = ["a" "b"]
#             ^^^ syntax
}

output "after" {
  value = aws_vpc.two.id
}
