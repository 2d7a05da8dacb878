# Countinghouse. `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench chaos e2e mutations manage lock

PORT ?= 8000
export PORT

IN_VENV := .venv/bin/python
COMPILE := .venv/bin/uv pip compile --python-version 3.11 --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: ## the environment: .venv with the locked packages (the other targets call it)
	@for python in "$$PYTHON" python3 python3.14 python3.13 python3.12 python3.11; do \
		if [ -n "$$python" ] && "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec "$$python" -I deploy/virtual_environment.py; \
		fi; \
	done; \
	echo "Countinghouse needs Python 3.11 or newer, and found none: install it, or name it with PYTHON=/path/to/python3." >&2; \
	exit 1

run: setup ## everything in this terminal, on http://localhost:$PORT (8000); Ctrl-C stops it
	@$(IN_VENV) -m deploy.embedded run

manage: setup ## a management command: make manage ARGS="process_webhooks --help"
	@$(IN_VENV) -m deploy.embedded manage $(ARGS)

test: setup ## the test suite; ARGS="tests/billing -k refund" for a part of it
	@$(if $(ARGS),,COUNTINGHOUSE_TEST_MEMORY=1) $(IN_VENV) -m pytest -n 2 -m "not e2e" $(ARGS)

check: setup ## what CI runs: lint, types, contracts, migrations, system checks, audit, tests
	@$(IN_VENV) -m deploy.check

bench: setup ## the benchmarks, each beside its limit or peer
	@$(IN_VENV) -m bench $(ARGS)

chaos: setup ## 10,000 events in bad weather, every process killed; ARGS="--seed 7" for another
	@$(IN_VENV) -m tests.chaos $(ARGS)

e2e: setup ## the browser tests
	@$(IN_VENV) -m pytest -m e2e $(ARGS)

mutations: setup ## take each guard away and see its tests go red; ARGS="the policy" for some
	@$(IN_VENV) -m tests.mutations $(ARGS)

lock: setup ## resolve pyproject.toml again: requirements.txt, requirements-dev.txt
	@test -x .venv/bin/uv || $(IN_VENV) -m pip install --quiet --require-hashes --only-binary :all: -r deploy/uv.txt
	$(COMPILE) pyproject.toml --output-file requirements.txt
	$(COMPILE) pyproject.toml --extra dev --extra embedded --output-file requirements-dev.txt
