#!/usr/bin/env bash
# Installs Neovim for the tests in tests/editors, from Debian's packages. Exit 77: it cannot be installed here.
set -u
command -v nvim >/dev/null && exit 0
command -v apt-get >/dev/null || { echo "Neovim is not installed, and there is no apt-get to install it" >&2; exit 77; }
[ "$(id -u)" = 0 ] || { echo "Neovim is not installed, and installing it needs root (apt-get install neovim)" >&2; exit 77; }
echo "installing Neovim"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends neovim; } >"$log" 2>&1 && exit 0
tail -n 15 "$log" >&2
exit 77
