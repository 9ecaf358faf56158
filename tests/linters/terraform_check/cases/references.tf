variable "zone" {
  type = object({ id = string, tags = map(string) })
}

locals {
  name = "web-${var.zone.id}"
  bad  = var.zone.nmae
#                 ^^^^ unknown-attribute
  list = [for item in var.missing : item.id]
#                     ^^^^^^^^^^^ undeclared-reference
}

resource "aws_vpc" "main" {
  count      = 2
  cidr_block = "10.${count.index}.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.main.id
#              ^^^^^^^^^^^^^^^ missing-instance-key
  cidr_block = aws_vpc.main[0].cidr_blok
#                              ^^^^^^^^^ unknown-attribute
  tags       = { Name = local.nam, All = join(",", aws_vpc.main[*].id) }
#                       ^^^^^^^^^ undeclared-reference
}

resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.other.id
#              ^^^^^^^^^^^^^ undeclared-reference
  cidr_block = aws_subnet.a[0].cidr_block
#                          ^^^ unexpected-instance-key
  tags       = { Name = each.key, Self = self.id, Me = aws_subnet.b.id }
#                       ^^^^^^^^ out-of-scope
#                                        ^^^^^^^ out-of-scope
#                                                      ^^^^^^^^^^^^^^^ self-reference
}

resource "aws_subnet" "each" {
  for_each   = toset(["x", "y"])
  vpc_id     = aws_vpc.main[0].id
  cidr_block = each.value
}

output "certificate" {
  value = data.aws_ami.ubuntu.id
#         ^^^^^^^^^^^^^^^^^^^ undeclared-reference
}

output "word" {
  value = zone
#         ^^^^ invalid-reference
}

output "module" {
  value = module.network.vpc_id
#         ^^^^^^^^^^^^^^ undeclared-reference
}

output "path" {
  value = "${path.modul}/x"
#                 ^^^^^ unknown-attribute
}

resource "aws_eks_cluster" "main" {
  name     = "main"
  role_arn = "arn:aws:iam::123456789012:role/eks"
  vpc_config {
    subnet_ids = aws_subnet.a.id
#                ^^^^^^^^^^^^^^^ wrong-type
  }
}

output "authority" {
  value = aws_eks_cluster.main.certificate_authority.data
#                                                    ^^^^ unknown-attribute
}

output "fine" {
  value = [
    aws_eks_cluster.main.certificate_authority[0].data,
    aws_eks_cluster.main.certificate_authority.0.data,
    [for key, subnet in aws_subnet.each : subnet.id if key != "x"],
    values(aws_subnet.each)[*].arn,
  ]
}

resource "aws_vpc" "changes" {
  cidr_block = "10.0.0.0/16"
  provider   = aws.nowhere
#              ^^^^^^^^^^^ undeclared-reference (warning)
  lifecycle {
    ignore_changes = [cidr_block, tags["x"], cidr_blokc]
#                                            ^^^^^^^^^^ unknown-attribute
  }
}
