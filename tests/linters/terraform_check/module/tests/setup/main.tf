variable "prefix" {
  default = "x"
}

output "name" {
  value = "${var.prefix}-1"
}
