# Two commands matter: `make run` and `make test`. `make help` lists all.
SHELL := /bin/sh
PYTHON := .venv/bin/python
PYTEST = CHROMIUM="$$(bin/browser)" VAR_DIR="$${VAR_DIR:-var}/test" $(PYTHON) -m pytest -n 2 --dist worksteal
CHECK_DIR := var/check
.DEFAULT_GOAL := help

.PHONY: help run test test-slow audit faults fresh freeze check advisories sbom code partner-key reset messages requirements bench screenshots setup setup-dev \
	check-lint check-format check-types check-templates check-imports check-migrations check-deploy \
	check-catalogues check-vendored check-requirements check-runtime

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' Makefile

run: setup ## start everything on http://localhost:8000/ (PORT=, HOST=, DATABASE_URL=, REDIS_URL=, VAR_DIR= are honoured)
	@exec $(PYTHON) -m clicksafely.devserver.launch

test: setup-dev ## run the suite, the main job in a real browser included, in minutes (T= names other files or options)
	@$(PYTEST) $(or $(T),-m "not slow")

test-slow: setup-dev ## run what takes long: installations, restores, the whole demonstration, whole stories in a browser, many made-up examples
	@$(PYTEST) -n 3 -m "slow or hypothesis" --hypothesis-profile=many

audit: setup-dev ## the full sweep: links, words, markup, accessibility, keyboard, weights, speed (T= says which: "--only looks -k staff")
	@CHROMIUM="$$(bin/browser)" && export CHROMIUM && exec $(PYTHON) -m tests.e2e.audit $(T)

check: setup-dev check-lint check-format check-types check-templates check-imports check-migrations check-deploy \
	check-catalogues check-vendored check-requirements check-runtime ## everything that reads the code without running it
	@echo "All checks passed."

code: setup ## print the second-factor code of a demonstration account: make code USER=analyst1
	@exec $(PYTHON) manage.py code $(USER)

partner-key: setup ## make and print a key for the partner API: make partner-key PARTNER="Пример партнер" (LABEL= says what for)
	@exec $(PYTHON) manage.py partner_key "$(PARTNER)" --label "$(or $(LABEL),command line)"

stand-ins: setup-dev ## start mail and name servers for a demonstration on this machine; the next `make run` uses them
	@exec $(PYTHON) -m tests.standins

reset: setup ## erase var/ (database, keys, uploads) after asking
	@exec $(PYTHON) -m clicksafely.devserver.reset

messages: setup-dev ## bring the catalogues up to date with code and templates
	@$(PYTHON) manage.py messages

requirements: setup-dev ## pin what pyproject.toml asks for and record the wheels of every target; needs the network
	@$(PYTHON) bin/pin_requirements.py

advisories: setup-dev ## known weaknesses of what is pinned; needs the network (exit 2: some, or NOT CHECKED, as the last line says)
	@bin/advisories

sbom: setup-dev ## the bill of materials of what runs in production, CycloneDX 1.6: var/sbom.json
	@mkdir -p "$${VAR_DIR:-var}" && bin/audit_tools cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON \
	--validate -o "$${VAR_DIR:-var}/sbom.json" requirements-s3.txt && echo "$${VAR_DIR:-var}/sbom.json"

bench: setup-dev ## measure against the bars, results also in var/bench.json
	@exec $(PYTHON) -m bench

faults: setup-dev ## break what can break under load and count what is lost; results also in var/faults.json (ONLY=, ANEW=1)
	@exec $(PYTHON) -m tests.faults

fresh: setup-dev ## prove a bare machine, the image and the services of docker-compose.yml; root on Debian (PARTS="machine image services", ANEW=1)
	@exec $(PYTHON) -m tests.fresh $(PARTS)

freeze: setup-dev ## dump what a renaming must not change: make freeze OUT=/tmp/before (bin/freeze/compare.py compares two dumps)
	@exec $(PYTHON) -m bin.freeze.dump "$(OUT)"

screenshots: setup-dev ## draw the pictures of the README anew
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

# Production settings, both doors; the addresses are never connected to.
check-deploy:
	@VAR_DIR=$(CHECK_DIR) $(PYTHON) -m clicksafely.devserver.provision
	@for portal in public staff; do keys=private without=; [ $$portal = staff ] || { keys=absent; without=AUDIT_KEY=; }; \
	env $$without SEALING_PRIVATE_KEYS=$(CHECK_DIR)/keys/$$keys.json VAR_DIR=$(CHECK_DIR) PORTAL=$$portal DATABASE_URL=postgresql://db.invalid/clicksafely REDIS_URL=redis://redis.invalid/0 \
	ALLOWED_HOSTS=portal.example.org SECURE_HTTPS=true SITE_URL=https://portal.example.org \
	$(PYTHON) manage.py check --deploy --fail-level WARNING || exit 1; done
	@if docker compose version >/dev/null 2>&1; then \
	POSTGRES_PASSWORD=x ALLOWED_HOSTS=x SITE_URL=x TRUSTED_PROXIES=x docker compose config --quiet; fi

check-catalogues:
	@$(PYTHON) manage.py messages --check

check-vendored:
	@bin/check_vendored static/vendor

check-requirements:
	@$(PYTHON) bin/check_requirements.py

check-runtime:
	@bin/check_runtime $(CHECK_DIR)
