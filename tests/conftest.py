"""Fixtures of the whole suite."""

import gc
import os
import re
import subprocess
from collections.abc import Generator, Iterator
from copy import copy
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.signals import setting_changed
from django.template import Context, Template
from django.test import TransactionTestCase, client, override_settings
from django.test.signals import root_urlconf_changed
from django.test.utils import ContextList
from django.urls import set_urlconf
from pytest_django import DjangoDbBlocker
from redis import Redis

from clicksafely import urls  # noqa: F401 - what the staff site has is registered with the addresses
from clicksafely.common.http import rate_limits
from clicksafely.common.sandbox import runner
from clicksafely.common.staff import waiting
from hotline.intake.web import draft_uploads
from tests import migrated_rows, process_state, security_document
from tests.database import begin_to_migrate, drop_test_database, make_test_database
from tests.live_portal import Site, running_site

# Objects of imports and collection stay; skipping them in garbage collection saves a sixth of the time.
gc.disable()
# Every run has the same few generated examples, `make test-slow` many new ones: a failure prints how to repeat it. Both are explicit,
# because CI changes hypothesis's defaults. Duration on a busy machine is not an error.
for profile, examples, same in (("some", 15, True), ("many", 150, False)):
    hypothesis.settings.register_profile(
        profile,
        max_examples=examples,
        derandomize=same,
        print_blob=not same,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
hypothesis.settings.load_profile("some")


@pytest.fixture(autouse=True, scope="session")
def _static_files_without_manifest() -> Iterator[None]:
    """URLs of static files without the manifest, which exists only after `collectstatic`.

    After a test of `collectstatic`, WhiteNoise would read the files for every test client: a quarter of the time of tests with pages.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}, WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True, scope="session")
def _fast_password_hashes() -> Iterator[None]:
    """Hash passwords with MD5: the hash of production takes a third of a second."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _addresses_are_read_once() -> Iterator[None]:
    """Keep the caches of URL resolvers, by the name of the URLconf.

    For a test with another URLconf, Django and pytest-django clear all of them. Resolving the portal's URLs in three languages takes longer
    than most tests.
    """

    def reset_urlconf(*, setting: str, **others: object) -> None:
        if setting == "ROOT_URLCONF":
            set_urlconf(None)

    setting_changed.disconnect(root_urlconf_changed)
    setting_changed.connect(reset_urlconf)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.urls.clear_url_caches", lambda: None)
        yield
    setting_changed.disconnect(reset_urlconf)
    setting_changed.connect(root_urlconf_changed)


@pytest.fixture(autouse=True, scope="session")
def _contexts_of_pages_only() -> Iterator[None]:
    """Django copies the context of every template rendered in a test, and a form has hundreds: one for each widget.

    The first belongs to the page; tests use no other.
    """

    def store(data: dict[str, Any], *, template: Template, context: Context, **others: object) -> None:
        data.setdefault("templates", []).append(template)
        if "context" not in data:
            data["context"] = ContextList([copy(context)])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "store_rendered_templates", store)
        yield


@pytest.fixture(autouse=True, scope="session")
def _rows_of_migrations_stay() -> Iterator[None]:
    """Transactional tests empty every table at their end; restore the rows of migrations (roles, questions, help lines).

    Django's own `serialized_rollback` does so at the start of the next test that requests it; other tests would lack the rows.
    """

    def restore(case: TransactionTestCase) -> None:
        migrated_rows.restore()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore)
        yield


@pytest.fixture(autouse=True, scope="session")
def _own_sandbox_places(worker_id: str) -> Iterator[None]:
    """The processes of pytest-xdist share a secret and a folder, but not the places for sandboxed processes.

    On a busy machine, a picture would else be read later.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "POOL", worker_id)
        patch.setattr(draft_uploads, "PLACE_SECONDS", 20)
        patch.setattr(draft_uploads, "RESULT_SECONDS", 60)
        yield
        if runner._server:
            runner._end_server(runner._server)


@pytest.fixture(autouse=True, scope="session")
def _a_busy_valkey_is_waited_for() -> Iterator[None]:
    """Wait for Valkey for longer than production: if it counted as down, each process would count separately."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rate_limits, "CONNECT_SECONDS", 60.0)
        patch.setattr(rate_limits, "ANSWER_SECONDS", 60.0)
        yield


@pytest.fixture(scope="session")
def counters() -> Iterator[Redis]:
    """Connection for rate limit counters, shared by all processes and tests, because connecting is slow."""
    with Redis.from_url(settings.REDIS_URL) as connection:
        yield connection


