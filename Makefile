# Two commands matter: `make run` and `make test`. `make help` lists all.
SHELL := /bin/sh
PYTHON := .venv/bin/python
TEST_ENV = CHROMIUM="$$(bin/browser)" VAR_DIR="$${VAR_DIR:-var}/test"
PYTEST = $(PYTHON) -m pytest -n logical --dist worksteal
FAST = -m "not slow and not timing and not texts"
# No server is started, and none can be reached.
NO_SERVERS = DATABASE_URL=postgresql://db.invalid/clicksafely REDIS_URL=redis://redis.invalid/0
CHECK_DIR := var/check
# The slowest first; they run side by side.
CHECKS = check-types check-texts check-deploy check-imports check-templates check-lint check-format check-migrations \
	check-catalogues check-english check-vendored check-requirements check-runtime
.DEFAULT_GOAL := help

.PHONY: help run test test-slow timing flaky nightly audit check faults fresh advisories sbom inventory code partner-key stand-ins reset \
	messages requirements bench screenshots setup setup-dev $(CHECKS)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' Makefile

run: setup ## start everything on http://localhost:8000/ (PORT=, HOST=, DATABASE_URL=, REDIS_URL=, VAR_DIR= are honoured)
	@exec $(PYTHON) -m clicksafely.devserver.launch

test: setup-dev ## run the fast tests in minutes; up to five failed ones run once more (T= other files or options, run once)
	@$(TEST_ENV) $(if $(T),$(PYTEST) $(T),$(PYTHON) bin/run_tests.py $(PYTEST) $(FAST))

test-slow: setup-dev ## run slow tests: installations, restores, complete browser journeys, many generated examples
	@$(TEST_ENV) $(PYTEST) -m "(slow or hypothesis) and not timing" --hypothesis-profile=many $(T)

timing: setup-dev ## run the tests that measure time or growth, alone, in one process
	@$(TEST_ENV) $(PYTEST) -n 0 -m timing $(T)

flaky: setup-dev ## run the fast tests N=5 times, each in another order, and list every test that failed
	@$(TEST_ENV) $(PYTHON) bin/find_flaky.py $(or $(N),5) $(PYTEST) $(FAST)

nightly: setup-dev ## run test-slow, timing, fresh, test a year ahead and flaky one after another; skips parts that passed; table in var/nightly.md (ONLY="timing fresh", ANEW=1)
	@exec $(PYTHON) bin/nightly.py $(MAKE) $(ONLY)

audit: setup-dev ## audit all pages: links, words, markup, accessibility, keyboard, weights, speed (T= selects: "--only display -k staff")
	@CHROMIUM="$$(bin/browser)" && export CHROMIUM && exec $(PYTHON) -m tests.e2e.audit $(T)

check: setup-dev ## run all static checks
	@$(MAKE) --no-print-directory --jobs "$$(getconf _NPROCESSORS_ONLN)" --output-sync=target $(CHECKS)
	@echo "All checks passed."

code: setup ## print the second-factor code of a demonstration account: make code USER=analyst1
	@exec $(PYTHON) manage.py code $(USER)

partner-key: setup ## create and print a key for the partner API: make partner-key PARTNER="Пример партнер" (LABEL= its purpose)
	@exec $(PYTHON) manage.py partner_key "$(PARTNER)" --label "$(or $(LABEL),command line)"

stand-ins: setup-dev ## start mail and name servers for a demonstration on this machine; the next `make run` uses them
	@exec $(PYTHON) -m clicksafely.devserver.mock_services

reset: setup ## erase var/ (database, keys, uploads) after confirmation
	@exec $(PYTHON) -m clicksafely.devserver.reset

messages: setup-dev ## update the message catalogues from code and templates
	@$(PYTHON) manage.py messages

requirements: setup-dev ## pin the requirements of pyproject.toml and record the wheels of every target; needs the network
	@$(PYTHON) bin/pin_requirements.py

