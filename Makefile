# From a fresh clone: `make up`. Needs only Python >= 3.11; everything it downloads goes into this folder.
# Stamps under .venv/stamps record what is done, so a second run has nothing to do.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
RUN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PIP := $(RUN)/python -m pip install -q --disable-pip-version-check
POETRY ?= poetry
UP_GROUPS := statistics,transfers,insights,embedded,build
NPM := .ci/npm
ARGS ?=
PROSE := README.md CONTRIBUTING.md CHANGELOG.md deploy/README.md docs
export PYTHON

WEB := services/web
WEB_BUILT := $(WEB)/dist/uv.js
WEB_PACKAGES := $(WEB)/node_modules/.package-lock.json
WEB_SOURCES := $(shell find $(WEB) \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)

.PHONY: help setup setup-dev web up test chaos check bench api-types schema lock clean

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  Options of a command go into ARGS: make up ARGS='--api-port 9000', make test ARGS='-k tracker'"

setup: $(STAMPS)/up $(WEB_BUILT) ## install what running it needs, and build the web code

web: $(WEB_BUILT) ## build tracker, dashboard and demo pages

up: setup ## set up, then run everything on this machine; DEMO=1 generates a year of visits
	@exec $(RUN)/pyuniqvisit up $(if $(DEMO),--demo) $(ARGS)

test: setup-dev $(WEB_BUILT) ## run all tests
	@$(NPM) test
	@$(RUN)/python -m pytest -n 2 --dist loadfile $(ARGS)

chaos: setup-dev ## inject faults under load, and account for every beacon
	@$(RUN)/python -m tests.chaos $(ARGS)

check: setup-dev $(WEB_PACKAGES) ## check format, lint, types, docs, lock files and known vulnerabilities
	@$(RUN)/ruff format --check .
	@$(RUN)/ruff check .
	@$(RUN)/mypy
	@$(RUN)/python .ci/check_words.py
	@$(RUN)/python .ci/check_requirements.py
	@$(RUN)/python .ci/describe_schema.py --check
	@$(RUN)/python .ci/audit.py
	@$(RUN)/python -m services.api.openapi | $(NPM) run --silent api-types -- --check
	@$(NPM) run check
	@if command -v vale >/dev/null; then vale $(PROSE); else echo "!!! PROSE NOT CHECKED: vale is not installed" >&2; fi

bench: setup-dev $(WEB_BUILT) ## measure everything on this machine, within a quarter of an hour
	@$(RUN)/python -m benchmarks $(ARGS)

api-types: setup-dev $(WEB_PACKAGES) ## generate the dashboard's API types from the API's OpenAPI document
	@$(RUN)/python -m services.api.openapi | $(NPM) run --silent api-types

schema: setup-dev ## write docs/schema.sql and its picture from the migrations
	@$(RUN)/python .ci/describe_schema.py

lock: ## renew poetry.lock and its exports (needs Poetry with poetry-plugin-export)
	$(POETRY) lock
	$(POETRY) export -q -f requirements.txt -o deploy/requirements.txt
	$(POETRY) export -q -f requirements.txt --with statistics,transfers -o deploy/requirements-api.txt
	$(POETRY) export -q -f requirements.txt --with statistics,insights -o deploy/requirements-worker.txt
	$(POETRY) export -q -f requirements.txt --with $(UP_GROUPS) -o deploy/requirements-up.txt
	$(POETRY) export -q -f requirements.txt --with $(UP_GROUPS),dev -o deploy/requirements-dev.txt
	$(POETRY) export -q -f requirements.txt --only node -o deploy/requirements-node.txt

clean: ## remove what was installed and built; keep the data
	rm -rf $(VENV) $(WEB)/dist $(WEB)/node_modules build .mypy_cache .pytest_cache .ruff_cache .hypothesis

setup-dev: $(STAMPS)/dev

$(STAMPS)/venv: .ci/find_python
	@python=$$(.ci/find_python) && { [ -x $(RUN)/python ] || "$$python" -m venv $(VENV); }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/up: deploy/requirements-up.txt pyproject.toml $(STAMPS)/venv
	@echo "installing Python packages"
	@$(PIP) --require-hashes -r deploy/requirements-up.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/dev: deploy/requirements-dev.txt $(STAMPS)/up
	@echo "installing what the tests need"
	@$(PIP) --require-hashes -r deploy/requirements-dev.txt
	@touch $@

$(WEB_PACKAGES): $(WEB)/package.json $(WEB)/package-lock.json | $(STAMPS)/up
	@echo "installing web packages"
	@$(NPM) ci --loglevel=error
	@touch $@

$(WEB_BUILT): $(WEB_SOURCES) $(WEB_PACKAGES)
	@echo "building the web parts"
	@$(NPM) run --silent build
	@touch $@
