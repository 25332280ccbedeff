# `make demo` and `make test` need Python 3.11 or uv, and a package index; `make help` tells the rest.
.SUFFIXES:
.DEFAULT_GOAL := help

PYTHON ?= python3
# Tests run in this many processes; 0: in one, where a debugger can be used.
WORKERS ?= 2
# Scenarios of make chaos, and the first one's seed.
RUNS ?= 30
SEED ?= 1
# More for the command behind a target: make test ARGS='-k receipt', make constraints ARGS=--upgrade
ARGS ?=

# Python keeps what it has compiled: otherwise every start would compile all that it imports.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
INSTALLED := .venv/.installed
BROWSER := .venv/.browser
GET_UV := uv=$$(PYTHON='$(PYTHON)' scripts/get-uv)
# An interpreter that was named is the one that is used; otherwise uv takes the first that is new enough.
VENV_PYTHON := $(if $(filter file,$(origin PYTHON)),>=3.11,$(PYTHON))

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1:\2/p' Makefile | \
	  while IFS=: read -r name text; do printf 'make %-12s %s\n' "$$name" "$$text"; done

.PHONY: demo
demo: $(BROWSER) ## show the whole way of a report, on a portal of its own
	@$(BIN)/esar-bot demo $(ARGS)

.PHONY: test
test: $(BROWSER) ## run all tests (WORKERS=2)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

.PHONY: lint
lint: $(INSTALLED) ## ruff, mypy, import contracts, actionlint, zizmor, shellcheck; all of them, also after one fails
	@PATH="$$PWD/$(BIN):$$PATH"; export PATH; failed=; \
	check() { scripts/quietly "$$@" || failed="$$failed $$1"; }; \
	check ruff check .; \
	check ruff format --check .; \
	check mypy; \
	check lint-imports; \
	check actionlint .github/workflows/*.yml; \
	check zizmor --offline --no-progress .github/workflows; \
	check shellcheck .ci/run scripts/*; \
	if [ -n "$$failed" ]; then echo "lint failed:$$failed" >&2; exit 1; fi

.PHONY: format
format: $(INSTALLED) ## let ruff repair and format what it can
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format --quiet .

.PHONY: bench
bench: $(BROWSER) ## measure the speed of a submission
	@$(BIN)/python -m tests.bench $(ARGS)

.PHONY: chaos
chaos: $(BROWSER) ## play rounds under random faults and kills (RUNS=30 SEED=1); goes on where it was stopped
	@$(BIN)/python -m tests.chaos --runs $(RUNS) --seed $(SEED) --workers $(WORKERS) $(ARGS)

.PHONY: fixtures
fixtures: $(INSTALLED) ## make the sample agency and the broken ones anew
	@for script in fixtures/make_*.py; do $(BIN)/python "$$script" $(ARGS) || exit; done

.PHONY: pictures
pictures: $(BROWSER) ## take the pictures of README anew
	@$(BIN)/python docs/make_pictures.py $(ARGS)

.PHONY: wheel
wheel: $(INSTALLED) ## build sdist and wheel into dist/
	@$(GET_UV) && "$$uv" build --quiet --no-build-isolation --python $(BIN)/python --out-dir dist

.PHONY: constraints
constraints: ## lock the dependencies anew (ARGS=--upgrade: to the newest)
	@$(GET_UV) && "$$uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 --group dev pyproject.toml --output-file constraints.txt $(ARGS) >/dev/null

.PHONY: setup
setup: $(BROWSER) ## environment and browser, without running anything
	@:

.PHONY: clean
clean: ## remove what make made
	@rm -rf .venv .uv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results esar-bot-demo
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The build backend is among the locked packages, so nothing is installed that has no hash.
$(INSTALLED): constraints.txt pyproject.toml
	@$(GET_UV) && echo 'installing into .venv …' >&2 && \
	{ $(BIN)/python -c '' 2>/dev/null || "$$uv" venv --quiet --clear --python '$(VENV_PYTHON)' .venv; } && \
	"$$uv" pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes \
	  --requirements constraints.txt && \
	"$$uv" pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(BROWSER): $(INSTALLED)
	@$(BIN)/esar-bot setup </dev/null
	@touch $@
