# make demo    set everything up and show the main job on real input
# make test    set up what the tests need and run all of them
# make editor  a VS Code in the browser on fixtures/, with the extension installed
# make set-up  what the tests need besides Python packages: Neovim, Chromium, code-server
# make check   formatter, linter and type checker, Python and TypeScript
# make bench   the benchmarks
# make vsix    the extension with the server's wheel in it: vscode-client/dist/lintel.vsix
# make judges  build tflint and OpenTofu for the tests that ask them (needs Go)
# make lock    lock the dependencies anew

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# where it is set, each of the hundreds of processes that the tests start would compile all modules anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test set-up editor check check-python check-client bench vsix judges lock format clean

demo: $(VENV)/.installed
	@scripts/demo.sh

test: $(VENV)/.installed-dev
	@scripts/test.sh

# what cannot be installed is told by `make test`, which asks for it again
set-up: vscode-client/node_modules
	-@scripts/install_neovim.sh
	-@vscode-client/e2e/setup.sh

editor: $(VENV)/.installed
	@vscode-client/e2e/setup.sh && node vscode-client/e2e/serve.mjs

check: check-python check-client

check-python: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python scripts/generate_settings.py --check

check-client: vscode-client/node_modules
	cd vscode-client && npm run --silent check

format: $(VENV)/.installed-dev vscode-client/node_modules
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd vscode-client && npm run --silent format

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.lsp

vsix: $(VENV)/.installed-dev vscode-client/node_modules
	rm -rf vscode-client/server
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w vscode-client/server .
	cp requirements.txt vscode-client/server/
	cd vscode-client && npm run --silent package

judges:
	@scripts/judges.sh

lock: $(VENV)/.installed-dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml requirements-build.in

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# not compiled: of thousands of modules a few hundred are ever imported, each of which is compiled then
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps -e .
	touch $@

# all that is in requirements.txt is here too
$(VENV)/.installed-dev: requirements-dev.txt requirements.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements-dev.txt
	$(PIP) --no-deps -e .
	touch $(VENV)/.installed $@

vscode-client/node_modules: vscode-client/package-lock.json
	cd vscode-client && npm ci --ignore-scripts --no-audit --no-fund
	cp vscode-client/package-lock.json $@/.lintel-lock # e2e/setup.sh need not install them again
	touch $@

clean:
	rm -rf $(VENV) vscode-client/node_modules vscode-client/dist vscode-client/e2e/.cache
