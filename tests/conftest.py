"""Fixtures of the whole suite."""

import gc
import os
import subprocess
from collections.abc import Generator, Iterator
from copy import copy
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.signals import setting_changed
from django.template import Context, Template
from django.test import TransactionTestCase, client, override_settings
from django.test.signals import root_urlconf_changed
from django.test.utils import ContextList
from django.urls import set_urlconf
from pytest_django import DjangoDbBlocker
from redis import Redis

from awareness.events.public.selectors import cached_upcoming_dates
from awareness.impact.selectors import cached_impact_summary
from awareness.news.selectors import cached_latest_articles
from awareness.pages.selectors import cached_consortium
from awareness.publishing.related_content import cached_cards, cached_related_cards
from awareness.quizzes.selectors import cached_quizzes
from awareness.search import synonyms
from awareness.topics.selectors import cached_answers, cached_help_lines, cached_removal_services, cached_topics
from clicksafely import urls  # noqa: F401 - what the staff site has is registered with the addresses
from clicksafely.common.http import rate_limits
from tests import founding, promises
from tests.database import begin_to_migrate, drop_test_database, make_test_database
from tests.site import Site, running_site
from youthpanel.public.overview_statistics import cached_overview

# What is imported and collected stays: to look for what of it does not takes a sixth of the time.
gc.disable()
# How long something takes on a busy machine is no finding. Some made-up examples in every run, many in `make test-slow`, which asks for them by name.
for profile, examples in {"some": 15, "many": 150}.items():
    hypothesis.settings.register_profile(
        profile, max_examples=examples, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
hypothesis.settings.load_profile("some")

# With what each knew when nothing had been read.
KNOWN = [
    (known, vars(known).copy())
    for known in (
        cached_help_lines,
        cached_removal_services,
        cached_consortium,
        synonyms._known,
        cached_answers,
        cached_latest_articles,
        cached_impact_summary,
        cached_cards,
        cached_related_cards,
        cached_topics,
        cached_quizzes,
        cached_upcoming_dates,
        cached_overview,
    )
]


@pytest.fixture(autouse=True, scope="session")
def _static_files_as_they_lie() -> Iterator[None]:
    """Addresses of static files without the manifest, which exists only after `collectstatic`."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield


@pytest.fixture(autouse=True, scope="session")
def _addresses_are_read_once() -> Iterator[None]:
    """Where a test names another URLconf, Django and pytest-django forget all, and reading the portal's in three languages takes longer than most tests.

    They are kept by name, so that none is taken for another.
    """

    def changed(*, setting: str, **others: object) -> None:
        if setting == "ROOT_URLCONF":
            set_urlconf(None)

    setting_changed.disconnect(root_urlconf_changed)
    setting_changed.connect(changed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.urls.clear_url_caches", lambda: None)
        yield
    setting_changed.disconnect(changed)
    setting_changed.connect(root_urlconf_changed)


@pytest.fixture(autouse=True, scope="session")
def _contexts_of_pages_only() -> Iterator[None]:
    """Django keeps a copy of the context of every template that is rendered for a test, and a form has hundreds: one for each widget.

    The first belongs to the page, and no test asks for another.
    """

    def store(kept: dict[str, Any], *, template: Template, context: Context, **others: object) -> None:
        kept.setdefault("templates", []).append(template)
        if "context" not in kept:
            kept["context"] = ContextList([copy(context)])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "store_rendered_templates", store)
        yield


@pytest.fixture(autouse=True, scope="session")
def _founding_rows_stay() -> Iterator[None]:
    """Transactional tests empty every table at their end; put back what migrations wrote (roles, questions, help lines).

    Django's own `serialized_rollback` does it at the beginning of the next test that asks for it, and leaves all others without.
    """

    def restore(case: TransactionTestCase) -> None:
        founding.restore()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", restore)
        yield


@pytest.fixture(autouse=True, scope="session")
def _a_busy_valkey_is_waited_for() -> Iterator[None]:
    """Twenty times as long as visitors wait: where it is taken for sick each process counts for itself, and what was counted is counted again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rate_limits, "CONNECT_SECONDS", 1.0)
        patch.setattr(rate_limits, "ANSWER_SECONDS", 1.0)
        yield


