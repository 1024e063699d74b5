# The two commands that matter: `make run` and `make test`. Each sets up what it needs in .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXTRAS := test,docs,lint,frames,graphs
RUN := runs/great-terror

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format verify bench docs picture audit clean

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("greatfear needs Python 3.11 or later; name one with: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '.[$(EXTRAS)]'
	-@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib # pip would do this on one processor
	@touch $(READY)

setup: $(READY) ## create .venv and install everything into it

run: $(READY) ## simulate the Great Terror at full size, in place of an earlier run; prints the comparison with the record and the path of the report
	$(BIN)/greatfear run great-terror --seed 1937 --output $(RUN) --replace
	@echo "open it in the browser: $(BIN)/greatfear lab $(RUN)"

test: $(READY) ## lint, types, documentation and the whole test suite
	$(MAKE) --jobs 2 lint docs
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: $(READY) ## style, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(READY) ## put the code into its format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(READY) ## build the documentation; a warning is an error
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -b html docs docs/_build/html

verify: $(READY) ## the model against theory, with fresh seeds, in full
	$(BIN)/python -m verification --full

bench: $(READY) ## time and memory of the main jobs
	$(BIN)/python -m benchmarks

picture: $(READY) ## draw docs/images/great-terror.png again from the run of `make run`, which it makes if there is none
	test -e $(RUN)/manifest.json || $(BIN)/greatfear run great-terror --seed 1937 --output $(RUN) --replace
	$(BIN)/python docs/draw_picture.py $(RUN) docs/images/great-terror.png

audit: $(READY) ## look up every installed library in the public list of known weaknesses
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/python -m maintenance.audit

clean: ## remove what was built; runs and the compiled kernels in the user's cache stay
	rm -rf $(VENV) docs/_build docs/generated build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
