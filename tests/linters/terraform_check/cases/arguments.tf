resource "aws_sqs_queue" "orders" {
  delay_secnods = 5
# ^^^^^^^^^^^^^ unsupported-argument
  arn           = "arn:aws:sqs:::x"
# ^^^ computed-argument
  name          = "orders"
  name          = "again"
# ^^^^ duplicate
  redrive {
# ^^^^^^^ unsupported-block
    count = 1
  }
  tags {
# ^^^^ argument-as-block
    Team = "blue"
  }
}

resource "aws_s3_bucket_versioning" "state" {
#^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ missing-required-block
  bucket                   = "state"
  versioning_configuration = { status = "Enabled" }
# ^^^^^^^^^^^^^^^^^^^^^^^^ block-as-argument
}

resource "aws_cloudwatch_log_resource_policy" "empty" {
#^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ missing-required-argument
}

resource "aws_s3_bucket" "twice" {
  versioning {
    enabled = true
  }
  versioning {
# ^^^^^^^^^^ too-many-blocks
    enabled = false
  }
  lifecycle {
    prevent_destroy = true
    prevent_destory = true
#   ^^^^^^^^^^^^^^^ unsupported-argument
  }
}

resource "aws_sqs_que" "typo" {}
#        ^^^^^^^^^^^^^ unknown-resource-type

data "aws_sqs_queue" "missing_name" {}
#^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ missing-required-argument

data "aws_sqs_queues_all" "none" {}
#    ^^^^^^^^^^^^^^^^^^^^ unknown-data-source

resource "acme_thing" "unknown_provider" {
  anything = "goes"
}
