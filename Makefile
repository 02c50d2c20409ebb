# Two commands: `make run` and `make test`. Both install what they need, once.
# Needs: make, and a Python of 3.11 or newer that can make virtual environments.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# One server for one command, gone afterwards.
WITH_DATABASE := $(BIN)/python -m config.local.throwaway
# Two workers and some hundred processes read the same sources: they are compiled once, whatever the
# caller's own Python does.
PYTEST := PYTHONDONTWRITEBYTECODE= $(WITH_DATABASE) $(BIN)/python -m pytest
PYTEST_ARGS ?=
SLOW := -m slow --timeout 3600
TEMPLATES := find templates accounts dubbing -name '*.html' -exec
WORKERS ?= 3
# Addresses of package registries do not belong into what is committed.
REGISTRIES := "resolved"|^--(extra-)?index-url|^--find-links| @ https?://

DEMO_ARGS ?=

.PHONY: run demo-data test test-slow test-production chaos night check bench screenshots install install-dev format lock upgrade-database help

run: install ## start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/python -m config.local

demo-data: install ## a believable team to try the desk on; DEMO_ARGS="--remove" takes it away
	@$(BIN)/python -m config.local.demo $(DEMO_ARGS)

test: install-browser ## the test suite, browser tests included
	@$(PYTEST) -n $(WORKERS) --reruns 1 -rR -m "not slow" $(PYTEST_ARGS)

test-slow: install-browser ## what does not fit into ten minutes
	@$(PYTEST) -n $(WORKERS) $(SLOW) --ignore tests/chaos $(PYTEST_ARGS) || [ $$? -eq 5 ] # 5: there is none

test-production: install-dev ## docker-compose.yml's commands, run by hand with Debian's programs
	@$(PYTEST) --reruns 1 $(SLOW) tests/config/test_by_hand.py $(PYTEST_ARGS)

chaos: install-dev ## more than 200 faults, then long walks and races; SEED=n repeats a night
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))
	@$(PYTEST) -n $(WORKERS) --dist loadgroup $(SLOW) tests/chaos $(PYTEST_ARGS)

night: install-dev ## faults over 50 videos in 6 languages; both ledgers compared line by line
	@$(BIN)/python -m tests.chaos --night $(if $(SEED),--seed $(SEED))

check: install-dev ## format, lint, types, templates, migrations, deployment, lock files
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy .
	@$(TEMPLATES) $(BIN)/djade --check --target-version 5.2 {} +
	@$(WITH_DATABASE) $(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python -m config.local.deploy_check
	@! grep -nE '$(REGISTRIES)' requirements/*.lock package-lock.json || \
		{ echo "A lock file names a package registry."; exit 1; }

bench: install-dev ## every figure with its floor
	@$(WITH_DATABASE) $(BIN)/python -m benchmarks

screenshots: install-browser ## the README's pictures, from the running product
	@$(BIN)/python -m docs.screenshots

format: install-dev ## put the code into its one form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(TEMPLATES) $(BIN)/djade --target-version 5.2 {} +

upgrade-database: install ## once, where PostgreSQL's release has changed; PROGRAMS=… names the old one's folder
	@$(BIN)/python -m config.local.upgrade $(if $(PROGRAMS),--programs "$(PROGRAMS)")

lock: install-dev ## renew the lock files from requirements/*.in and package.json
	@$(BIN)/python -m config.local.lock

install:
	@$(if $(PYTHON),,$(error Python 3.11 or newer is needed, and none was found. Name one: make PYTHON=/path/to/python3))
	@$(PYTHON) -m config.local.install base

install-dev:
	@$(if $(PYTHON),,$(error Python 3.11 or newer is needed, and none was found. Name one: make PYTHON=/path/to/python3))
	@$(PYTHON) -m config.local.install dev

install-browser:
	@$(if $(PYTHON),,$(error Python 3.11 or newer is needed, and none was found. Name one: make PYTHON=/path/to/python3))
	@$(PYTHON) -m config.local.install dev --browser

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