advisories: setup-dev ## check pinned packages for known vulnerabilities; needs the network (exit 2: some, or NOT CHECKED; see the last line)
	@bin/advisories

sbom: setup-dev ## write the software bill of materials of production, CycloneDX 1.6: var/sbom.json
	@mkdir -p "$${VAR_DIR:-var}" && bin/audit_tools cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON \
	--validate -o "$${VAR_DIR:-var}/sbom.json" requirements-s3.txt && echo "$${VAR_DIR:-var}/sbom.json"

inventory: setup ## write the data inventory, every field with its storage, legal basis and retention: var/data-inventory.md
	@mkdir -p "$${VAR_DIR:-var}" && $(PYTHON) manage.py data_inventory > "$${VAR_DIR:-var}/data-inventory.md" && echo "$${VAR_DIR:-var}/data-inventory.md"

bench: setup-dev ## run the benchmarks, results also in var/bench.json
	@exec $(PYTHON) -m bench

faults: setup-dev ## inject faults under load and count lost data; results also in var/faults.json (ONLY=, ANEW=1)
	@exec $(PYTHON) -m tests.faults

fresh: setup-dev ## test a bare machine, the image, the services of docker-compose.yml and the units of systemd; root on Debian (PARTS="machine image services units", ANEW=1)
	@exec $(PYTHON) -m tests.fresh $(PARTS)

screenshots: setup-dev ## renew the screenshots of the README
	@CHROMIUM="$$(bin/browser)" exec $(PYTHON) -m tests.e2e.screenshots

setup:
	@bin/setup local

setup-dev:
	@bin/setup dev

check-lint:
	@.venv/bin/ruff check .

check-format:
	@.venv/bin/ruff format --check .

check-types:
	@.venv/bin/mypy

check-templates:
	@.venv/bin/djlint --quiet --lint templates

check-imports:
	@.venv/bin/lint-imports

check-migrations:
	@VAR_DIR=$(CHECK_DIR) $(PYTHON) manage.py makemigrations --check --dry-run

# Production settings, public and staff process; no connection is opened.
check-deploy:
	@VAR_DIR=$(CHECK_DIR) $(PYTHON) manage.py create_secrets
	@for portal in public staff; do keys=keys; [ $$portal = staff ] || keys=absent; \
	mkdir -p $(CHECK_DIR)/$$portal && cp $(CHECK_DIR)/secrets-$$portal.env $(CHECK_DIR)/$$portal; \
	env PUBLIC_KEYS_DIR=$(CHECK_DIR)/keys PRIVATE_KEYS_DIR=$(CHECK_DIR)/$$keys \
	VAR_DIR=$(CHECK_DIR)/$$portal PORTAL=$$portal DATABASE_URL=postgresql://db.invalid/clicksafely REDIS_URL=redis://$$portal:x@redis.invalid/0 \
	ALLOWED_HOSTS=portal.example.org SITE_URL=https://portal.example.org \
	$(PYTHON) manage.py check --deploy --fail-level WARNING || exit 1; done
	@if docker compose version >/dev/null 2>&1; then \
	for role in OWNER PUBLIC STAFF WORKER SEALED OUTSIDE BEAT; do export POSTGRES_PASSWORD_$$role=x VALKEY_PASSWORD_$$role=x; done; \
	POSTGRES_PASSWORD=x ALLOWED_HOSTS=x SITE_URL=x TRUSTED_PROXIES=x docker compose config --quiet; fi

check-catalogues:
	@$(PYTHON) manage.py messages --check

check-english:
	@$(PYTHON) bin/check_english.py

check-vendored:
	@bin/check_vendored hotline/intake/api/xarf_schemas

check-requirements:
	@$(PYTHON) bin/check_requirements.py

check-runtime:
	@bin/check_runtime $(CHECK_DIR)

check-texts:
	@VAR_DIR=$(CHECK_DIR) $(NO_SERVERS) $(PYTHON) -m pytest -n 0 -q -m texts $$(grep -rl --include="test_*.py" "pytest.mark.texts" tests)
