# Each verb is what CI runs. Node, npm and uv come from the locks, never from the system.
# PYTHON is looked up before .venv comes first in PATH: a venv must not be made by itself.
PYTHON := $(or $(PYTHON),$(shell command -v python3),python3)
export PATH := $(CURDIR)/.venv/bin:$(PATH)
pytest := .venv/bin/python -m pytest -n 2 --dist loadfile --max-worker-restart 1 # a file's tests share what is slow
setup := .venv/.synced node_modules/.synced
# Runs a command; shows what it printed only if it fails.
quiet = out=$$($(1) 2>&1) || { printf '%s\n' "$$out"; exit 1; }
.PHONY: help serve test site verify bench evidence check fix new lock clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

serve: $(setup) ## Serve the site on http://127.0.0.1:8000/
	@.venv/bin/python -m site_build serve

test: check ## Check, then all tests, those in Chromium included
	@.venv/bin/python -m tests.browser.chromium && $(pytest)

site: $(setup) ## Build site/ (SITE_URL, REPO_URL: its addresses, REGISTER=1: note the new ones)
	@.venv/bin/python -m site_build site $(if $(REGISTER),--register)

verify: $(setup) ## The slower tests: other engines, reproducibility, accessibility
	@$(pytest) -m verify

bench: $(setup) ## Measure, and write BENCHMARKS.md
	@.venv/bin/python -m tests.bench

evidence: $(setup) ## Measure again what needs real servers (ONLY=queues: a part, FRESH=1: anew, INSTALL=1)
	@.venv/bin/python -m evidence $(if $(FRESH),--again) $(if $(INSTALL),--install) $(ONLY)

check: $(setup) ## Formatting, lint and types
	@.venv/bin/ruff format --check --quiet && .venv/bin/ruff check --quiet && .venv/bin/mypy --no-error-summary
	@node_modules/.bin/biome check --error-on-warnings --no-errors-on-unmatched

fix: $(setup) ## Format, mend what the linters can, draw README's picture
	@.venv/bin/ruff check --fix; .venv/bin/ruff format; node_modules/.bin/biome check --write --no-errors-on-unmatched
	@.venv/bin/python -m recorder play snippets/mental_model/life.py --svg > .github/timeline.svg

new: $(setup) ## Start a claim: make new NAME=sequential-order (KIND=pattern: a pattern)
	@.venv/bin/python -m site_build new $(NAME) $(if $(KIND),--kind $(KIND))

lock: .venv/.synced ## Remake both lock files (UPGRADE=1: with the newest releases)
	@uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --group dev --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements.txt
	@npm $(if $(UPGRADE),update,install) --package-lock-only --silent

clean: ## Remove everything that make made
	rm -rf .venv node_modules site site.new site.old after-the-response.zip .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/uv: # pip, which Python brings, installs uv; uv, which is fast, the rest
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv is missing. As root: apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv"; $(call quiet,$(PYTHON) -m venv .venv)
	@awk '/^[^ ]/ { on = /^uv==/ } on' requirements.txt > .venv/uv.txt
	@$(call quiet,.venv/bin/python -m pip install --require-hashes -r .venv/uv.txt)
.venv/.synced: requirements.txt | .venv/bin/uv
	@echo "Installing $<"; $(call quiet,uv pip sync --python .venv/bin/python --require-hashes $<) && touch $@
node_modules/.synced: package-lock.json package.json | .venv/.synced
	@echo "Installing $<"; $(call quiet,npm ci) && touch $@
