"""State that the product keeps between requests in a process. Tests start without the state of other tests.

A new cache whose content differs from test to test belongs here; `make flaky` finds a missing one.
"""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.utils.module_loading import import_string

from clicksafely.common import db_connections
from clicksafely.common.files import image_uploads
from clicksafely.common.http import rate_limits
from clicksafely.common.logs import request_id
from clicksafely.common.staff import home, waiting
from clicksafely.monitoring import celery_signals, request_latency
from hotline.hosting import enqueue as hosting_enqueue
from hotline.hosting import site_type_rules
from hotline.intake import services as intake_services
from hotline.triage.rules import compiled_rules

# Emptied for each test: they remember rows, settings, files and registered kinds, which differ from test to test.
EMPTIED = (
    "awareness.games.import_export.schema.draft_schema",
    "awareness.quizzes.live.snapshot._content",
    "clicksafely.common.files.storage._bucket",
    "clicksafely.common.http.rate_limits._local",
    "clicksafely.common.serbian.scripts._public_to_latin",
    "clicksafely.common.staff.home._built",
    "clicksafely.common.staff.waiting._counted",
    "clicksafely.common.staff.menu.permitted_groups",
    "clicksafely.monitoring.celery_signals._recorded_at",
    "clicksafely.monitoring.health._all_applied",
    "hotline.hosting.lookup._networks",
    "hotline.referral.iccam.client._tokens",
    "hotline.triage.hash_lists.own_pictures._digests_by_uuid",
    "hotline.triage.hash_lists.pdq_index._tables",
)
# Each gets its initial attributes for each test. A test that was rolled back had the same content version with other content.
RESTORED = (
    "awareness.events.public.selectors.cached_upcoming_dates",
    "awareness.impact.selectors.cached_impact_summary",
    "awareness.news.selectors.cached_latest_articles",
    "awareness.pages.selectors.cached_consortium",
    "awareness.pages.selectors.cached_page_texts",
    "awareness.publishing.related_content.cached_cards",
    "awareness.publishing.related_content.cached_related_cards",
    "awareness.quizzes.selectors.cached_quizzes",
    "awareness.search.synonyms._cached_thesauri",
    "awareness.topics.selectors.cached_answers",
    "awareness.topics.selectors.cached_help_lines",
    "awareness.topics.selectors.cached_removal_services",
    "awareness.topics.selectors.cached_topics",
    "clicksafely.common.http.rate_limits._breaker",
    "hotline.hosting.site_type_rules._cache",
    "hotline.intake.page_texts.cached_page_texts",
    "youthpanel.public.overview_statistics.cached_overview",
)

# The counters beside the entries of the menu, which `reset` removes: see the fixture `menu_counts`.
MENU_COUNTERS = waiting._counters

# Modules whose state expires by a monotonic clock. It stands still in tests, so that a busy machine changes nothing.
_CLOCKS = (celery_signals, compiled_rules, db_connections, home, hosting_enqueue, rate_limits, site_type_rules, waiting)
_NOW = 1_000_000.0


def _emptier(name: str) -> Callable[[], None]:
    state = import_string(name)
    empty: Callable[[], None] = state.cache_clear if hasattr(state, "cache_clear") else state.clear
    return empty


_EMPTY = [_emptier(name) for name in EMPTIED]
_INITIAL = [(vars(restored), vars(restored).copy()) for restored in map(import_string, RESTORED)]


def reset(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Reset the state of this process for one test. Returns the list that receives the numbers of reports enqueued for triage."""
    cache.clear()
    for empty in _EMPTY:
        empty()
    for attributes, initial in _INITIAL:
        attributes.update(initial)
    vars(db_connections._looked).clear()
    image_uploads.memory_budget = image_uploads.MemoryBudget(image_uploads.MAX_PROCESS_BYTES)
    request_id.set("")
    request_latency.counts._counts.clear()
    compiled_rules.clear_rule_cache()
    hosting_enqueue._scheduled = 0.0
    for module in _CLOCKS:
        module.monotonic = _standing
    # A number beside a menu entry is a query of the first page in ten seconds, which would change counts of queries.
    monkeypatch.setattr(waiting, "_counters", {})
    # The thread of `hotline.triage.enqueue` publishes later, in another test.
    enqueued: list[int] = []
    monkeypatch.setattr(intake_services, "enqueue_triage", enqueued.append)
    return enqueued


def _standing() -> float:
    return _NOW
