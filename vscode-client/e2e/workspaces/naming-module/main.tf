variable "stage" {
  type    = string
  default = "dev"
}

resource "aws_sns_topic" "alarms" {
  name = "alarms-${var.stage}"
  kms_master_key_id = "alias/aws/sns"
}
