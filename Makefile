# Everything a developer types; `make help` lists it from the comments behind ##.
PYTHON ?= python3
# Which one makes the virtual environment: the best here, unless one is named (make run PYTHON=python3.11).
CHOOSE  = $(if $(filter file,$(origin PYTHON)),--choose)
VENV   := .venv/bin/python
# STORY=1 speaks of the platform that `make story` keeps, instead of the one of `make run`.
LOCAL   = $(VENV) -m infra.local $(if $(STORY),--story)
# Three: one more than the two processors this was measured on, because some of the time they wait; whole files, the longest first (tests/support/turns.py).
SHARED := -n 3 --dist loadfile --no-loadscope-reorder
# What failed while workers shared the machine is tried once more alone, and said aloud: a pass then is a flaw of the test.
AGAIN   = { echo "== once more, alone, what failed above (if it passes now, mend the test)"; $(VENV) -m pytest --lf --lfnf=none --ignore=tests/e2e -q; }
MAKEFLAGS += --no-print-directory
# Where the shell forbids Python to keep what it compiled, every process would compile everything again.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: faults run status reset story trace screenshots bench rebuild switch-back parked restored follow-anew verify rotate-keys test prove simulate mutate e2e check fmt contracts corpus release lock setup setup-story setup-dev help

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
	@$(LOCAL) with services.ops.trace $(or $(ID),$(error say which: make trace ID=<correlation id>))

screenshots: setup-dev ## render the pages of a running platform into screenshots/ [STORY=1]
	@$(VENV) -m infra.check.browser
	@$(LOCAL) with tests.e2e.screenshots

bench: setup-dev ## one JSON line per figure: make bench [ONLY=append]
	@$(VENV) -m tests.bench $(ONLY)

rebuild: ## build a read model anew while it serves: make rebuild NAME=concierge.queue [STORY=1]
	@nice -n 19 $(LOCAL) with services.$(firstword $(subst ., ,$(or $(NAME),$(error say which: make rebuild NAME=concierge.queue)))) rebuild $(lastword $(subst ., ,$(NAME)))

switch-back: ## let the build serve again that served before: make switch-back NAME=concierge.queue
	@$(LOCAL) with services.$(firstword $(subst ., ,$(or $(NAME),$(error say which: make switch-back NAME=concierge.queue)))) switch-back $(lastword $(subst ., ,$(NAME)))

parked: ## events that readers could not take: make parked SERVICE=concierge [DO="release READER TOPIC STREAM"] [STORY=1]
	@$(LOCAL) with services.$(or $(SERVICE),$(error say which: make parked SERVICE=concierge)) parked $(or $(DO),list)

restored: ## after a database was restored: make restored SERVICE=registry [DO=resume|republish] [STORY=1]
	@$(LOCAL) with events.sourcing.restore $(or $(DO),report) $(or $(SERVICE),$(error say which: make restored SERVICE=registry))

follow-anew: ## let a reader begin on topics that were made anew: make follow-anew NAME=matching.proposal [STORY=1]
	@$(LOCAL) with services.$(firstword $(subst ., ,$(or $(NAME),$(error say which: make follow-anew NAME=matching.proposal)))) follow-anew $(lastword $(subst ., ,$(NAME)))

verify: ## is every record whole? recomputes it, compares signed heads [SERVICE=registry] [STORY=1]
	@$(LOCAL) with events.sourcing.verify record $(SERVICE)

rotate-keys: ## wrap every person's key under a new key-encryption key while everything runs [STORY=1]
	@for step in begin rewrap finish; do $(LOCAL) with events.sourcing.rotate_keys $$step || exit 1; done

##@ Change it
test: setup-dev ## everything but the browser, on real PostgreSQL and Kafka of its own
	@$(VENV) -m infra.local assets
	@$(VENV) -m pytest --ignore=tests/e2e $(SHARED) -q || { [ $$? -eq 1 ] && $(AGAIN); }

prove: setup-dev ## real faults, against an oracle and controls [ONLY="crash order" POINTS=relay.moved SEEDS=20]
	@$(VENV) -m tests.prove $(ONLY) $(if $(POINTS),--points $(POINTS)) $(if $(SEEDS),--seeds $(SEEDS))

faults: setup-dev ## the story with every process killed and Kafka away, without the rest of `make test`
	@$(VENV) -m pytest tests/integration/test_story_under_faults.py -q

simulate: setup-dev ## the story while everything goes wrong: make simulate [SEEDS=2000] [SEED=7]
	@$(VENV) -m tests.simulation $(if $(SEED),seed $(SEED),seeds $(SEEDS))

mutate: setup-dev ## does a test notice every small change to the logic of the record? [ONLY="relay store" SAMPLE=40 SEED=7 ANEW=1]
	@nice -n 15 $(VENV) -m tests.mutation $(ONLY) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) $(if $(ANEW),--anew)

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

corpus: setup-dev ## write docs/corpus.md again: what of each real policy is expressed
	@$(VENV) -m infra.corpus write

release: setup-dev ## add new shapes of events to what is kept readable for good
	@$(VENV) -m infra.check.evolution release

lock: setup-dev ## pin the dependencies of pyproject.toml again, with hashes
	@$(VENV) -m infra.check.locks

##@ Set-up (the others call these)
setup: ## virtual environment and pinned packages for running
	@$(PYTHON) -m infra.local.bootstrap run $(CHOOSE)

setup-story: ## the same beside a running platform
	@$(PYTHON) -m infra.local.bootstrap story $(CHOOSE)

setup-dev: ## the same with the tools for developing
	@$(PYTHON) -m infra.local.bootstrap test $(CHOOSE)

help:
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