@pytest.fixture(autouse=True)
def enqueued_reports(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Reset the state of this process and the counters of rate limits. The list receives the numbers of reports enqueued for triage.

    Tests of texts have no server.
    """
    if request.node.get_closest_marker("texts"):
        return []
    request.getfixturevalue("counters").flushdb()
    return process_state.reset(monkeypatch)


@pytest.fixture
def menu_counts(enqueued_reports: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Count for the menu and the home page, as in production."""
    monkeypatch.setattr(waiting, "_counters", dict(process_state.MENU_COUNTERS))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The test database of this process, next to a copy of its initial rows."""
    with django_db_blocker.unblock():
        before = make_test_database()
    yield
    with django_db_blocker.unblock():
        drop_test_database(before)


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Identifies the test process."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker, worker_name: str) -> Iterator[Site]:
    """The real portal (web server, worker, beat) on its own database, shared by the tests of this process."""
    with running_site(worker=worker_name, blocker=django_db_blocker) as running:
        yield running


# Slow tests by the servers they start: the portal for browsers, single servers and commands, complete systems.
LONG = (
    {"site", "test_offline_quiz"},
    {
        "test_launch",
        "test_local_servers",
        "test_manage",
        "test_standins",
        "test_restore",
        "test_bucket",
        "test_restoring",
    },
    {
        "test_robustness",
        "test_faults",
        "test_journey",
        "test_staff_access",
        "test_corpus_forms",
        "test_markup",
        "test_banner_middleware",
        "test_worker_failures",
        "test_celery_main",
    },
)
# Slow kinds that `make test` includes nevertheless, beside the tests in SECURITY.md: the main journey, and one page of each kind.
IN_EVERY_RUN = {"test_main_job", "test_each_kind"}


def _kind(item: pytest.Item) -> int | None:
    """Return the kind in LONG of a test, None for fast ones."""
    signs = {*getattr(item, "fixturenames", ()), item.path.stem}
    return next((place for place, kind in enumerate(LONG) if kind & signs), None)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark tests that `make test` leaves to `make test-slow`; individually slow tests have their own mark."""
    command = security_document.named_command(item.nodeid)
    in_every_run = item.path.stem in IN_EVERY_RUN or command == security_document.MAKE_TEST
    if _kind(item) is not None and not in_every_run:
        item.add_marker(pytest.mark.slow)
    if command is not None:
        collected = item.config.stash.setdefault(security_document.COLLECTED, {})
        collected[item.nodeid] = security_document.marked_command(item)


MIGRATING = pytest.StashKey[subprocess.Popen[bytes] | None]()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Create the database while the processes of pytest-xdist collect tests."""
    config.stash[MIGRATING] = begin_to_migrate()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop all processes after the tests."""
    if migrating := session.config.stash.get(MIGRATING, None):
        migrating.terminate()
        migrating.wait()


def _needs_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or "django_db_setup" in getattr(item, "fixturenames", ())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In each process, run tests without a database first, while it is created, then a different kind of slow tests.

    Thus one portal serves all, and fast tests fill the end. Each process of pytest-xdist first gets an equal part of the list, and takes
    from the others once it is done.
    """
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    if processes == 1:
        return
    kinds: list[list[pytest.Item]] = [[] for _ in range(min(processes, len(LONG)))]
    at_once: list[pytest.Item] = []
    short: list[pytest.Item] = []
    for item in items:
        place = _kind(item)
        if place is not None:
            kinds[place % len(kinds)].append(item)
        else:
            (short if _needs_database(item) else at_once).append(item)
    part, begin = len(items) // processes, len(at_once) // processes
    items[:] = []
    for kind in kinds:
        own = [at_once.pop() for _ in range(begin)] + kind
        items += own + [short.pop() for _ in range(max(0, min(len(short), part - len(own))))]
    items += at_once + short


def pytest_collection_finish() -> None:
    """Imported and collected objects stay: the garbage collector need not traverse them repeatedly, nor run as often as by default."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the last log lines of the site to the report of a failed test."""
    report = yield
    running = getattr(item, "funcargs", {}).get("site")
    if report.failed and isinstance(running, Site):
        report.sections.append(("Site log", "\n".join(running.log.getvalue().splitlines()[-40:])))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print at the end where each test that exceeded its time was waiting; the stacks of its threads hide it."""
    for report in (*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")):
        if "from pytest-timeout" in report.longreprtext:
            terminalreporter.write_line(f"{report.nodeid} ({report.when}) waited in:", red=True)
            for place in re.findall(r"^\S+:\d+: .*$", report.longreprtext, re.MULTILINE)[-12:]:
                terminalreporter.write_line(f"  {place}")
