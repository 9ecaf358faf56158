#!/usr/bin/env bash
# Installs what the end-to-end suite needs: Chromium with fonts (Debian packages), and code-server, its Node and
# playwright-core (npm). What is there already is kept, so a second run takes a moment.
# Exit 77: something cannot be installed here, so the suite cannot run (with CI=true that is a failure, 1).
set -u
cd "$(dirname "$0")" || exit 1

cannot() {
  echo "e2e: $1" >&2
  echo "e2e: these tests did not run:" >&2
  for file in tests/*.test.mjs; do echo "  vscode-client/e2e/$file" >&2; done
  [ "${CI:-}" = true ] && exit 1
  exit 77
}

run() { # what, log, command…
  local what=$1 log=.cache/$2.log
  shift 2
  mkdir -p .cache
  echo "e2e: installing $what"
  "$@" >"$log" 2>&1 && return
  tail -n 15 "$log" >&2
  cannot "$what could not be installed (vscode-client/e2e/$log)"
}

locked() { # folder: whether its node_modules are those of its lock file
  [ -f "$1/node_modules/.lintel-lock" ] && cmp -s "$1/package-lock.json" "$1/node_modules/.lintel-lock"
}

find_chromium() {
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" && return
  done
  return 1
}

[ "$(uname -sm)" = "Linux x86_64" ] || cannot "code-server's Node is packaged for Linux on x86-64 only, this is $(uname -sm)"
command -v npm >/dev/null || cannot "npm is not installed"
[ "$(node -p 'Number(process.versions.node.split(`.`)[0]) >= 20')" = true ] || cannot "Node 20 or newer is needed, this is $(node -v)"

if ! find_chromium >/dev/null; then
  command -v apt-get >/dev/null || cannot "Chromium is not installed, and there is no apt-get to install it"
  [ "$(id -u)" = 0 ] || cannot "Chromium is not installed, and installing it needs root (apt-get install chromium fonts-dejavu-core)"
  run "the list of Debian packages" apt-update apt-get update
  run "Chromium and fonts" apt env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core
fi

if ! locked ..; then
  run "the extension's packages" npm-client npm --prefix .. ci --ignore-scripts
  cp ../package-lock.json ../node_modules/.lintel-lock
fi

if ! locked .; then
  run "code-server and playwright-core" npm-e2e npm ci --ignore-scripts
  # code-server fetches VS Code's own packages in a script of its own, which compiles; this does not
  run "VS Code's packages" npm-code npm --prefix node_modules/code-server/lib/vscode install --omit=dev --ignore-scripts --no-audit --no-fund
  cp package-lock.json node_modules/.lintel-lock
fi