@pytest.fixture(scope="session")
def counters() -> Iterator[Redis]:
    """Where limits are counted, for all processes and tests; connecting takes longer than what is asked."""
    with Redis.from_url(settings.REDIS_URL) as connection:
        yield connection


@pytest.fixture(autouse=True)
def _nothing_is_known_from_other_tests() -> None:
    """Lists and parts of pages that a process keeps for a content generation: a test that was rolled back had the same number for other contents."""
    cache.clear()
    for known, state in KNOWN:
        vars(known).update(state)


@pytest.fixture(autouse=True)
def _nothing_is_counted_from_other_tests(counters: Redis) -> None:
    """Limits count by network and all networks together, so tests would stop each other."""
    rate_limits._breaker.reset()
    rate_limits._local.clear()
    counters.flushdb()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The test database of this process, with a copy of its founding rows beside it."""
    with django_db_blocker.unblock():
        before = make_test_database()
    yield
    with django_db_blocker.unblock():
        drop_test_database(before)


@pytest.fixture(scope="session")
def worker_name() -> str:
    """What tells the test processes apart."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker, worker_name: str) -> Iterator[Site]:
    """The real portal (web server, worker, beat) on a database of its own, shared by the tests of this process."""
    with running_site(worker=worker_name, blocker=django_db_blocker) as running:
        yield running


# What takes long, by what starts: the portal that browsers and others look at, servers and commands, everything that there is.
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
        "test_walk",
        "test_corpus_forms",
        "test_markup",
        "test_demonstration",
        "test_banner_middleware",
        "test_worker_failures",
        "test_celery_main",
    },
)
# What of it is in `make test` all the same, beside what SECURITY.md names: the main job, and a page of each kind.
IN_EVERY_RUN = {"test_main_job", "test_each_kind"}


def _kind(item: pytest.Item) -> int | None:
    """Which of LONG a test is, None for short ones."""
    signs = {*getattr(item, "fixturenames", ()), item.path.stem}
    return next((place for place, kind in enumerate(LONG) if kind & signs), None)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what `make test` leaves to `make test-slow`; a test that takes long by itself is marked where it stands."""
    named = promises.named_slow(item.nodeid)
    if _kind(item) is not None and item.path.stem not in IN_EVERY_RUN and named is not False:
        item.add_marker(pytest.mark.slow)
    if named is not None:
        collected = item.config.stash.setdefault(promises.COLLECTED, {})
        collected[item.nodeid] = item.get_closest_marker("slow") is not None


MIGRATING = pytest.StashKey[subprocess.Popen[bytes] | None]()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """The database is made while the processes of pytest-xdist collect what needs it."""
    config.stash[MIGRATING] = begin_to_migrate()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing goes on after the tests."""
    if migrating := session.config.stash.get(MIGRATING, None):
        migrating.terminate()
        migrating.wait()


def _needs_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or "django_db_setup" in getattr(item, "fixturenames", ())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each process begin with tests that need no database while one is being made, then with another kind of what takes long.

    So one portal serves all, and short tests fill up the end. Each process of pytest-xdist is given an equal part of the list, one after the other,
    and takes from the others once it is done.
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
    """What was imported and collected stays to the end: the garbage collector need not walk it again and again, nor come as often as by default."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show, with a test that failed on the site, what the site said last."""
    report = yield
    running = getattr(item, "funcargs", {}).get("site")
    if report.failed and isinstance(running, Site):
        report.sections.append(("Site log", "\n".join(running.log.getvalue().splitlines()[-40:])))
    return report
