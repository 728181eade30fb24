# Two commands on a fresh machine: `make run` and `make test`. The README says each in plain commands too.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check lint security bandit audit engines bench bench-quick bench-spark docs

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

security: $(VENV)/.ready-security  ## every control of docs/security.md by its test, then bandit and pip-audit
	$(BIN)/python -m pytest -m security
	$(MAKE) bandit audit

bandit: $(VENV)/.ready-security  ## our own code; what is left out and why: pyproject.toml
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml app.py serve.py serving pages components data_sources metrics

audit: $(VENV)/.ready-security  ## known holes in what we install; asks PyPI, and fails where PyPI does not answer
	$(BIN)/pip-audit --strict --no-deps --disable-pip --progress-spinner off -r requirements.txt || { \
	  echo "Not clean: pip-audit found a known hole, or could not ask PyPI for one (“could not be audited”)."; exit 1; }

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

$(VENV)/.ready-security: $(VENV)/.ready-dev requirements-security.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-security.txt
	touch $@

# the last file's packages ask for older versions of two that we pin, which compiling statements does not need
$(VENV)/.ready-engines: $(VENV)/.ready-dev requirements-spark.txt requirements-engines.txt requirements-engines-apart.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-spark.txt -r requirements-engines.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-engines-apart.txt
	touch $@
