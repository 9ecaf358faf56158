#!/usr/bin/env bash
# Builds the outside judges that are in no package manager here, for the tests: .judges/tflint and .judges/tofu.
# It needs Go and the Go module proxy. They run as programs of their own; nothing of them becomes part of Lintel.
set -euo pipefail
cd "$(dirname "$0")/.."

tflint=v0.54.0
tofu=v1.10.6
wanted=("$@")
[ "${#wanted[@]}" -gt 0 ] || wanted=(tflint tofu)
command -v go >/dev/null || { echo "not built: Go is not installed"; exit 77; }
mkdir -p .judges
export GOBIN="$PWD/.judges" GOFLAGS="-buildvcs=false"

# `go install` refuses a module with replace lines; a module that repeats them does not.
build_tofu() (
  module=github.com/opentofu/opentofu
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  cd "$scratch"
  go mod init example.invalid/judges
  own=$(go mod download -json "$module@$tofu" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  sed 's|^module .*|module example.invalid/judges|' "$own/go.mod" > go.mod
  cp "$own/go.sum" go.sum
  chmod u+w go.mod go.sum
  go mod edit -require "$module@$tofu"
  go build -mod=mod -ldflags "-s -w -X $module/version.dev=no" -o "$GOBIN/tofu" "$module/cmd/tofu"
)

for name in "${wanted[@]}"; do
  case $name in
    tflint) go install "github.com/terraform-linters/tflint@$tflint" ;;
    tofu) build_tofu ;;
    *) echo "no such judge: $name" >&2; exit 2 ;;
  esac
  ".judges/$name" --version
done
