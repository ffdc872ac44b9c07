# Each command sets itself up. It needs make, and Python 3.11 or newer: `make PYTHON=/path/to/python test`.
PYTHON ?= python3

UV := .venv/bin/uv
# A stamp is newer than what it was made from, so that a second call costs nothing.
CORE := .venv/.core
SYNCED := .venv/.synced

# One process more than there are cores: many tests wait for processes of their own.
TESTERS = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

# uv trusts the certificates that this machine trusts, fetches no interpreter, and installs into .venv only.
export UV_SYSTEM_CERTS ?= true
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help demo test coverage check format bench clean

help: ## Show this list.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

demo: $(CORE) ## Watch an assistant and a user proxy solve a task together.
	@scripts/install-system-packages bwrap
	@.venv/bin/autogen demo

test: $(SYNCED) ## Run all tests; ARGUMENTS="-k loop" picks some.
	@scripts/install-system-packages
	.venv/bin/pytest -n $(TESTERS) --dist worksteal $(ARGUMENTS)

coverage: $(SYNCED) ## Run all tests and show what they leave out.
	@scripts/install-system-packages
	.venv/bin/pytest -n $(TESTERS) --dist worksteal $(ARGUMENTS) --cov

check: $(SYNCED) ## Look at format, lint and types, and change nothing.
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/pyright --project pyproject.toml

format: $(SYNCED) ## Format the code, and mend what lint can mend by itself.
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .

bench: $(SYNCED) ## Measure speed and memory.
	.venv/bin/python benchmarks/run.py $(ARGUMENTS)

clean: ## Remove the environment and all that the commands made.
	rm -rf .venv .coverage .coverage.* .hypothesis .pytest_cache .ruff_cache build dist htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(CORE): pyproject.toml uv.lock
	@scripts/make-environment "$(PYTHON)"
	@$(UV) sync --quiet --frozen --inexact --python .venv/bin/python --no-dev
	@touch $@

$(SYNCED): pyproject.toml uv.lock
	@scripts/make-environment "$(PYTHON)"
	@$(UV) sync --quiet --frozen --inexact --python .venv/bin/python
	@touch $(CORE) $@
