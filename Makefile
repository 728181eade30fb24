# Two commands on a fresh machine: `make run` and `make test`. The README says each in plain commands too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check lint bench bench-quick docs

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
