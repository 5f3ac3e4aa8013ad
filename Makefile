# BrainKaraoke. `make demo` and `make test` set up everything they need on a fresh Debian or Ubuntu machine.
# Windows, macOS and other systems: the pip lines in README.md.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
SUDO   := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

# PortAudio, the ALSA-to-PulseAudio bridge, and the libraries the PyQt6 wheel expects
RUN_DEBS  := libportaudio2 libasound2-plugins libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 \
             fonts-dejavu-core libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
             libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0
# a virtual sound card, a virtual screen, and a compiler for the PESQ score
TEST_DEBS := $(RUN_DEBS) pulseaudio pulseaudio-utils xvfb gcc

export OMP_NUM_THREADS ?= 1
# byte code is kept: the tests start hundreds of processes
unexport PYTHONDONTWRITEBYTECODE
WORKERS ?= 2
.PHONY: demo test check lint docs wheel bench golden fuzz mutants clean setup setup-dev demo-data help

help:
	@echo "make demo    replay the demo recording over LSL, decode it live, play and show it, print the figures"
	@echo "make test    all tests;  make check  everything that CI runs: lint, types, import rules, pages, tests"
	@echo "make lint | docs | wheel    parts of it; docs builds the site in site/, wheel the package in dist/"
	@echo "make bench   performance figures;  make golden  writes the golden outputs anew"
	@echo "make fuzz    damaged and odd input for every reader, five minutes; docs/testing.md"
	@echo "make mutants one-line faults in critical modules: does a test notice? half an hour; docs/testing.md"

# $(1): packages. Installs only what is missing; says what to do where there is no apt-get.
define debs
	@missing=""; for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q "ok installed" || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  if command -v apt-get >/dev/null; then echo "installing Debian packages:$$missing"; \
	    $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "no apt-get here; if the demo finds no sound or window, install the equivalents of:$$missing"; fi; fi
endef

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: Python 3.11 or newer is needed, found $$($(PYTHON) --version); set PYTHON=…"; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends python3-venv >/dev/null; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(PY) setup.cfg
	$(call debs,$(RUN_DEBS))
	$(PY) -m pip install -q -e .
	@touch $@

$(VENV)/.dev: $(PY) setup.cfg
	$(call debs,$(TEST_DEBS))
	@$(PY) -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))' \
	  || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends python3-dev >/dev/null; }
	$(PY) -m pip install -q -e '.[dev]'
	@touch $@ $(VENV)/.run

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

demo: setup
	$(PY) -m bk_realtime demo

# one worker for what runs live, the other for the rest (tests/side_by_side.py); WORKERS=0 runs all in one process
test: setup-dev
	$(PY) -m pytest -q -n $(WORKERS)

lint: setup-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

# the tests come last, so that their closing line is the last thing that is said
check: setup-dev
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint docs
	@$(MAKE) --no-print-directory test

docs: setup-dev
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --quiet --strict

# the same commit, Python packages and setuptools give the same bytes
wheel: setup-dev
	rm -rf build
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct)} \
	  $(PY) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

bench: setup-dev
	$(PY) -m tests.bench $(BENCH)

# BK_FUZZ_S seconds, 300 without; docs/testing.md
fuzz: setup-dev
	$(PY) -m tests.fuzz $(FUZZ)

golden: setup-dev
	$(PY) -m tests.golden.make

# MUTANTS="--seed 3 player ring": another sample, some modules
mutants: $(VENV)/.mutants
	$(PY) -m tests.mutants $(MUTANTS)

$(VENV)/.mutants: $(VENV)/.dev
	$(PY) -m pip install -q -e '.[dev,mutants]'
	@touch $@

# remakes recordings/demo.xdf (needs espeak-ng) and trains its bundles; see recordings/README.md
demo-data: setup-dev
	$(call debs,espeak-ng)
	$(PY) -m offline.make_demo --overwrite

clean:
	rm -rf $(VENV) build dist site *.egg-info .mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis
