resource "aws_sqs_queue" "main" {}
#^^^^^^^ unsupported-block

variable = 1
#^^^^^^^ unsupported-argument

run {}
#^^ invalid-labels

run "first" {
  command = "plan"
#           ^^^^^^ invalid-value
  comand  = 1
# ^^^^^^ unsupported-argument

  variables {
    nam = "x"
#   ^^^ unsupported-argument (warning)
  }

  assert {
# ^^^^^^ missing-required-argument
    condition = aws_sqs_queue.other.name == var.nme
#               ^^^^^^^^^^^^^^^^^^^ undeclared-reference
#                                           ^^^^^^^ undeclared-reference
  }

  assert {
    condition     = aws_sqs_queue.main.nme == output.nope
#                                      ^^^ unknown-attribute
#                                             ^^^^^^^^^^^ undeclared-reference
    error_message = uper("x")
#                   ^^^^ unknown-function
  }

  expect_failures = [var.nope, output.arn, aws_sqs_queue.none]
#                    ^^^^^^^^ undeclared-reference
#                                          ^^^^^^^^^^^^^^^^^^ undeclared-reference
}

run "first" {
#^^^^^^^^^^ duplicate
  variables {
    name = run.nobody.arn
#          ^^^^^^^^^^ undeclared-reference
    size = run.later.arn
#          ^^^^^^^^^ undeclared-reference
  }

  plan_options {
    targets = []
#   ^^^^^^^ unsupported-argument
  }
}

run "later" {
  module {
    source = "./tests/setup"
  }

  variables {
    name = run.first.nope
#   ^^^^ unsupported-argument (warning)
#                    ^^^^ unknown-attribute
  }

  assert {
    condition     = aws_sqs_queue.main.name == var.prefix
#                   ^^^^^^^^^^^^^^^^^^ undeclared-reference
    error_message = "The queue is of another module."
  }
}

mock_provider "aws" {
  mock_resource "aws_sqs_queue" {
    default = {}
#   ^^^^^^^ unsupported-argument
  }
  override_resource {
# ^^^^^^^^^^^^^^^^^ missing-required-argument
    values = {}
  }
}
