# `make run` and `make test` set everything up by themselves; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint e2e screenshots bench-report bench-check clean
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## install everything into .venv

$(STAMP): pyproject.toml constraints.txt packaging/setup.sh packaging/packages.sh
	@sh packaging/setup.sh $(VENV)
	@touch $@

run: setup ## open the window; without a screen: the demo clip into out/demo.mp4
	@$(BIN)/python -m vbg

test: setup lint ## lint, types, import rules and tests (a real window, too: on a screen in memory)
	@sh packaging/packages.sh xvfb openbox xdotool appstream desktop-file-utils man-db fish systemd dbus
	@$(BIN)/python -m pytest -q

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

e2e: setup ## end-to-end tests: the real driver in QEMU, OpenCV, ffmpeg and Chromium as readers
	@$(BIN)/python -m pytest -q -m e2e tests/e2e

bench-report: setup ## measure everything beside other software, write benchmarks/RESULTS.md (7 minutes; nothing else should run)
	@if command -v npm >/dev/null; then cd benchmarks/browser && npm ci --silent --no-audit --no-fund; else echo "no npm: the browser contenders are left out"; fi
	@$(BIN)/python -m benchmarks.report

bench-check: setup ## say which guarded ratios got slower since benchmarks/results.json (1-2 minutes)
	@$(BIN)/python -m benchmarks.check

screenshots: setup ## the window in all its clothes into out/screenshots (a minute)
	@sh packaging/packages.sh xvfb fonts-inter
	@sh packaging/screen.sh $(BIN)/python -m vbg.gui.shots out/screenshots

clean: ## remove what make has made
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
