# Two commands on a fresh machine: `make run` and `make test`. The README says each in plain commands too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check lint engines bench bench-quick bench-spark docs

run: $(VENV)/.ready  ## the app on the embedded demo company, or on CX_CONFIG
	$(BIN)/python -m streamlit run serve.py

test: $(VENV)/.ready-dev  ## the whole suite; what needs Chromium or PostgreSQL runs where it is found
	$(BIN)/python -m pytest

check: lint test  ## ruff, mypy strict, import-linter, tests

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready-dev  ## measured figures as a table and benchmarks/results.json
	$(BIN)/python -m benchmarks

bench-quick: $(VENV)/.ready-dev  ## the ratios that matter most, in a minute; fails where one is 30 % worse than its goal
	$(BIN)/python -m benchmarks --quick

bench-spark: $(VENV)/.ready-engines  ## ten million responses on an Apache Spark of one and of two workers, started here (Java 17)
	$(BIN)/python -m benchmarks.spark

engines: $(VENV)/.ready-engines  ## what the tests of further engines need: Spark, and the vendors' dialects

docs: $(VENV)/.ready-dev  ## the configuration reference, from the settings themselves
	$(BIN)/python -m data_sources reference > docs/configuration.md

$(VENV)/.ready: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.ready-dev: requirements-dev.txt requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $(VENV)/.ready $@

# the last file's packages ask for older versions of two that we pin, which compiling statements does not need
$(VENV)/.ready-engines: $(VENV)/.ready-dev requirements-spark.txt requirements-engines.txt requirements-engines-apart.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-spark.txt -r requirements-engines.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-engines-apart.txt
	touch $@
