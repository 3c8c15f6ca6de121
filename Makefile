# Everything starts here; `make` alone lists it. All set-up is done as needed, in .venv.

PYTHON ?= python3
PYTEST_ARGS ?=
WORKERS ?= $$(($$(getconf _NPROCESSORS_ONLN) + 1))
BENCH_ARGS ?=
LOCK_ARGS ?=
SERVE_ARGS ?=
PIP_TOOLS = pip-tools==7.6.2

PY = .venv/bin/python
PIP = $(PY) -m pip --disable-pip-version-check --quiet
VIEW = coopgraph-view.html

# Without it, each process of the tests would compile every module that it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run demo test chromium lint lint-types lint-style web notebooks bench bench-imports bench-questions bench-pages bench-strategy bench-serving bench-lanes bench-openalex bench-plans lock clean

help:
	@echo "make run     set up, build and check the graph, write the network view ($(VIEW)),"
	@echo "             serve all on 127.0.0.1 until Ctrl-C (SERVE_ARGS='--port 0': on a free port)"
	@echo "make demo    the same with funded programmes, projects and organisations, in .coopgraph-demo"
	@echo "make test    set up, lint, run every test, those in a browser too"
	@echo "make lint    only style, types and floors"
	@echo "make web     build the scripts of the pages from src/coopgraph/web"
	@echo "make notebooks   runs the notebooks, and writes those whose figures have changed"
	@echo "make bench   figures of speed, as ratios measured in one run"
	@echo "make bench-imports, make bench-questions   the same at 10 million triples (BENCH_ARGS=...)"
	@echo "make bench-pages   pages in a browser, beside bare vis-network and pyvis; layouts"
	@echo "make bench-strategy   measures on a million edges, beside networkx"
	@echo "make bench-serving   the server beside oxigraph serve and rdflib-endpoint (needs wrk for a fair load)"
	@echo "make bench-lanes   small queries and /health while 60 clients ask runaway ones"
	@echo "make bench-openalex   works of OpenAlex counted, beside a plain GROUP BY (--engines spark too)"
	@echo "make bench-plans   many invented plans beside the shipped one (BENCH_ARGS='--plans 25 --triples 1e6')"
	@echo "make lock    rebuild requirements/*.txt (LOCK_ARGS=--upgrade: with the newest versions)"
	@echo "make clean   remove all that was set up, built and cached here"
	@echo "PYTHON=... chooses the interpreter (3.11 or later); PYTEST_ARGS=... goes to pytest"

run: .venv/run.stamp
	@.venv/bin/coopgraph build
	@.venv/bin/coopgraph check
	@.venv/bin/coopgraph view technology-partners --plan strategic-joint-research-plan -o $(VIEW)
	@echo
	@echo "The network view: $(CURDIR)/$(VIEW)"
	@echo "Open it in a browser; it needs no network. In another terminal, try:"
	@echo "  .venv/bin/coopgraph questions"
	@echo "  .venv/bin/coopgraph query partners --lang ko"
	@echo "  .venv/bin/coopgraph show quantum"
	@echo
	@.venv/bin/coopgraph serve $(SERVE_ARGS)

demo: .venv/demo.stamp
	@COOPGRAPH=.venv/bin/coopgraph tools/demo

# Lint goes first, so that the last line is pytest's own; meanwhile a browser is looked for, or
# installed, and the tests are compiled. One process more than there are processors: many tests
# wait for a browser, a server or a time limit.
test: .venv/test.stamp
	@$(MAKE) --no-print-directory -j3 tests/__pycache__ lint-types lint-style
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)

chromium: .venv/test.stamp
	@$(PY) tools/chromium.py

# Once, where each process of the tests would rewrite all their assertions for itself.
tests/__pycache__: | .venv/test.stamp chromium
	@$(PY) -m pytest --collect-only -qq >/dev/null || :

# Types take the longest by far: what else there is runs beside.
lint: .venv/test.stamp
	@$(MAKE) --no-print-directory -j2 lint-types lint-style

lint-types: .venv/test.stamp
	@$(PY) -m mypy

lint-style: .venv/test.stamp
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports
	@$(PY) tools/web.py lint

web: .venv/test.stamp
	@$(PY) tools/web.py build

notebooks: .venv/test.stamp
	@$(PY) tools/notebooks.py

bench: .venv/test.stamp
	@$(PY) bench/run.py
	@$(PY) bench/plans.py --plans 200
	@$(PY) bench/assignment.py
	@$(PY) bench/search.py

# Minutes each; BENCH_ARGS="--millions 1 10 30" and the like go to the script.
bench-imports: .venv/test.stamp
	@$(PY) bench/imports.py $(BENCH_ARGS)

bench-questions: .venv/test.stamp
	@$(PY) bench/questions.py $(BENCH_ARGS)

bench-pages: .venv/test.stamp
	@$(PY) bench/pages.py $(BENCH_ARGS)

bench-serving: .venv/test.stamp
	@$(PY) bench/serving.py $(BENCH_ARGS)

bench-lanes: .venv/test.stamp
	@$(PY) bench/lanes.py $(BENCH_ARGS)

bench-openalex: .venv/test.stamp
	@$(PY) bench/openalex.py $(BENCH_ARGS)

bench-plans: .venv/test.stamp
	@$(PY) bench/plans.py $(BENCH_ARGS)

bench-strategy: .venv/test.stamp
	@$(PY) bench/strategy.py $(BENCH_ARGS)

# A stamp is younger than the lock file that it was installed from. The project itself is
# installed in place, without a look at any registry: its builder is in the lock file.
.venv/%.stamp: requirements/%.txt pyproject.toml | .venv/pyvenv.cfg
	@echo "Setting up .venv from $< (once; it takes a minute or two) ..."
	@$(PIP) install --no-compile --require-hashes --requirement $<
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "coopgraph needs Python 3.11 or later: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "No virtual environment could be made; on Debian: apt-get install python3-venv" >&2; exit 1; }

lock: .venv-lock/pyvenv.cfg
	@tools/lock $(LOCK_ARGS)

.venv-lock/pyvenv.cfg:
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip --disable-pip-version-check --quiet install $(PIP_TOOLS) \
		|| { rm -rf .venv-lock; exit 1; }

clean:
	rm -rf .venv .venv-lock build dist .coopgraph .coopgraph-demo $(VIEW)
	rm -rf node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
