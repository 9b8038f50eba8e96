# One word, one job; each word does the setup it needs. `make setup` is a no-op while nothing has changed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: setup run test check bench killed fuzz docs lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.11 ...')"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m zoom_component.tools.export.type_files
	@$(BIN)/python -m compileall -q component .venv/lib
	@touch $(READY)

run: $(READY)
	@$(BIN)/python examples/tour.py

test: check
	@$(BIN)/python -m pytest -n 3 --dist worksteal -q

check: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy tests
	@$(BIN)/lint-imports
	@$(BIN)/zoom-component check
	@$(BIN)/zoom-component docs --check

bench: $(READY)
	@$(BIN)/python bench/all.py

killed: $(READY)
	@$(BIN)/python bench/killed.py

fuzz: $(READY)
	@$(BIN)/python bench/fuzz.py

docs: $(READY)
	@$(BIN)/zoom-component docs

lock: $(READY)
	@CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --allow-unsafe --strip-extras --extra aio --extra postgres --extra ws --extra dev --output-file requirements.lock pyproject.toml

clean:
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
