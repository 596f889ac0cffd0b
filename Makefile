# Tally87. `make help` lists what there is; `make run` and `make test` are all a newcomer needs.
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8087
ONCE ?=
FRESH ?= 1
export PORT ONCE FRESH
# Offices with certificates of their own have them in the system's store, where pip looks too.
export UV_SYSTEM_CERTS ?= 1
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && { echo $$p; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help run test test-fast soak bare core lint fix tablet bench languages manual readers splink routes sbom clean system-libraries

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.ok: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Tally87 needs Python 3.11, 3.12 or 3.13 with its venv module. On Debian: apt install python3 python3-venv"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@command -v uv >/dev/null 2>&1 || $(VENV)/bin/python -m pip install -q --disable-pip-version-check uv
	@echo "Installing Tally87 into $(VENV) ..."
	@UV=$$(command -v uv || echo $(VENV)/bin/uv); $$UV pip install -q --python $(PY) -e '.[server,tablet,test]'
	@touch $@

run: $(VENV)/.ok ## the whole journey: tablets record offline, send, the server counts (PORT=8087, ONCE=1 to end by itself, FRESH=0 to go on, DEMO=regional: two countries rolled up)
	@$(VENV)/bin/tally87 demo $(if $(filter regional,$(DEMO)),--regional --folder .demo-regional)

test: $(VENV)/.ok system-libraries ## every test
	@$(PY) -m tests

test-fast: $(VENV)/.ok ## tests that need no screen, no browser and no patience
	@$(PY) -m pytest -q -n 2 -m "not ui and not browser and not slow"

soak: $(VENV)/.ok ## hours of faults: 20,000 steps of any day in the field on each database, 100,000 records, broken programs, every write and byte
	@for database in sqlite postgresql; do \
		$(PY) -m tests.reliability steps --steps 20000 --on $$database || exit 1; done
	@$(PY) -m tests.reliability records --records 100000 \
		&& $(PY) -m tests.reliability mutations && $(PY) -m tests.reliability taps
	@TALLY87_SEEDS_OF_KILLS=8 $(PY) -m pytest -q tests/journeys/test_nothing_is_lost_or_doubled_when_killed.py
	@TALLY87_CAMPAIGNS=60 $(PY) -m pytest -q tests/server/register/test_random_campaigns.py
	@for run in writes kills cuts damage; do $(PY) -m tests.reliability $$run || exit 1; done
	@$(PY) -m tests.server.disclosure.soak
	@$(PY) -m tests.server.tables.soak
	@$(PY) -m tests.any_day
	@$(MAKE) routes

bare: ## before a release: the README's two commands on an empty Debian 12 and 13 (as root)
	@sh tests/bare.sh

core: ## the rules, the wire and the tablet behind its screens on Python 3.14, which the Android package has
	@command -v python3.14 >/dev/null 2>&1 || { echo "make core needs Python 3.14 with its venv module. On Debian 14: apt install python3.14 python3.14-venv"; exit 1; }
	@python3.14 -m venv build/core && build/core/bin/pip install -q -e '.[server,tablet,test]'
	@build/core/bin/python -m pytest -q -n 2 -m "not ui and not browser and not slow" tests/shared tests/mobile

system-libraries:
	@sh tests/system_libraries.sh

lint: $(VENV)/.ok ## ruff, mypy, dependency rules
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy && $(VENV)/bin/lint-imports --config setup.cfg

fix: $(VENV)/.ok ## let ruff mend what it can
	@$(VENV)/bin/ruff check --fix -q . ; $(VENV)/bin/ruff format -q .

tablet: $(VENV)/.ok ## open the tablet in a window (TABLET=folder: the one kept there)
	@$(VENV)/bin/tally87-tablet $(if $(TABLET),--folder $(TABLET))

bench: $(VENV)/.ok ## the benchmarks, one after another
	@$(PY) -m benchmarks

languages: $(VENV)/.ok ## compile the translations
	@$(PY) -m shared.texts.compile

manual: $(VENV)/.ok ## the field manual in every language, with pictures of the real screens
	@$(PY) -m tests.field_manual docs/field-manual

routes: $(VENV)/.ok ## every route of the API asked by schemathesis, which is installed beside
	@python3 -m venv --clear build/routes && build/routes/bin/pip install -q '.[server,test]' schemathesis
	@build/routes/bin/python -m tests.fuzz.schemathesis_routes

readers: $(VENV)/.ok ## JSON-stat read by the library of its author, from npm (needs Node)
	@command -v npm >/dev/null 2>&1 || { echo "make readers needs Node with npm."; exit 1; }
	@mkdir -p build/readers && npm install --silent --no-save --prefix build/readers jsonstat-toolkit@2
	@$(PY) -m tests.server.exports.other_readers build/readers/node_modules

splink: $(VENV)/.ok ## a file linked by Splink itself on DuckDB (280 MB, installed beside)
	@python3 -m venv --clear build/splink && build/splink/bin/pip install -q '.[server,test]' splink==5.0.0
	@build/splink/bin/python -m tests.server.register.with_splink

sbom: ## what the office is made of, as CycloneDX: build/sbom.json
	@python3 -m venv --clear build/sbom && build/sbom/bin/pip install -q '.[server]'
	@python3 -m venv --clear build/sbom-tool && build/sbom-tool/bin/pip install -q cyclonedx-bom
	@build/sbom-tool/bin/cyclonedx-py environment --of JSON --output-file build/sbom.json build/sbom
	@echo "build/sbom.json"

clean: ## remove what make made
	rm -rf $(VENV) .demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
