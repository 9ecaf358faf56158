#!/usr/bin/env bash
# All tests: Python, the VS Code client, and a real VS Code. Says which did not run and why; with CI=true that fails.
# VS Code is tested beside Python: alone it keeps no more than one core busy.
set -u
cd "$(dirname "$0")/.."
failed=()
missing=()

note() { # note NAME CODE: how a part ended; 77 means that it could not be set up here
  case $2 in
    0) ;;
    77) missing+=("$1") ;;
    *) failed+=("$1") ;;
  esac
}

part() { # part NAME COMMAND…
  printf '\n━━ %s\n' "$1"
  "${@:2}"
  note "$1" $?
}

beside() { # beside COMMAND…: begins it in a process group of its own, which ends with this script
  said=$(mktemp)
  set -m
  "$@" >"$said" 2>&1 </dev/null &
  aside=$!
  set +m
  trap 'kill -- "-$aside" 2>/dev/null; rm -f "$said"' EXIT
}

joined() { # joined NAME: waits for what was begun beside, and tells what it said
  wait "$aside"
  local code=$?
  printf '\n━━ %s\n' "$1"
  cat "$said"
  note "$1" "$code"
}

client() (
  command -v npm >/dev/null || { echo "not run: npm is not installed"; exit 77; }
  cd vscode-client || exit 1
  { [ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund --silent; } && npm test --silent
)

python() { # the editor's steps have a person's patience: they go first
  nice -n 5 .venv/bin/python -m pytest -n logical --maxprocesses 4 --dist worksteal
}

vscode-client/e2e/setup.sh
editor=$?
scripts/install_neovim.sh || missing+=("tests in Neovim")
part "VS Code client" client
[ "$editor" = 0 ] && beside npm --prefix vscode-client run --silent e2e
part "Python" python
if [ "$editor" = 0 ]; then joined "VS Code in a browser"; else note "VS Code in a browser" "$editor"; fi
command -v terraform >/dev/null || missing+=("Python tests that need terraform on the PATH")
for judge in tflint tofu; do
  command -v "$judge" >/dev/null || [ -x ".judges/$judge" ] || echo "Skipped: Python tests that ask $judge, which \`make judges\` builds"
done

echo
[ "${#missing[@]}" -gt 0 ] && printf 'Not run, see above for the reason: %s\n' "${missing[@]}"
[ "${#failed[@]}" -gt 0 ] && printf 'Failed: %s\n' "${failed[@]}"
if [ "${#failed[@]}" -gt 0 ]; then exit 1; fi
if [ "${#missing[@]}" -gt 0 ] && [ "${CI:-}" = true ]; then exit 1; fi
echo "All that ran passed."
