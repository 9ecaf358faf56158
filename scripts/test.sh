#!/usr/bin/env bash
# All tests: Python, the VS Code client, and a real VS Code. Says which did not run and why; with CI=true that fails.
set -u
cd "$(dirname "$0")/.."
failed=()
missing=()

part() { # part NAME COMMAND…: exit code 77 means that it could not be set up here
  printf '\n━━ %s\n' "$1"
  "${@:2}"
  case $? in
    0) ;;
    77) missing+=("$1") ;;
    *) failed+=("$1") ;;
  esac
}

client() (
  command -v npm >/dev/null || { echo "not run: npm is not installed"; exit 77; }
  cd vscode-client || exit 1
  { [ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund --silent; } && npm run --silent check && npm test --silent
)

editor() (
  command -v npm >/dev/null || { echo "not run: npm is not installed"; exit 77; }
  vscode-client/e2e/setup.sh || exit $?
  cd vscode-client && npm run --silent e2e
)

part "VS Code client" client
part "VS Code in a browser" editor
scripts/install_neovim.sh || missing+=("tests in Neovim")
part "Python" .venv/bin/python -m pytest -n logical --maxprocesses 4 --dist worksteal
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
