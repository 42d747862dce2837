"""State that the product keeps between requests in a process. Tests start without the state of other tests.

`tests/test_process_state.py` finds all such names in the product and fails if one is missing here.
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
# Reset by a statement of `reset` for each.
RESET = (
    "clicksafely.common.db_connections._looked",
    "clicksafely.common.files.image_uploads.memory_budget",
    "clicksafely.common.logs.request_id",
    "clicksafely.common.staff.waiting._counters",
    "clicksafely.monitoring.request_latency.counts",
    "hotline.hosting.enqueue._scheduled",
    "hotline.triage.rules.compiled_rules._checked_at",
    "hotline.triage.rules.compiled_rules._rules",
    "hotline.triage.rules.compiled_rules._version",
)
# Constant: the result depends on the arguments, the code and files of the repository or of packages. No test changes these.
CONSTANT = (
    "awareness.events.content.calendar",
    "awareness.events.content.programmes",
    "awareness.lessons.kits.kit_texts",
    "awareness.lessons.quiz_sheets.quizzes_by_slug",
    "awareness.lessons.zip_pages._style",
    "awareness.pages.static_pages.page_title",
    "awareness.quizzes.printing.offline.assets",
    "awareness.search.crisis.lexicon.crisis_lexicon",
    "awareness.search.crisis.likeness.example_model",
    "awareness.search.crisis.recognition._recogniser",
    "awareness.social_images.render._font",
    "awareness.social_images.render._ground",
    "awareness.social_images.render._kind",
    "awareness.topics.sheets.pictures._alternatives",
    "awareness.topics.sheets.presentation._png",
    "awareness.topics.structured_data._plain_text",
    "clicksafely.common.audit.labels._models",
    "clicksafely.common.content.schema._validator",
    "clicksafely.common.crypto.form_state._derive",
    "clicksafely.common.database_roles.grant_table.read_grants",
    "clicksafely.common.files.static_storage.HashedStaticFilesStorage.url",
    "clicksafely.common.http.client_id._salt",
    "clicksafely.common.http.client_id._trusted",
    "clicksafely.common.mail.charsets._codec_name",
    "clicksafely.common.public_suffixes._suffix_list",
    "clicksafely.common.rich_text.render_rich_text",
    "clicksafely.common.staff.lists.yes_or_no",
    "clicksafely.devserver.mock_services.imap._ways_to_sign_in",
    "hotline.demo.data.data",
    "hotline.hosting.abuse_contacts._countries",
    "hotline.intake.api.openapi.document",
    "hotline.intake.api.xarf._validator",
    "hotline.intake.page_texts.seeded_texts",
    "hotline.intake.email.authentication._organisation",
    "hotline.intake.web.steps._blank_fields",
    "hotline.hosting.countries._names",
    "hotline.triage.url_normalisation._domain",
    "youthpanel.consultations.drafts.consultation_templates",
    "youthpanel.demo.history.data",
    "youthpanel.members.redaction.text_models",
    "youthpanel.members.views.consent_form",
)
# Registries, filled at import. Tests that register more replace the registry with `monkeypatch`.
REGISTRIES = (
    "awareness.publishing.related_content.CARD_SOURCES",
    "clicksafely.common.alerts.kinds._KINDS",
    "clicksafely.common.audit.labels._labellers",
    "clicksafely.common.audit.related_subjects._related",
    "clicksafely.common.audit.visibility._withheld",
    "clicksafely.common.demo.registry._PARTS",
    "clicksafely.common.report_registry._CATEGORIES",
    "clicksafely.common.restore_hooks._ACTS",
    "clicksafely.common.search_registry._KINDS",
    "clicksafely.common.search_registry._LISTENERS",
    "clicksafely.common.staff.home._counts",
    "clicksafely.common.staff.home._plots",
    "clicksafely.common.staff.home._recent_kinds",
    "clicksafely.common.staff.jobs._audited",
    "clicksafely.common.staff.jobs._selectors",
)
# Kept, because each start or reading takes long: servers, connections by URL, and key rings, which are read again once their file changes.
RETAINED = (
    "clicksafely.common.crypto.keyring._private_files",
    "clicksafely.common.crypto.keyring._public_files",
    "clicksafely.common.http.rate_limits._redis",
    "clicksafely.common.http.rate_limits._script",
    "clicksafely.common.sandbox.runner._server",
    "clicksafely.common.sandbox.runner._server_lock",
    "clicksafely.devserver.local_servers._lock_descriptors",
)
# Not used by tests in this process: the page cache of the web server, and the thread that publishes reports, which `reset` replaces.
UNUSED = (
    "clicksafely.wsgi.application",
    "hotline.triage.enqueue._publisher",
    "hotline.triage.enqueue._waiting",
)
DECLARED = (*EMPTIED, *RESTORED, *RESET, *CONSTANT, *REGISTRIES, *RETAINED, *UNUSED)

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
