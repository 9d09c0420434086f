# Every target first makes sure that .venv holds exactly the pinned packages.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRAMEWORKS := .venv-frameworks/bin/python
READY := $(VENV)/ready
LOCK := requirements.lock
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check install

.DEFAULT_GOAL := help
.PHONY: help book serve lab test test-frameworks pdf notebooks bench lock clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

$(READY): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 16))' || \
		{ echo "This course runs on Python 3.11 to 3.15; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r $(LOCK)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(PIP) --no-deps --no-build-isolation --editable .
	@touch $(READY)

book: $(READY)  ## build the website: _build/html/index.html
	$(BIN)/jupyter-book build . --quiet --warningiserror --nitpick --keep-going

serve: book  ## build the website and serve it on http://localhost:8000
	$(BIN)/python -m http.server --directory _build/html --bind localhost 8000

pdf: $(READY)  ## print the book: _build/pdf/descent.pdf (needs TeX)
	$(BIN)/python -m publish.pdf

lab: $(READY)  ## open the chapters as live notebooks
	$(BIN)/jupyter lab chapters

notebooks: $(READY)  ## run every chapter again and store its outputs in the normal form
	$(BIN)/python -m publish.notebooks

test: $(READY)  ## check everything; browser and TeX tests run where those are installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest

test-frameworks: $(READY)  ## compare live with the frameworks (installs them)
	@# An environment of their own: the pinned one stays exact.
	$(PYTHON) -m venv .venv-frameworks
	$(FRAMEWORKS) -m pip -qq --disable-pip-version-check install --require-hashes -r $(LOCK)
	$(FRAMEWORKS) -m pip -qq --disable-pip-version-check install -r tests/frameworks/requirements.txt
	PYTHONPATH=code $(FRAMEWORKS) -m pytest tests/frameworks

bench: book  ## measure, print and write _build/bench.json
	$(BIN)/python tests/bench.py

lock: $(READY)  ## renew requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group book --group test --group build --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --upgrade --quiet --output-file $(LOCK)

clean:  ## remove what was built (the environment stays)
	rm -rf _build
