# Thin: each target is one command, and installs what it needs first.
PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
UV := .cache/uv/bin/uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help demo test chaos mutants reference bench interleavings check dev format lock setup clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup ## watch the backend do its main job, then keep it up (ONCE=1: only the story)
	@$(VENV_PYTHON) scripts/dev.py --free-ports --schedules --run node scripts/demo/story.mjs

test: setup ## run every test (LAYERS="unit rules": only these)
	@$(VENV_PYTHON) scripts/test.py $(LAYERS)

chaos: setup ## the money under faults, against a model (FLOW=payouts GIFTS=100000 SEED=7 WORKERS=4 WITHOUT=key)
	@$(VENV_PYTHON) scripts/dev.py --free-ports --without-functions --run $(VENV_PYTHON) scripts/chaos/run.py --flow $(or $(FLOW),ledger) --gifts $(or $(GIFTS),10000) --seed $(or $(SEED),1) --workers $(or $(WORKERS),64) --without "$(WITHOUT)"

mutants: setup ## break each condition of the rules: a test must notice every one
	@$(VENV_PYTHON) scripts/mutants.py

reference: setup ## write docs/api.md and clients/typescript anew from the declarations
	@$(VENV_PYTHON) scripts/reference.py

bench: setup ## cold starts, the edge, the ranking, the fan-out, a storm of gifts and processing, each beside its reference
	@$(VENV_PYTHON) scripts/dev.py --free-ports --run $(VENV_PYTHON) scripts/bench/cold_start.py
	@$(VENV_PYTHON) scripts/dev.py --free-ports --run $(VENV_PYTHON) scripts/bench/overhead.py
	@$(VENV_PYTHON) scripts/bench/ranking.py
	@$(VENV_PYTHON) scripts/bench/simulate_fanout.py
	@$(VENV_PYTHON) scripts/bench/gift_storm.py
	@$(VENV_PYTHON) scripts/dev.py --free-ports --run $(VENV_PYTHON) scripts/bench/processing.py

interleavings: setup ## 100,000 interleavings of reading feeds and taking things back; half an hour
	@SPAKTOK_INTERLEAVINGS=100000 $(VENV_PYTHON) -m pytest -q tests/unit/feed/test_interleavings.py

check: setup ## lint, types and architecture; takes seconds
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m mypy functions/spaktok scripts
	@$(VENV_PYTHON) scripts/test.py architecture

dev: setup ## start the local stack alone and keep it up
	@$(VENV_PYTHON) scripts/dev.py --schedules --gifts

format: setup ## format the code and mend what ruff can mend
	@$(VENV_PYTHON) -m ruff format .
	@$(VENV_PYTHON) -m ruff check --fix .

lock: setup ## pin the newest versions of what the *.in files name
	@$(LOCK) --upgrade functions/requirements.in -o functions/requirements.txt
	@$(LOCK) --upgrade requirements-dev.in -o requirements-dev.txt

setup: ## install what is missing or stale
	@$(PYTHON) scripts/setup.py

clean: ## remove everything that was installed or cached
	rm -rf .venv functions/venv node_modules .cache .mypy_cache .ruff_cache .pytest_cache
	rm -f firebase.run-*.json
