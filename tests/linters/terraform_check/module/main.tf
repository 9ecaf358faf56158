variable "name" {
  type = string
}

variable "size" {
  type    = number
  default = 1
}

locals {
  shown = upper(var.name)
}

resource "aws_sqs_queue" "main" {
  name = local.shown
}

output "arn" {
  value = aws_sqs_queue.main.arn
}

check "named" {
  assert {
    condition     = var.name != ""
    error_message = "Give it a name."
  }
}
