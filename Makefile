# Every target is one `uv run …` line; README.md shows them for people without make.
# `bin/uv` finds uv, or fetches it into this checkout (.tools/), and finds a Python 3.13.
UV := ./bin/uv
.DEFAULT_GOAL := help
.PHONY: help demo test up down status bench test-container notebooks ipynb format

help: ## print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## start the lab, wire every pipeline, send real orders through, show where each one went
	@$(UV) run --locked lab demo

test: ## run the whole suite (two workers, each starts and stops a lab of its own)
	@$(UV) run --locked pytest -n 2 --dist loadfile

up: ## start the lab in the background
	@$(UV) run --locked lab up

down: ## stop the lab
	@$(UV) run --locked lab down

status: ## say what is running
	@$(UV) run --locked lab status

bench: ## measure the lab beside its peers; prints a table, writes benchmarks/results/
	@$(UV) run --locked python -m benchmarks

test-container: ## run the integration suite against the container (needs Docker)
	@$(UV) run --locked python -m tests.container

notebooks: ## open the walkthroughs in Jupyter
	@$(UV) run --locked jupyter lab --notebook-dir notebooks

ipynb: ## make the notebooks anew from their scripts (edit notebooks/*.py only)
	@$(UV) run --locked python -m tests.support.notebooks

format: ## put every file into the project's format
	@$(UV) run --locked ruff format .
