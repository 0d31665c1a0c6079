# Two commands are enough: `make run` and `make test`. Each does all its own set-up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run test check bench lock messages format clean

run: $(VENV)/.run-ready
	@echo "Seseragi: http://localhost:$(PORT)  (Ctrl+C ends it)"
	@$(BIN)/streamlit run server.py --server.port $(PORT)

test: $(VENV)/.dev-ready
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest --cov --cov-report=term-missing:skip-covered --cov-fail-under=95

check: $(VENV)/.dev-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_catalogues.py

bench: $(VENV)/.dev-ready
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m benchmarks.answers
	$(BIN)/python -m benchmarks.answers --cases 16000x0 --languages en --rounds 10 --alone
	$(BIN)/python -m benchmarks.answers --cases 16000x0 --languages en --rounds 10 --alone --throttle 6
	$(BIN)/python -m benchmarks.crowd
	$(BIN)/python -m benchmarks.crowd --within 2
	$(BIN)/python -m benchmarks.compare
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.first_token
	$(BIN)/python -m benchmarks.history
	$(BIN)/python -m benchmarks.recording

format: $(VENV)/.dev-ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/.dev-ready
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --upgrade requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --upgrade requirements-dev.in -o requirements-dev.txt

messages: $(VENV)/.dev-ready
	$(BIN)/pybabel -q extract -F babel.cfg -k _ --no-location --sort-output -o $(VENV)/seseragi.pot .
	$(BIN)/pybabel -q update -i $(VENV)/seseragi.pot -d locale -D seseragi --no-fuzzy-matching --ignore-obsolete -w 1000

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage*

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Seseragi needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements.txt | $(VENV)/bin/python
	@echo "Installing what Seseragi needs (once) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev-ready: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what the checks need (once) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run-ready
