"""Sixty realistic searches, each with the expected first result."""

import pytest
from django.http import HttpRequest

from awareness.search.engine import parse_typed_text, search
from awareness.search.synonyms import cached_thesaurus
from tests.awareness.search.conftest import NOW, QUERIES

pytestmark = pytest.mark.usefixtures("corpus")


def first_hits(typed: str, language: str) -> list[str]:
    found = search(parse_typed_text(typed, language), language, cached_thesaurus(HttpRequest(), language), NOW)
    return [str(hit.hit.url_kwargs.get("slug", hit.hit.url_name)) for hit in found.results]


def test_the_set_is_whole() -> None:
    assert len(QUERIES) == 60
    assert sum(len(query["spellings"]) == 3 for query in QUERIES) == 50


def test_every_search_finds_first_what_it_should_in_any_spelling() -> None:
    wrong = {}
    for query in QUERIES:
        given = [first_hits(spelling, query["language"]) for spelling in query["spellings"]]
        if not all(hits == given[0] for hits in given) or given[0][:1] != [query["first"]]:
            wrong[query["spellings"][0]] = (query["first"], given)
    assert wrong == {}
