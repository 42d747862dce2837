"""State that the product keeps between requests in a process. Tests start without the state of other tests."""

import pytest
from django.core.cache import cache

from awareness.events.public.selectors import cached_upcoming_dates
from awareness.impact.selectors import cached_impact_summary
from awareness.news.selectors import cached_latest_articles
from awareness.pages.selectors import cached_consortium
from awareness.publishing.related_content import cached_cards, cached_related_cards
from awareness.quizzes.selectors import cached_quizzes
from awareness.search import synonyms
from awareness.topics.selectors import cached_answers, cached_help_lines, cached_removal_services, cached_topics
from clicksafely.common.http import rate_limits
from clicksafely.common.staff import home, waiting
from clicksafely.monitoring import celery_signals
from hotline.hosting import enqueue as hosting_enqueue
from hotline.hosting import site_type_rules
from hotline.intake import services as intake_services
from hotline.intake.page_texts import cached_page_texts
from hotline.triage.rules import compiled_rules
from youthpanel.public.overview_statistics import cached_overview

# Lists cached by content version, with their initial state: a test that was rolled back had the same version with other content.
_BY_CONTENT_VERSION = [
    (cached, vars(cached).copy())
    for cached in (
        cached_help_lines,
        cached_removal_services,
        cached_page_texts,
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
# Modules whose state expires by a monotonic clock. It stands still in a test, so that a busy machine changes nothing.
_CLOCKS = (compiled_rules, site_type_rules, hosting_enqueue)
_NOW = 1_000_000.0


def reset(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Reset the state of this process for one test. Returns the list that receives the numbers of reports enqueued for triage."""
    cache.clear()
    for cached, state in _BY_CONTENT_VERSION:
        vars(cached).update(state)
    rate_limits._breaker.reset()
    rate_limits._local.clear()
    home.forget_homes()
    waiting.forget_counts()
    # A number beside a menu entry is a query of the first page in ten seconds, which would change counts of queries.
    monkeypatch.setattr(waiting, "_counters", {})
    for module in _CLOCKS:
        monkeypatch.setattr(module, "monotonic", lambda: _NOW)
    compiled_rules.clear_rule_cache()
    site_type_rules.clear_rule_cache()
    monkeypatch.setattr(hosting_enqueue, "_scheduled", 0.0)
    monkeypatch.setattr(celery_signals, "_left", {})
    # The thread of `hotline.triage.enqueue` publishes later, in another test.
    enqueued: list[int] = []
    monkeypatch.setattr(intake_services, "enqueue_triage", enqueued.append)
    return enqueued
