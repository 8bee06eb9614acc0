# The chores of Waymark. `make` alone lists them.
# They need Python 3.11 or later, make, and the package registries of Python and npm; everything else they install.

# The port of the portal, the folder of all that it writes, and whether the demo company is in it.
PORT ?= 8000
VAR ?= var
DEMO ?= 1
export PORT VAR DEMO

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint bench docs lock

help: ## list these words
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' $(MAKEFILE_LIST)

run: ## set up, load the demo company, start the portal; PORT=8000 VAR=var DEMO=1
	@sh setup/python -m setup run

test: ## unit, page and quick browser tests, on SQLite and on PostgreSQL
	@sh setup/python -m setup test

test-all: ## make test, then faults, real servers and every browser test
	@sh setup/python -m setup test-all

lint: ## ruff, mypy, import-linter, djlint, complete migrations
	@sh setup/python -m setup lint

bench: ## the benchmarks that the README quotes
	@sh setup/python -m setup bench

docs: ## check the links, the settings and the commands of the docs
	@sh setup/python -m setup docs

lock: ## write the requirements' locks anew, with the newest versions that fit
	@sh setup/python -m setup lock
