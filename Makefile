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
TEST = $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder
BUILD = $(if $(shell test -d "$(INPUTDIR)" || echo none),$(error There is no folder $(INPUTDIR) to build from: \
begin with make new TITLE="My first article"))$(PELICAN) "$(INPUTDIR)" -o "$(OUTPUTDIR)"

.DEFAULT_GOAL := help

help:
	@echo 'Unrolled: a blog whose figures are computed by code.'
	@echo
	@echo '  make html      build the site into output/'
	@echo '  make serve     build it, show it at http://localhost:$(PORT), and again with every save (PORT=8001 for another'
	@echo '                 port, OPEN=1 opens a browser); devserver and livereload are other names for it'
	@echo '  make serve-global   the same for the whole network: to look at it on a phone'
	@echo '  make publish   build it for hosting: SITEURL=https://example.org/blog make publish; then check-content'
	@echo '  make new TITLE="My title"   begin an article (KIND=page for a page, CATEGORY=nlp, LANG=de)'
	@echo '  make diagram NAME=my-figure   begin a diagram script (KIND=kit for one that draws the code above it)'
	@echo '  make figure NAME=tanh   draw one figure and say where it is (OPEN=1 opens it)'
	@echo '  make check-content   headers, links, images, headings, fences, and figures that say other than the text;'
	@echo '                 LINKS=1 asks for the pages elsewhere that articles link to'
	@echo '  make figures   draw all figures without building the site (TWICE=1: draw each twice, and compare)'
	@echo '  make list      each figure: its script, state, cost, and who asks for it'
	@echo '  make why NAME=tanh   what makes a figure stale'
	@echo '  make export NAME=tanh   write a figure into exports/, for slides and papers; with FORMAT=pdf,png SCALE=3'
	@echo '                 THEME=dark TRANSPARENT=1 NARROW=1 TEXT=text TO=folder as you like; all figures without a NAME'
	@echo '  make diff      one page, diff.html, with every figure and text that differs from the main branch, before and'
	@echo '                 after; or between two built sites, or commits: FROM=… TO=… (OPEN=1 opens it)'
	@echo '  make look      every figure and every view, light and dark, on one page and on sheets, into look/'
	@echo '  make prune     forget the stored figures that nobody asks for'
	@echo '  make clean     remove output/, the stored figures and the compiled templates'
	@echo
	@echo '  make test      run the tests'
	@echo '  make check     the gate: format, lint, types, layers, tests'
	@echo '  make verify    compare the kit with a live Keras, which is installed apart, into $(VENV)-verify (make ready-verify'
	@echo '                 only installs it)'
	@echo '  make browser   the tests that drive Chromium, the slow ones, and what holds for all inputs on more of them'
	@echo '  make audit     Lighthouse, an HTML checker and a crawl of every link look at the published site; they are'
	@echo '                 installed apart, by npm, into $(VENV)-audit, and need Node, Java and Chromium'
	@echo '  make bench     measure the figures beside other tools, which are installed apart (BENCH="60 --many 0": briefly)'
	@echo '  make bench-sites  measure whole blogs of 1,000 and 5,000 articles beside stock Pelican, Hugo, Eleventy and MkDocs'
	@echo '                 Material, and the previews (BENCH=--brief: a minute, without previews)'
	@echo '  make bench-kit  measure how long the kit takes for a figure, stage by stage'
	@echo '  make format    fix format and lint where that is possible'
	@echo '  make tokens    write the colours of theme/tokens.json into the style sheet, matplotlib'\''s style and the kit'
	@echo '  make fonts     make the subset fonts again'
	@echo '  make icons     make the icons again, from theme/static/mark.svg'
	@echo '  make lock      pin the newest dependencies in requirements.txt'

# An environment is made once, and again when its pinned dependencies change. A failing recipe would add a line of
# make's own to the message; $(error) does not. $(call install,folder,requirements)
define install
$(if $(shell cmp -s '$2' '$1/$(notdir $2)' || echo stale),\
$(info Installing the dependencies into $1, once; this takes a minute or two.)\
$(eval PROBLEM := $(shell PY='$(PY)' VENV='$1' REQUIREMENTS='$2' sh tools/venv.sh))\
$(if $(PROBLEM),$(error $(PROBLEM))))
endef

ready:
	$(call install,$(VENV),requirements.txt)
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

# What the author types goes through the environment as it stands: make and the shell would each change its $ and quotes.
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
	$(if $(NAME),,$(error Say which: make figure NAME=tanh. make list shows all))
	$(FIGURES) draw $(if $(OPEN),--open) "$$NAME"

list: ready
	$(FIGURES) list

why: ready
	$(if $(NAME),,$(error Say which: make why NAME=tanh. make list shows all))
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

prune: ready
	$(FIGURES) prune

clean:
	rm -rf "$(OUTPUTDIR)" .figures .cache

test: ready
	@$(TEST)

check: ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PYTHONPATH=.:diagrams $(BIN)/lint-imports
	$(BIN)/python tools/tokens.py --check
	$(TEST)

ready-verify:
	$(call install,$(VENV)-verify,requirements-verify.txt)
	@:

verify: ready-verify
	@KERAS_BACKEND=jax $(VENV)-verify/bin/python -m pytest -m keras tests/against_keras

AUDITORS = lighthouse@12.2.3 linkinator@7.6.1 vnu-jar@26.9.27

$(VENV)-audit/node_modules: Makefile
	@npm install --silent --no-audit --no-fund --prefix $(VENV)-audit $(AUDITORS)
	@touch $@

audit: ready $(VENV)-audit/node_modules
	@$(BIN)/python -m tools.audit $(VENV)-audit

bench: ready
	$(call install,$(VENV)-bench,benchmarks/requirements.txt)
	@$(BIN)/python benchmarks/figures.py --peers $(VENV)-bench/bin/python $(BENCH)

GENERATORS = @11ty/eleventy@3.1.8 @11ty/eleventy-plugin-rss@3.0.0 @11ty/eleventy-plugin-syntaxhighlight@5.0.2

$(VENV)-eleventy/node_modules: Makefile
	@npm install --silent --no-audit --no-fund --prefix $(VENV)-eleventy $(GENERATORS)
	@touch $@

bench-sites: ready $(if $(shell command -v npm),$(VENV)-eleventy/node_modules)
	$(call install,$(VENV)-bench,benchmarks/requirements.txt)
	@$(BIN)/python benchmarks/sites.py $(BENCH)
	@$(if $(BENCH),:,$(BIN)/python benchmarks/live.py --articles 1000)
	@$(if $(BENCH),:,$(BIN)/python benchmarks/live_peers.py --articles 1000)

bench-kit: ready
	@$(BIN)/python -m benchmarks.kit $(BENCH)

browser: ready
	@$(TEST) -m "browser or slow"
	@THOROUGH=1 $(TEST) -m "hypothesis and not keras"

format: ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

tokens: ready
	$(BIN)/python tools/tokens.py

fonts: ready
	$(BIN)/python tools/fonts.py

icons: ready
	$(BIN)/python tools/icons.py

lock: ready
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--no-emit-package unrolled --upgrade --extra dev --extra browser pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--no-emit-package unrolled --upgrade --extra verify pyproject.toml -o requirements-verify.txt

.PHONY: help ready html serve serve-global devserver devserver-global livereload publish check-content new diagram figure figures list why export diff look prune clean test check ready-verify verify audit bench bench-sites bench-kit browser format tokens fonts icons lock
