test {
  parallel = true
}

variables {
  name  = "first"
  other = "of nobody"
}

provider "aws" {
  region = var.other
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

mock_provider "aws" {
  alias           = "fake"
  source          = "./mocks"
  override_during = plan

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:123456789012:q"
    }
  }

  mock_data "aws_region" {
    override_during = apply
    defaults        = { name = "eu-west-1" }
  }

  override_data {
    target = data.aws_region.here
    values = { name = "eu-west-1" }
  }
}

override_resource {
  target          = aws_sqs_queue.main
  values          = { arn = "arn" }
  override_during = plan
}

override_module {
  target  = module.child
  outputs = { id = 1 }
}

run "setup" {
  state_key = "setup"

  module {
    source = "./tests/setup"
  }

  variables {
    prefix = "p"
  }

  assert {
    condition     = output.name == "p-1" && var.prefix == "p"
    error_message = "It is ${output.name}."
  }
}

run "plans" {
  command = plan

  variables {
    name = run.setup.name
    size = var.other == "" ? 1 : 2
  }

  providers = {
    aws = aws.west
  }

  plan_options {
    mode    = refresh-only
    refresh = false
    replace = [aws_sqs_queue.main]
    target  = [aws_sqs_queue.main]
  }

  assert {
    condition     = aws_sqs_queue.main.name == local.shown && length(run.setup) > 0
    error_message = "The queue ${output.arn} is not ${path.module}."
  }

  expect_failures = [var.name, check.named, aws_sqs_queue.main, output.arn]
}

run "elsewhere" {
  module {
    source  = "terraform-aws-modules/sqs/aws"
    version = "4.0.0"
  }

  assert {
    condition     = aws_sqs_queue.this[0].name != output.whatever
    error_message = "What it holds is not known here."
  }
}
