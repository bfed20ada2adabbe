# csdesk: every target sets up what it needs. Only python3 (3.11 or newer) has to be there.
SHELL := /bin/bash
VENV ?= .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
LOCALES := csdesk/locale
# Tests start csdesk hundreds of times; where the environment forbids compiled files each start compiles all of it.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check bench docs dumps test-real messages clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(VENV)/.ready ## open the sample shop on a throw-away copy
	@$(BIN)/csdesk demo

test: $(VENV)/.ready-dev ## run the test suite
	@$(PY) -m pytest -q -n auto --maxprocesses 12 --dist worksteal $(ARGS)

check: $(VENV)/.ready-dev ## lint, format, types, import rules, generated docs, catalogues
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(PY) tools/docs.py --check
	@$(PY) tools/catalogues.py --check

bench: $(VENV)/.ready-dev ## measure start, keys, queue and search against their budgets
	@$(PY) -m benchmarks $(ARGS)

docs: $(VENV)/.ready-dev ## write the generated docs and the picture in the READMEs anew
	@$(PY) tools/docs.py

dumps: $(VENV)/.ready-dev ## write every screen at three sizes and in both languages to tests/dumps anew
	@$(PY) -m tests.ui.dumping

messages: $(VENV)/.ready-dev ## take new interface texts into the catalogues and compile them
	@$(PY) tools/catalogues.py

test-real: $(VENV)/.ready-dev ## real Dovecot, Postfix, OpenSSH, tmux, screen (root; skipped where absent); all stories
	@$(PY) -m pytest -q -m real -rs tests/real tests/unit tests/contract $(ARGS)
	@$(PY) -m pytest -q -m real -n auto --maxprocesses 12 --dist worksteal tests/stories tests/ui tests/faults tests/e2e $(ARGS)

clean: ## remove the environment and everything that was generated
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis benchmarks/out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One virtual environment, two degrees: what the desk needs, and what its tests and checks need.
$(PY):
	@tools/venv $(VENV)

$(VENV)/.ready: pyproject.toml constraints.txt csdesk/__init__.py tools/venv | $(PY)
	@tools/venv $(VENV) -e .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml constraints.txt csdesk/__init__.py tools/venv | $(PY)
	@tools/venv $(VENV) -e '.[dev]'
	@touch $@ $(VENV)/.ready
