# Everything an author does has a target: `make` on its own lists them, and `make help-dev` what developers do.

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
# Each commit has other random examples, and its own can be tried again.
SEED ?= $(shell printf %d 0x$$(git rev-parse --short=7 HEAD 2>/dev/null || echo 1))
EFFORT ?= gate
TEST = $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder
# The tests start hundreds of processes; where writing bytecode is switched off, each would compile the project.
COMPILED = env -u PYTHONDONTWRITEBYTECODE
TRIED = $(COMPILED) SEED=$(SEED) EFFORT=$(EFFORT)
BUILD = $(if $(shell test -d "$(INPUTDIR)" || echo none),$(error The content folder $(INPUTDIR) doesn't exist. \
Write your first article: make new TITLE="My first article"))$(PELICAN) "$(INPUTDIR)" -o "$(OUTPUTDIR)"

.DEFAULT_GOAL := help

help:
	@echo 'Unrolled: a blog whose figures are computed by code.'
	@echo
	@echo '  make html      build the site into output/'
	@echo '  make serve     preview it at http://localhost:$(PORT), and rebuild it whenever you save (OPEN=1: open a browser)'
	@echo '  make publish   build it for hosting, and check it: SITEURL=https://example.org/blog make publish'
	@echo '  make new TITLE="My title"   start an article (KIND=page for a page, CATEGORY=nlp, LANG=de)'
	@echo '  make diagram NAME=my-figure   start a script that draws a figure (KIND=kit: draw the code above the image)'
	@echo '  make figure NAME=tanh   draw one figure and print its path (OPEN=1: open it)'
	@echo '  make list      list the figures with their scripts, state, cost, and the articles that show them'
	@echo '                 (NAME=tanh: only this one, with all reasons why it is stale)'
	@echo '  make export NAME=tanh   write a figure to exports/, for slides and papers (FORMAT=pdf,png SCALE=3 THEME=dark'
	@echo '                 TRANSPARENT=1 NARROW=1 TEXT=text TO=folder; without NAME: all figures)'
	@echo '  make check-content   find mistakes in texts: headers, links, images, headings, and numbers that differ between'
	@echo '                 text and figures (LINKS=1: check links to other sites, too)'
	@echo '  make diff      write diff.html, which shows what differs from the main branch, before and after (OPEN=1: open it;'
	@echo '                 FROM=… TO=…: compare two built sites or commits)'
	@echo '  make prune     delete stored figures that no article shows'
	@echo '  make clean     delete everything that was built'
	@echo
	@echo 'For working on Unrolled itself: make help-dev'

help-dev:
	@echo '  make figures   draw all figures without building the site (TWICE=1: draw each one twice, and compare)'
	@echo '  make look      show every figure and every view, light and dark, on one page and on contact sheets, in look/'
	@echo '  make compare FROM=main   draw all figures and views as in a commit and as now, and list what differs in shapes,'
	@echo '                 texts, steps and data (NAME="heads cell": only scripts with these words in their names)'
	@echo '  make test      run the tests'
	@echo '  make check     run everything that must pass before a merge: format, lint, types, layers, colours, translations, tests'
	@echo '  make verify    compare the kit with a live Keras, installed separately in $(VENV)-verify (make ready-verify only'
	@echo '                 installs it)'
	@echo '  make verify-torch  the same with PyTorch, in $(VENV)-torch (make ready-verify-torch only installs it)'
	@echo '  make lowest    run the tests with the lowest versions that pyproject.toml allows, installed separately in'
	@echo '                 $(VENV)-lowest'
	@echo '  make browser   run the tests that drive Chromium, the slow tests, and the property tests on more examples'
	@echo '  make night     run verify, verify-torch and browser with all examples, cases, edits, killed builds and backends:'
	@echo '                 it takes hours'
	@echo '  make audit     check the published site with Lighthouse, an HTML checker and a link crawler; they are installed'
	@echo '                 separately, with npm, in $(VENV)-audit, and need Node, Java and Chromium'
	@echo '  make bench     compare the figures with other tools, which are installed separately (BENCH="60 --many 0": quick)'
	@echo '  make bench-sites  compare blogs of 1,000 and 5,000 articles, and their previews, with stock Pelican, Hugo,'
	@echo '                 Eleventy and MkDocs Material (BENCH=--brief: a minute, without previews)'
	@echo '  make bench-kit  measure how long the kit takes for a figure, stage by stage'
	@echo '  make format    fix formatting and lint errors where possible'
	@echo '  make messages  print everything that the code can say, to read it in a row'
	@echo '  make tokens    write the colours of theme/tokens.json to the style sheet, the matplotlib style and the kit'
	@echo '  make layers    draw docs/layers.svg from the import contracts in pyproject.toml'
	@echo '  make fonts     rebuild the subset fonts'
	@echo '  make lock      pin the newest dependencies in requirements.txt, requirements-dev.txt and requirements-verify.txt'

# An environment is created once; a list of pinned dependencies is installed into it when it is new, or has changed. A failing recipe would add a line by
# make itself to the message; $(error) doesn't. $(call install,folder,requirements)
define install
$(if $(shell cmp -s '$2' '$1/$(notdir $2)' || echo stale),\
$(info Installing $2 into $1. This happens once, and takes a minute or two.)\
$(eval PROBLEM := $(shell PY='$(PY)' VENV='$1' REQUIREMENTS='$2' sh tools/venv.sh))\
$(if $(PROBLEM),$(error $(PROBLEM))))
endef

ready:
	$(call install,$(VENV),requirements.txt)
	@:

ready-dev: ready
	$(call install,$(VENV),requirements-dev.txt)
	@:

html: ready
	@$(BUILD) -s "$(CONFFILE)" $(PELICANOPTS)

# Without exec, SIGTERM would end the shell and leave the server running.
LIVE = exec $(BIN)/python -m plugins.live "$(INPUTDIR)" -o "$(OUTPUTDIR)" -s "$(CONFFILE)" --port $(PORT) $(if $(OPEN),--open)

serve devserver livereload: ready
	@$(LIVE) --bind $(BIND) $(PELICANOPTS)

serve-global devserver-global: ready
	@$(LIVE) --bind 0.0.0.0 $(PELICANOPTS)

publish: ready
	@$(BUILD) -s "$(PUBLISHCONF)" $(PELICANOPTS)
	@$(BIN)/python -m plugins.content -s "$(PUBLISHCONF)"

check-content: ready
	@$(BIN)/python -m plugins.content -s "$(CONFFILE)" $(if $(LINKS),--web)

# Whatever the author types goes through the environment unchanged: make and the shell would alter its $ and quotes.
override TITLE := $(value TITLE)
override NAME := $(value NAME)
override KIND := $(value KIND)
override CATEGORY := $(value CATEGORY)
ARTICLE_LANG := $(if $(filter command,$(firstword $(origin LANG))),$(value LANG))
export TITLE NAME KIND CATEGORY ARTICLE_LANG PORT

new: ready
	@$(if $(ARTICLE_LANG),LANG=C.UTF-8) $(BIN)/python -m plugins.commands.article "$(CONFFILE)" "$(INPUTDIR)"

diagram: ready
	@$(BIN)/python -m plugins.commands.diagram "$(CONFFILE)"

FIGURES = @$(BIN)/python -m plugins.figures -s "$(CONFFILE)"

figures: ready
	$(FIGURES) $(if $(TWICE),twice,draw $(NAME))

figure: ready
	$(if $(NAME),,$(error Which figure? For example: make figure NAME=tanh. To see all, run make list))
	$(FIGURES) draw $(if $(OPEN),--open) "$$NAME"

list: ready
	$(FIGURES) list $(NAME)

why: ready
	$(if $(NAME),,$(error Which figure? For example: make why NAME=tanh. To see all, run make list))
	$(FIGURES) why '$(NAME)'

export: ready
	$(FIGURES) export $(NAME) $(if $(FORMAT),--format '$(FORMAT)') $(if $(SCALE),--scale '$(SCALE)') \
		$(if $(THEME),--theme '$(THEME)') $(if $(TRANSPARENT),--transparent) $(if $(NARROW)$(TURNED),--narrow) \
		$(if $(TEXT),--text '$(TEXT)') $(if $(TO),--to '$(TO)')

diff: ready
	@$(BIN)/python -m plugins.commands.diff -s "$(CONFFILE)" $(if $(FROM),--from '$(FROM)') $(if $(TO),--to '$(TO)') \
		$(if $(OPEN),--open)

look: ready
	@$(BIN)/python -m tools.look "$(CONFFILE)"

compare: ready-dev
	$(if $(FROM),,$(error Compare with which commit? For example: make compare FROM=main))
	@$(BIN)/python tools/compare.py '$(FROM)' "$$NAME"

prune: ready
	$(FIGURES) prune

clean:
	rm -rf "$(OUTPUTDIR)" .figures .cache

test: ready-dev
	@$(COMPILED) $(TEST)

check: ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=.:diagrams $(BIN)/lint-imports
	$(BIN)/python tools/tokens.py --check
	$(BIN)/python -m tools.lint
	$(COMPILED) $(TEST)

ready-verify:
	$(call install,$(VENV)-verify,requirements-verify.txt)
	@:

verify: ready-verify
	@for backend in numpy jax; do KERAS_BACKEND=$$backend $(TRIED) $(VENV)-verify/bin/python -m pytest \
		--numprocesses auto --dist loadfile --hypothesis-seed=$(SEED) -m keras tests/against_keras || exit; done

ready-verify-torch:
	$(call install,$(VENV)-torch,requirements-verify-torch.txt)
	@:

verify-torch: ready-verify-torch
	@KERAS_BACKEND=torch $(TRIED) $(VENV)-torch/bin/python -m pytest --numprocesses auto --hypothesis-seed=$(SEED) \
		-m torch tests/against_torch tests/against_keras/test_articles.py tests/against_keras/test_notebooks.py

# The lowest versions that the two distributions allow, each in an environment of its own; TESTS=tests/plugins runs fewer
LOWEST = $(BIN)/uv pip compile --quiet --resolution lowest-direct --python $(BIN)/python --no-header --no-annotate \
	--no-emit-index-url --no-emit-package unrolled
LOWEST_VIEWS = unroll cell shapes

$(VENV)-lowest.txt: pyproject.toml diagrams/pyproject.toml | ready-dev
	@$(LOWEST) --all-extras --group dev --group browser pyproject.toml -o $@

$(VENV)-lowest-kit.txt: diagrams/pyproject.toml | ready-dev
	@$(LOWEST) --extra languages diagrams/pyproject.toml -o $@

lowest: $(VENV)-lowest.txt $(VENV)-lowest-kit.txt
	$(call install,$(VENV)-lowest,$(VENV)-lowest.txt)
	$(call install,$(VENV)-lowest-kit,$(VENV)-lowest-kit.txt)
	@for view in $(LOWEST_VIEWS); do \
		echo 'model = Sequential([Input((3, 2)), LSTM(4), Dense(1)])' | PYTHONPATH=diagrams $(VENV)-lowest-kit/bin/python \
			-m unrolled draw $$view --code - --output $(VENV)-lowest-kit/$$view.svg || exit 1; done
	@$(COMPILED) $(TEST:$(BIN)/%=$(VENV)-lowest/bin/%) $(TESTS)

AUDITORS = lighthouse@12.2.3 linkinator@7.6.1 vnu-jar@26.9.27

$(VENV)-audit/node_modules: Makefile
	@npm install --silent --no-audit --no-fund --prefix $(VENV)-audit $(AUDITORS)
	@touch $@

audit: ready-dev $(VENV)-audit/node_modules
	@$(BIN)/python -m tools.audit $(VENV)-audit

bench: ready-dev
	$(call install,$(VENV)-bench,benchmarks/requirements.txt)
	@$(BIN)/python benchmarks/figures.py --peers $(VENV)-bench/bin/python $(BENCH)

GENERATORS = @11ty/eleventy@3.1.8 @11ty/eleventy-plugin-rss@3.0.0 @11ty/eleventy-plugin-syntaxhighlight@5.0.2

$(VENV)-eleventy/node_modules: Makefile
	@npm install --silent --no-audit --no-fund --prefix $(VENV)-eleventy $(GENERATORS)
	@touch $@

bench-sites: ready-dev $(if $(shell command -v npm),$(VENV)-eleventy/node_modules)
	$(call install,$(VENV)-bench,benchmarks/requirements.txt)
	@$(BIN)/python benchmarks/sites.py $(BENCH)
	@$(if $(BENCH),:,$(BIN)/python benchmarks/live.py --articles 1000)
	@$(if $(BENCH),:,$(BIN)/python benchmarks/live_peers.py --articles 1000)

bench-kit: ready
	@$(BIN)/python -m benchmarks.kit $(BENCH)

browser: ready-dev
	@$(TRIED) $(TEST) --hypothesis-seed=$(SEED) --durations 20 -m "browser or slow or hypothesis and not keras"

night: ready-dev ready-verify ready-verify-torch
	@$(MAKE) --no-print-directory verify verify-torch browser EFFORT=night

format: ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

tokens: ready
	$(BIN)/python tools/tokens.py

layers: ready
	$(BIN)/python tools/layers.py

messages: ready
	@$(BIN)/python -m tools.messages

fonts: ready-dev
	$(BIN)/python -m tools.fonts

PIN = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
	--no-emit-package unrolled

# What this site uses of what few sites need
SITE = --extra citations --extra frames --extra languages

lock: ready-dev
	$(PIN) --upgrade $(SITE) pyproject.toml -o requirements.txt
	$(PIN) --upgrade --constraint requirements.txt --all-extras --group dev --group browser pyproject.toml -o requirements-dev.txt \
		$$(sed 's/[=; ].*//; s/^/--no-emit-package /' requirements.txt)
	$(PIN) --upgrade $(SITE) --group verify pyproject.toml -o requirements-verify.txt

.PHONY: help help-dev ready ready-dev html serve serve-global devserver devserver-global livereload publish check-content new diagram figure figures list why export diff look compare prune clean test check ready-verify verify ready-verify-torch verify-torch lowest audit bench bench-sites bench-kit browser night format layers messages tokens fonts lock
