resource "aws_s3_bucket" "assets" {
  # the name is made unique by AWS
  bucket_prefx = "assets-"
}
