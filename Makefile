# `make help` lists the targets. Each target runs the setup that it needs; `make setup` does nothing while nothing has changed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup run test check coverage bench bench-peers killed fuzz mutants docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## make .venv from the locked versions

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed: make PYTHON=python3.11 ...')"
	@test -x $(BIN)/python || { echo "Creating .venv ..."; $(PYTHON) -m venv .venv; }
	@echo "Installing $$(grep -c '==' requirements.lock) locked packages (about a minute the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m zoom_component.tools.export.type_files
	@echo "Compiling ..."
	@$(BIN)/python -m compileall -q component .venv/lib
	@touch $(READY)

run: $(READY) ## run the main job on the sandbox
	@$(BIN)/python examples/tour.py

test: check ## run everything that CI checks
	@$(BIN)/python -m pytest -n 3 --dist worksteal -q

check: $(READY) ## check style, types, layers, specs, generated pages and language
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy tests
	@$(BIN)/lint-imports
	@$(BIN)/zoom-component check
	@$(BIN)/zoom-component spec docs --check
	@$(BIN)/python -m tests.house.vocabulary

coverage: $(READY) ## run the tests and measure the lines and branches that they reach
	@$(BIN)/python -m pytest -n 3 --dist worksteal -q --cov --cov-report=term --cov-report=xml

bench-peers: $(READY) ## compare calls, starts, servers and queues with others; JOBS="B C" runs some jobs
	@$(BIN)/python bench/peers $(if $(JOBS),--jobs $(JOBS))

bench: bench-peers ## the same as bench-peers

killed: $(READY) ## kill workers and batches again and again, and count what was lost or done twice
	@$(BIN)/python bench/killed.py
	@$(BIN)/python bench/killed_commands.py
	@$(BIN)/python bench/killed_batches.py
	@$(BIN)/python bench/killed_grants.py

fuzz: $(READY) ## attack the receiver, the HTTP server and the MCP server
	@$(BIN)/python bench/fuzz.py
	@$(BIN)/python bench/fuzz_servers.py

mutants: $(READY) ## change decisive code at random, and count the changes that no test notices
	@test -x .venv/mutants/bin/python || $(BIN)/python -m venv .venv/mutants
	@.venv/mutants/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r bench/mutants/requirements.lock
	@.venv/mutants/bin/python bench/mutants

docs: $(READY) ## write the generated pages and schemas
	@$(BIN)/zoom-component spec docs

lock: $(READY) ## lock the dependencies of pyproject.toml
	@CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --allow-unsafe --strip-extras --extra postgres --extra ws --extra dev --output-file requirements.lock pyproject.toml
	@CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --allow-unsafe --strip-extras --output-file bench/mutants/requirements.lock bench/mutants/requirements.in

clean: ## remove everything that can be made again
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
