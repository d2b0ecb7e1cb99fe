# make run | test | test-faults | fuzz | bench | lint | lock | reference
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock

.PHONY: run test test-faults fuzz bench lint lock reference clean

# What a reader needs: the kernel and nbconvert.
$(VENV)/.installed: pyproject.toml requirements.lock hatch_build.py $(wildcard grammar/* kernelspec/*)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "l1kernel needs Python 3.11 or newer; say which: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	$(BIN)/python -m compileall -q l1kernel
	@touch $@

# What an engineer needs besides: pytest, JupyterLab, the linters.
$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) --editable '.[dev]'
	@touch $@

run: $(VENV)/.installed
	@mkdir -p build
	$(BIN)/jupyter nbconvert --execute --to html --output-dir build notebooks/cluster.ipynb
	@echo "Open $(CURDIR)/build/cluster.html"

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

test-faults: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m faults --timeout=900

fuzz: $(VENV)/.installed-dev
	$(BIN)/python tests/safety/fuzz.py --seconds 300

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(VENV)/.installed-dev
	$(BIN)/python .ci/lock

reference: $(VENV)/.installed-dev
	$(BIN)/python docs/make_reference.py

clean:
	rm -rf build dist $(VENV)
