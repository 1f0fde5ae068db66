# Everything a developer types; `make help` lists it from the comments behind ##.
PYTHON ?= python3
VENV   := .venv/bin/python
# STORY=1 speaks of the platform that `make story` keeps, instead of the one of `make run`.
LOCAL   = $(VENV) -m infra.local $(if $(STORY),--story)
# Two whole platforms one after the other: nothing else may want the machine meanwhile.
ALONE  := tests/integration/test_story_under_faults.py
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run reset status test simulate e2e check fmt contracts release bench rebuild verify trace story screenshots lock setup setup-story setup-dev

##@ Run it
run: setup ## start everything, load the sample world, stay until Ctrl-C
	@exec $(VENV) -m infra.local run

status: ## the state of every program of a running platform [STORY=1]
	@$(LOCAL) status

reset: ## delete the local data (.local/), unless it is in use
	@$(PYTHON) -m infra.local.reset

##@ Look at it
story: setup-story ## play one arrival at a fixed moment and print each event [KEEP=1]
	@exec $(VENV) -m infra.local story $(if $(KEEP),--keep)

trace: ## one matter through every service: make trace ID=<correlation id> [STORY=1]
	@$(LOCAL) with services.ops.trace $(ID)

screenshots: setup-dev ## render the pages of a running platform into screenshots/ [STORY=1]
	@$(VENV) -m infra.check.browser
	@$(LOCAL) with tests.e2e.screenshots

bench: setup-dev ## one JSON line per figure: make bench [ONLY=append]
	@$(VENV) -m tests.bench $(ONLY)

rebuild: ## empty one read model and fill it again: make rebuild NAME=concierge.queue
	@$(VENV) -m infra.local with services.$(firstword $(subst ., ,$(NAME))) rebuild $(lastword $(subst ., ,$(NAME)))

verify: ## is every record whole? recomputes it, compares signed heads [SERVICE=registry] [STORY=1]
	@$(LOCAL) with events.sourcing.verify record $(SERVICE)

##@ Change it
test: setup-dev ## everything but the browser, on real PostgreSQL and Kafka of its own
	@$(VENV) -m infra.local assets
	@$(VENV) -m pytest --ignore=tests/e2e --ignore=$(ALONE) -n 2 --dist loadfile -q
	@$(VENV) -m pytest $(ALONE) -q

simulate: setup-dev ## the story while everything goes wrong: make simulate [SEEDS=2000] [SEED=7]
	@$(VENV) -m tests.simulation $(if $(SEED),seed $(SEED),seeds $(SEEDS))

e2e: setup-dev ## the pages in a real browser (Debian's chromium)
	@$(VENV) -m infra.check.browser
	@$(VENV) -m infra.local assets
	@$(VENV) -m pytest tests/e2e -q

check: setup-dev ## format, lint, types, imports, budgets, spelling, contracts
	@$(VENV) -m infra.check

fmt: setup-dev ## format the code and mend what can be mended
	@$(VENV) -m ruff check --fix --quiet . ; $(VENV) -m ruff format .

contracts: setup-dev ## write the contracts again from the code
	@$(VENV) -m contracts write

release: setup-dev ## add new shapes of events to what is kept readable for good
	@$(VENV) -m infra.check.evolution release

lock: setup-dev ## pin the dependencies of pyproject.toml again, with hashes
	@$(VENV) -m infra.check.locks

##@ Set-up (the others call these)
setup: ## virtual environment and pinned packages for running
	@$(PYTHON) -m infra.local.bootstrap run

setup-story: ## the same beside a running platform
	@$(PYTHON) -m infra.local.bootstrap story

setup-dev: ## the same with the tools for developing
	@$(PYTHON) -m infra.local.bootstrap test

help:
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
