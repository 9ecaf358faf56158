output "topic" {
  value = aws_sns_topic.alarms.arn
}
