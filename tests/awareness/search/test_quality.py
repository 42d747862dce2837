"""Sixty realistic searches, each with the expected first result, and those for a category of report."""

from datetime import timedelta
from itertools import product

import pytest
from django.http import HttpRequest
from django.utils import translation

from awareness.search.engine import parse_typed_text, search
from awareness.search.models import SearchEntry
from awareness.search.synonyms import cached_thesaurus
from clicksafely.common.report_registry import report_categories
from tests.awareness.search.conftest import NOW, QUERIES

pytestmark = pytest.mark.usefixtures("corpus")


def hits(typed: str, language: str) -> list[tuple[str, dict[str, str]]]:
    found = search(parse_typed_text(typed, language), language, cached_thesaurus(HttpRequest(), language), NOW)
    return [(result.hit.url_name, result.hit.url_kwargs) for result in found.results]


def first_hits(typed: str, language: str) -> list[str]:
    return [str(url_kwargs.get("slug", url_name)) for url_name, url_kwargs in hits(typed, language)]


def test_every_query_finds_its_expected_page_first_in_any_spelling() -> None:
    wrong = {}
    for query in QUERIES:
        results = [first_hits(spelling, query["language"]) for spelling in query["spellings"]]
        if not all(hits == results[0] for hits in results) or results[0][:1] != [query["first"]]:
            wrong[query["spellings"][0]] = (query["first"], results)
    assert wrong == {}


def test_the_search_words_of_a_category_lead_to_its_form() -> None:
    wrong = {}
    for language, category in product(("sr", "en"), report_categories().values()):
        with translation.override(language):
            searches = [words for words in str(category.search_words).split(", ") if words]
        for typed in searches:
            first = hits(typed, language)[:1]
            if first != [(category.url_name, category.url_kwargs)]:
                wrong[typed] = (category.code, first)
    assert wrong == {}


def add_entry(number: int, kind: str, slug: str, **fields: object) -> None:
    """Add a page with the same words as the others."""
    SearchEntry.objects.create(
        kind=kind, object_id=1000 + number, language="sr", url_name=kind, url_kwargs={"slug": slug},
        title="Клизалиште у снегу", published_at=NOW - timedelta(days=1), changed_at=NOW, **fields,
    )  # fmt: skip


def test_pages_of_equal_words_are_ordered_by_kind_and_past_events_come_last() -> None:
    add_entry(1, "article", "past", past_at=NOW - timedelta(hours=1))
    add_entry(2, "article", "to-come", past_at=NOW + timedelta(hours=1))
    add_entry(3, "topic", "topic")
    assert first_hits("клизалиште у снегу", "sr")[:3] == ["topic", "to-come", "past"]
