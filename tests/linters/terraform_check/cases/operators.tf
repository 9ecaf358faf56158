variable "names" {
  type = list(string)
}

variable "word" {
  type = string
}

locals {
  sum     = 1 + "a"
#               ^^^ invalid-operand
  fine    = 1 + "2" - var.word
  not     = !"x"
#            ^^^ invalid-operand
  both    = "a" && true
#           ^^^ invalid-operand
  longer  = var.names + 1
#           ^^^^^^^^^ invalid-operand
  less    = "10" < 5 ? "é😀" : "b"
  chosen  = 1 ? 2 : 3
#           ^ invalid-operand
  guarded = [try(1 + "a", 0), can(upper("a", "b")), try(nothing(1), max(), 1), try(file("absent.txt"), "")]
  decided = 1 + (var.word == "" ? "a" : 2)
}

locals {
  server = { name = "a", disk = { size = 1 }, (var.word) = 2 }
  disk   = { size = 1, kind = local.plain }
  plain  = "p"
  first  = local.second
  second = { a = 1 }
}

output "attributes" {
  value = [
    local.server.nope, local.disk.size, local.first.a, try(local.disk.sise, 1), try(var.word.x, 1),
    local.disk.sise,
#              ^^^^ unknown-attribute
    local.plain.x,
#               ^ unknown-attribute
    local.first.b,
#               ^ unknown-attribute
    local.disk.kind.x,
#                   ^ unknown-attribute
  ]
}

output "numbers_of_arguments" {
  value = [
    join(var.names...), max(1), lookup({}, "a", 1), range(3), setproduct(["a"], ["b"]), merge(),
    join(","),
#   ^^^^^^^^^ function-arguments
    max(),
#   ^^^^^ function-arguments
    lookup({}, "a", 1, 2),
#   ^^^^^^^^^^^^^^^^^^^^^ function-arguments
    range(1, 2, 3, 4),
#   ^^^^^^^^^^^^^^^^^ function-arguments
    setproduct(["a"]),
#   ^^^^^^^^^^^^^^^^^ function-arguments
    upper(),
#         ^ function-arguments
    concat(),
#   ^^^^^^^^ function-arguments
  ]
}
