"""Nearly four hundred searches of children, parents and teachers on the demonstration content.

248 were used to tune the ranking and the synonyms, 140 were not.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.http import HttpRequest
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from awareness.search.engine import parse_typed_text, search
from awareness.search.models import SearchEntry
from awareness.search.services import reindex
from awareness.search.synonyms import cached_thesaurus
from clicksafely.accounts.models import User
from tests.database import shared_rows

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent / "queries"
PLACES = 3


class RealQuery(NamedTuple):
    language: str
    typed: str
    expected: frozenset[str]


def queries(name: str) -> Iterator[RealQuery]:
    for line in (HERE / f"{name}.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            language, typed, expected = (part.strip() for part in line.split("|"))
            yield RealQuery(language, typed, frozenset(expected.split()))


@pytest.fixture(scope="module")
def content(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    with shared_rows(django_db_blocker), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        for name in ("editor", "events", "coordinator", "safeguarding"):
            User.objects.create(username=name, is_staff=True).groups.add(Group.objects.get(name=name))
        call_command("load_content")
        call_command("load_demo", "library", "news", "events", "youthpanel")
        reindex()
        yield


def first_results(query: RealQuery) -> list[str]:
    thesaurus = cached_thesaurus(HttpRequest(), query.language)
    found = search(parse_typed_text(query.typed, query.language), query.language, thesaurus, timezone.now())
    return [str(result.hit.url_kwargs.get("slug", result.hit.url_name)) for result in found.results[:PLACES]]


@pytest.mark.parametrize(("name", "number", "share"), [("tuned", 248, 0.95), ("unseen", 140, 0.9)])
@pytest.mark.usefixtures("content")
@pytest.mark.django_db
def test_people_find_their_page_among_the_first_three(name: str, number: int, share: float) -> None:
    all_queries = list(queries(name))
    missed = {
        query.typed: hits for query in all_queries if not query.expected.intersection(hits := first_results(query))
    }
    assert len(all_queries) == number
    assert 1 - len(missed) / len(all_queries) >= share, missed


@pytest.mark.usefixtures("content")
@pytest.mark.django_db
def test_an_expected_page_of_every_query_exists() -> None:
    known_pages = {
        str(entry.url_kwargs.get("slug", entry.url_name))
        for entry in SearchEntry.objects.only("url_name", "url_kwargs")
    }
    unknown = {page for name in ("tuned", "unseen") for query in queries(name) for page in query.expected} - known_pages
    assert unknown == set()
