#!/usr/bin/env bash
# The main job on real input: two repairs and two generations, told step by step. Changes no file.
set -u
cd "$(dirname "$0")/.."
lintel=.venv/bin/lintel
failed=0

show() { # show TITLE COMMAND…: exit code 1 (findings left) is a result, not a failure
  printf '\n━━ %s\n   $ lintel %s\n\n' "$1" "${*:3}"
  "${@:2}"
  local code=$?
  if [ "$code" -gt 1 ]; then
    printf '   failed with exit code %s\n' "$code"
    failed=1
  fi
}

if [ -n "${ANTHROPIC_API_KEY:-}" ]; then
  echo "ANTHROPIC_API_KEY is set: what fixers leave goes to Anthropic's model."
else
  echo "No ANTHROPIC_API_KEY: the embedded offline proposer generates, fixers repair. Nothing leaves this machine."
fi
show "A broken CloudFormation template, repaired" \
  "$lintel" fix --unsafe --diff --verbose fixtures/cloudformation/orders.yaml
show "A broken Terraform module, repaired" \
  "$lintel" fix --unsafe --diff --verbose fixtures/terraform/shop
show "A CloudFormation resource from a sentence" \
  "$lintel" generate "an S3 bucket with versioning and KMS encryption" --language cloudformation --verbose
show "A Terraform resource from a sentence" \
  "$lintel" generate "an SQS queue with a dead letter queue" --language terraform --verbose
exit "$failed"
