terraform {
  required_version = ">= 1.5, < 2.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Team = "blue" }
  }
}

provider "aws" {
  alias  = "west"
  region = "us-west-2"
}

variable "names" {
  type    = list(string)
  default = ["a", "b"]
}

variable "options" {
  type = object({
    size  = optional(number, 3)
    extra = map(object({ port = number }))
  })
  default = { extra = {} }
}

locals {
  ports = { for name, item in var.options.extra : name => item.port }
  text  = <<-EOT
    %{for name in var.names~}
    hello ${name}
    %{endfor~}
  EOT
}

resource "aws_security_group" "web" {
  provider = aws.west
  name     = "web"

  dynamic "ingress" {
    for_each = local.ports
    iterator = port
    content {
      from_port   = port.value
      to_port     = port.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
      description = "port ${port.key}"
    }
  }

  egress = [{
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    cidr_blocks      = ["0.0.0.0/0"]
    description      = ""
    ipv6_cidr_blocks = []
    prefix_list_ids  = []
    security_groups  = []
    self             = false
  }]

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [tags, name]
    postcondition {
      condition     = self.name != ""
      error_message = "It has no name."
    }
  }
}

resource "aws_instance" "web" {
  for_each               = toset(var.names)
  ami                    = data.aws_ami.linux.id
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.web.id]
  user_data              = local.text
  tags                   = merge({ Name = each.key }, { "kind" : "web" })

  provisioner "local-exec" {
    when    = destroy
    command = "echo ${self.id}"
  }
}

data "aws_ami" "linux" {
  most_recent = true
  owners      = ["amazon"]
  filter {
    name   = "name"
    values = ["al2023-*"]
  }
}

moved {
  from = aws_instance.old
  to   = aws_instance.web
}

output "addresses" {
  value      = { for name, server in aws_instance.web : name => server.private_ip }
  depends_on = [aws_security_group.web]
}
