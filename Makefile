# Usher. `make help` lists every target.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: fuzz mutants help setup rehearse running-order replicas test lint types floors unit browser screenshots format bench bench-matching clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | sed -E 's/:.*## /\t/' | expand -t 18

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Usher needs Python 3.11 or newer; try: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	@touch $(READY)

setup: $(READY) ## make .venv and install everything into it

rehearse: $(READY) ## watch the whole bot moderate and run a made-up event (2 minutes)
	$(BIN)/usher rehearse $(ARGS)

running-order: $(READY) ## rehearse a running order of two hours at speed 60, undisturbed and with 20 kills (SEED=, KILLS=)
	SPEED=$${SPEED:-60} $(BIN)/python -m pytest -q -n 0 tests/rehearsal/two_hours

replicas: $(READY) ## three replicas of 30 accounts: 20 kills, one stopped, the database restarted (ACCOUNTS=, KILLS=; 8 minutes)
	$(BIN)/python -m tests.app.replica_kills --accounts $${ACCOUNTS:-30} --kills $${KILLS:-20}

test: lint types floors unit ## run all checks and all tests

lint: $(READY) ## style, bug, security and async rules; formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	test ! -x $(BIN)/hadolint || $(BIN)/hadolint Dockerfile

types: $(READY) ## strict types
	$(BIN)/mypy

floors: $(READY) ## a file imports only from the floors below its own
	$(BIN)/lint-imports

# Tests start programs by the hundred; each would compile everything anew where the environment forbids to keep what was compiled.
unit: export PYTHONDONTWRITEBYTECODE =
unit: $(READY) browser ## all tests
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

browser: $(READY) ## find or install what the browser tests need: a Chromium, axe-core
	@$(BIN)/python -m tests.browser.bring

screenshots: $(READY) browser ## take the pictures in docs/img anew, from a rehearsal
	$(BIN)/python -m tests.browser.screenshots

format: $(READY) ## bring the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: simulate
simulate: $(READY) ## play SEEDS stories of the whole bot in virtual time (default 2000); a failing seed prints its story
	$(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),2000) $(if $(FIRST),--first $(FIRST))

.PHONY: kill-loop
kill-loop: $(READY) ## kill -9 a running show N times (default 200, 10 minutes): nothing may be lost or doubled
	$(BIN)/python -m tests.app.kill_loop $(or $(N),200)

.PHONY: raid
raid: $(READY) ## a thousand lines a second for a minute on one event: all judged, p99 under 1 s, under 300 MB (about 5 minutes)
	$(BIN)/python -m bench.raid $(ARGS)

bench: $(READY) ## measure judging, reading, storing, the whole flow and exposure on this machine (about 25 minutes)
	$(BIN)/python -m bench.speed $(CHAT)
	$(BIN)/python -m bench.pacing --plot docs/img/pacing.svg
	$(BIN)/python -m bench.steps --plot docs/img/steps.svg
	$(BIN)/python -m bench.store
	$(BIN)/python -m bench.flow
	$(BIN)/python -m bench.shows

bench-matching: $(READY) ## measure what the shipped rules catch, on labelled sets in DATA (default ../shared/data)
	$(BIN)/python -m bench.matching $(DATA)

fuzz: $(READY) ## the parsers and the matcher under hostile bytes: Hypothesis and atheris, SECONDS (60) for each of five
	$(BIN)/python -m pip install -q --disable-pip-version-check 'atheris>=2.3,<4' || echo 'atheris cannot be installed here: Hypothesis only'
	$(BIN)/python -m tests.fuzz $(SECONDS)

mutants: $(READY) ## change retry, order, signature, pacing, cursor and resolve in 1,500 ways: do the tests notice? (an hour)
	$(BIN)/python -m pip install -q --disable-pip-version-check 'mutmut>=3.8,<4'
	env -u PYTHONPATH $(BIN)/mutmut run
	$(BIN)/python -m bench.mutants

clean: ## remove what the other targets made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache mutants
