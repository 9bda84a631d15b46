# Everything runs in .venv, which the first target that needs it makes.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export OMP_NUM_THREADS ?= 1
# Hundreds of programs start in the tests: what they import is compiled once.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := pytest --dist loadscope --no-loadscope-reorder --durations 15
BANK := lib/tests/test_bank.py
PINS := lib/constraints.txt lib/pyproject.toml autograder/pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo test test-lib build solutions lint data bench course walkthrough figures
.PHONY: fuzz site room clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/ready room build ## grade a sample class and show the marks
	@python -m sample.demo

test: .venv/ready room ## run the tests (NOTEBOOK=04_tensors: those of one notebook)
	@ruff check . && ruff format --check .
	@python -m proctor build
	@python -m compileall -q lib/chainrule # so that no file appears while attacks watch
	@test -z "$$CI" || git diff --exit-code notebooks
ifdef NOTEBOOK
	@$(PYTEST) -n 2 --notebook $(NOTEBOOK) autograder/tests $(BANK)
else # three workers for two cores, since attacks and runs often wait for a limit
	@$(PYTEST) -n 3
endif

test-lib: .venv/ready ## run the library's tests, those of its questions aside
	@$(PYTEST) -n 2 lib/tests --ignore $(BANK)

build: .venv/ready ## make the student notebooks and nbgrader's sources
	@python -m proctor build

solutions: .venv/ready ## run and write the solution notebooks
	@python -m proctor solutions

lint: .venv/ready ## put the code in the house style
	@ruff check --fix . ; ruff format .

data: .venv/ready ## rebuild the data files from their packages
	@python data/rebuild.py

bench: .venv/ready room ## measure speed and memory beside the peers
	@python lib/benchmarks/engine.py
	@python autograder/benchmarks/grading.py
	@python autograder/benchmarks/scale.py

course: .venv/ready room ## run all notebooks, grade a class of thirty over them
	@python -m sample.course

walkthrough: .venv/ready ## open and answer the notebooks in JupyterLab, take pictures
	@python autograder/walkthrough.py

figures: .venv/ready room ## try the corpus of attacks and mutants on the grader
	@python autograder/figures.py

fuzz: .venv/ready room ## try files and replies made by chance on the grader
	@python autograder/tests/fuzz.py

site: .venv/site ## make the site in docs/site/build/html and look at every page
	@python docs/site/render.py

clean: ## remove the environment and all that was generated
	rm -rf .venv autograder/build autograder/demo docs/site/build

room:
	@command -v bwrap >/dev/null || { echo "Submissions can't be isolated: bubblewrap is missing. Install it with: apt-get install bubblewrap"; exit 1; }

.venv/ready: $(PINS)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	  || { echo "Python 3.11 to 3.13 is needed; $(PYTHON) is another. Try: make PYTHON=python3.11"; exit 1; }
	@echo "Making the environment in .venv (once, about 3 minutes) ..."
	@test -d .venv || $(PYTHON) -m venv .venv
	@pip install -q -c lib/constraints.txt torch
	@pip install -q -c lib/constraints.txt -e "./lib[test,bench,remote]" -e "./autograder[test,bench,scale]"
	@touch $@

.venv/site: .venv/ready
	@pip install -q -c lib/constraints.txt -e "./autograder[site]"
	@touch $@
