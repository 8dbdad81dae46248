# Every habit of the author is a target. `make` alone prints them.

PY ?= python3
VENV ?= .venv
PORT ?= 8000
BIND ?= 127.0.0.1
PELICANOPTS ?=
BASEDIR := $(CURDIR)
INPUTDIR ?= $(BASEDIR)/content
OUTPUTDIR ?= $(BASEDIR)/output
CONFFILE ?= $(BASEDIR)/pelicanconf.py
PUBLISHCONF ?= $(BASEDIR)/publishconf.py

BIN = $(VENV)/bin
PELICAN ?= $(BIN)/python -m pelican
TEST = $(BIN)/python -m pytest --numprocesses auto
BUILD = $(PELICAN) "$(INPUTDIR)" -o "$(OUTPUTDIR)"

.DEFAULT_GOAL := help

help:
	@echo 'Unrolled: a blog whose figures are computed by code.'
	@echo
	@echo '  make html      build the site into output/'
	@echo '  make serve     build it and show it at http://localhost:$(PORT) (PORT=8001 for another port)'
	@echo '  make publish   build it for hosting: SITEURL=https://example.org/blog make publish'
	@echo '  make figures   draw all figures without building the site (TWICE=1: draw each twice, and compare)'
	@echo '  make list      each figure: its script, state, cost, and who asks for it'
	@echo '  make why NAME=tanh   what makes a figure stale'
	@echo '  make prune     forget the stored figures that nobody asks for'
	@echo '  make clean     remove output/ and the stored figures'
	@echo
	@echo '  make test      run the tests'
	@echo '  make check     the gate: format, lint, types, layers, tests'
	@echo '  make verify    compare the kit with a live Keras, which is installed apart, into $(VENV)-verify'
	@echo '  make browser   the tests that drive Chromium, and the slow ones'
	@echo '  make bench     measure the figures beside other tools, which are installed apart (BENCH="60 --many 0": briefly)'
	@echo '  make format    mend format and lint where that is possible'
	@echo '  make tokens    write the colours of theme/tokens.json into the style sheet'
	@echo '  make fonts     make the subset fonts anew'
	@echo '  make lock      pin the dependencies anew in requirements.txt'

# An environment is made once, and again when its pinned dependencies change. A failing recipe would add a line of
# make's own to the message; $(error) does not. $(call install,folder,requirements)
define install
$(if $(shell cmp -s '$2' '$1/$(notdir $2)' || echo stale),\
$(info Installing the dependencies into $1, once; about half a minute.)\
$(eval PROBLEM := $(shell PY='$(PY)' VENV='$1' REQUIREMENTS='$2' sh tools/venv.sh))\
$(if $(PROBLEM),$(error $(PROBLEM))))
endef

ready:
	$(call install,$(VENV),requirements.txt)
	@:

html: ready
	@$(BUILD) -s "$(CONFFILE)" $(PELICANOPTS)

serve: ready
	-@$(BUILD) -s "$(CONFFILE)" $(PELICANOPTS)
	@$(BUILD) -s "$(CONFFILE)" --listen --bind $(BIND) --port $(PORT)

publish: ready
	@$(BUILD) -s "$(PUBLISHCONF)" $(PELICANOPTS)

FIGURES = @$(BIN)/python -m plugins.figures -s "$(CONFFILE)"

figures: ready
	$(FIGURES) $(if $(TWICE),twice,draw)

list: ready
	$(FIGURES) list

why: ready
	$(FIGURES) why '$(NAME)'

prune: ready
	$(FIGURES) prune

clean:
	rm -rf "$(OUTPUTDIR)" .figures

test: ready
	@$(TEST)

check: ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=.:diagrams $(BIN)/lint-imports
	$(BIN)/python tools/tokens.py --check
	$(TEST)

verify:
	$(call install,$(VENV)-verify,requirements-verify.txt)
	@KERAS_BACKEND=jax $(VENV)-verify/bin/python -m pytest -m keras tests/against_keras

bench: ready
	$(call install,$(VENV)-bench,benchmarks/requirements.txt)
	@$(BIN)/python benchmarks/figures.py --peers $(VENV)-bench/bin/python $(BENCH)

browser: ready
	@$(TEST) -m "browser or slow"

format: ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

tokens: ready
	$(BIN)/python tools/tokens.py

fonts: ready
	$(BIN)/python tools/fonts.py

lock: ready
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--upgrade --extra dev --extra browser pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--upgrade --extra verify pyproject.toml -o requirements-verify.txt

.PHONY: help ready html serve publish figures list why prune clean test check verify bench browser format tokens fonts lock
