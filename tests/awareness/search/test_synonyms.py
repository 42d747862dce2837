"""Edits of synonyms apply to the next search, in every script and language."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from awareness.search.engine import parse_typed_text, search
from awareness.search.models import SynonymGroup
from awareness.search.query_builder import make_plan
from awareness.search.query_parser import QueryFault, read_query
from awareness.search.synonyms import Thesaurus, cached_thesaurus, lexemes
from clicksafely.common.models import AuditEvent
from tests.awareness.search.conftest import NOW, write_corpus
from tests.clients.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_corpus(pages_of_corpus: None, db: None) -> None:
    """The corpus for one test; the others use the seed content."""
    write_corpus()


def thesaurus(*groups: str, urgent: bool = False) -> Thesaurus:
    SynonymGroup.objects.all().delete()
    for words in groups:
        SynonymGroup.objects.create(words=words.replace(", ", "\n"), urgent=urgent)
    return cached_thesaurus(HttpRequest(), "sr")


def strict(typed: str, synonyms: Thesaurus | None = None) -> str:
    return make_plan(parse_typed_text(typed, "sr"), "sr", synonyms or Thesaurus()).strict


def test_a_word_is_expanded_to_its_group_in_any_form_and_script() -> None:
    synonyms = thesaurus("фишинг, phishing, лажна порука")
    expected = "( ( 'fising' ) | ( 'phishing' ) | ( 'lazn' & 'poruk' ) )"
    assert strict("фишингу", synonyms) == strict("FIŠINGA", synonyms) == strict("fising", synonyms) == expected
    assert strict("lažnih poruka", synonyms) == "( ( 'lazn' & 'poruk' ) | ( 'fising' ) | ( 'phishing' ) )"
    assert strict("лажна банка", synonyms) == "( ( 'lazn' ) ) & ( ( 'bank' ) )"
    assert strict('"фишинг"', synonyms) == "( ( 'fising' ) )"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("банка или порука", "( ( 'bank' ) | ( 'poruk' ) )"),
        ("банка -порука", "( ( 'bank' ) ) & !( ( 'poruk' ) )"),
        ('"велика банка" -"мала порука"', "( ( 'velik' <-> 'bank' ) ) & !( ( 'mal' <-> 'poruk' ) )"),
        ("како да нађем банку", "( ( 'nadj' ) ) & ( ( 'bank' ) )"),
        ("како да", "( ( 'kak' ) ) & ( ( 'da' ) )"),
        ("e-mail", "( ( 'e' <-> 'mai' ) )"),
    ],
)
def test_typed_synonyms_are_parsed_like_queries(typed: str, expected: str) -> None:
    found = strict(typed)
    assert found == expected.replace("'nadj'", lexemes("sr", [["nadjem"]])[0])


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", QueryFault.EMPTY),
        ("x" * 201, QueryFault.TOO_LONG),
        ("-a", QueryFault.NO_WORDS),
    ],
)
def test_unsearchable_text_is_reported_and_many_words_are_bounded(typed: str, fault: QueryFault) -> None:
    assert read_query(typed).fault == fault
    assert len(read_query("ab " * 66).clauses) == 24


@pytest.mark.parametrize(("words", "urgent"), [("један\n!!", False), ("\n \n", True)])
def test_a_group_with_fewer_than_two_words_is_refused(words: str, urgent: bool) -> None:
    with pytest.raises(ValidationError):
        SynonymGroup(words=words, urgent=urgent).full_clean()


def test_the_database_refuses_a_group_without_a_word() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SynonymGroup.objects.create(words="- -")


@pytest.mark.usefixtures("own_corpus")
def test_an_editor_adds_a_word_and_the_next_search_knows_it() -> None:
    def finds() -> list[str]:
        found = search(parse_typed_text("jezibaba", "sr"), "sr", cached_thesaurus(HttpRequest(), "sr"), NOW)
        return [result.hit.url_kwargs["slug"] for result in found.results]

    assert finds() == []
    editor = signed_in("urednik", "editor").client
    refused = editor.post(reverse("admin:search_synonymgroup_add"), {"words": "сама"})
    assert set(refused.context["adminform"].form.errors) == {"words"}
    response = editor.post(reverse("admin:search_synonymgroup_add"), {"words": "јежибаба\nбонтон", "urgent": ""})
    assert response.status_code == 302
    assert finds() == ["netiquette"]
    assert AuditEvent.objects.filter(action="search.synonymgroup.published").count() == 1
    group = SynonymGroup.objects.get(words__contains="јежибаба")
    assert editor.post(reverse("admin:search_synonymgroup_delete", args=[group.pk]), {"post": "yes"}).status_code == 302
    assert finds() == []


@pytest.mark.usefixtures("own_corpus")
def test_urgent_groups_match_whole_expressions() -> None:
    synonyms = thesaurus("не желим да живим", urgent=True)
    assert search(parse_typed_text("Не желим више да живим", "sr"), "sr", synonyms, timezone.now()).urgent is False
    assert search(parse_typed_text("кад не желим да живим", "sr"), "sr", synonyms, timezone.now()).urgent is True
