variable "shown" {
  type    = string
  default = "visible"
}

variable "hidden" {
  type      = string
  sensitive = true
  default   = "«hidden-default»"
}

variable "db_password" {
  default = "«named-default»"
}

resource "aws_db_instance" "main" {
  username = "admin"
  password = "«literal-password»"
  port     = 5432
}

resource "aws_db_instance" "other" {
  password            = var.db_password
  kms_key_id          = aws_kms_key.main.arn
  monitoring_interval = 60
}

resource "aws_secretsmanager_secret_version" "main" {
  secret_id     = aws_secretsmanager_secret.main.id
  secret_string = jsonencode({ user = "app", password = "«nested-password»" })
}

resource "aws_secretsmanager_secret_version" "heredoc" {
  secret_string = <<-EOT
    «heredoc-line-1»
  EOT
}

provider "aws" {
  region     = "eu-west-1"
  access_key = "«AK¦IAIOSFODNN7EXAMPL3»"
  secret_key = "«wJalrXUtnFEMI/¦K7MDENG/bPxRfiCYEXAMPLEKEY»"
}

resource "aws_ecs_task_definition" "main" {
  container_definitions = jsonencode([{
    environment = [{ name = "API_TOKEN", value = "«container-token»" }, { name = "LEVEL", value = "info" }]
  }])
}

resource "aws_elasticache_user" "main" {
  user_id   = "visible"
  passwords = ["«in-a-list»", var.db_password]
}

locals {
  pgpassword = "«no-hump-in-its-name»"
  admin_pass = "«pass-alone»"
  PassWord   = sensitive("«wrapped-in-a-function»")
  bypass     = "visible"
  script     = <<-EOT
    export PGPASSWORD=«of-a-script»
  EOT
}
