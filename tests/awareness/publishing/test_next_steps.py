"""Next steps to records of other apps, and to the report form and helplines."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.urls import NoReverseMatch
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from awareness.games.models import Game
from awareness.publishing import related_content
from awareness.publishing.next_steps import (
    is_record_visible,
    is_step_available,
    next_step_cards,
    page_choices,
)
from awareness.quizzes.models import Quiz
from awareness.topics.models import Topic
from tests.awareness.publishing.test_models import NOW


@dataclass
class Step:
    kind: str
    slug: str = ""


@pytest.fixture
def finder_calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, set[str]]]:
    """Register finders that know the resource "vodic" and the event "dan". Return their recorded calls."""
    calls: list[tuple[str, set[str]]] = []

    def offer(kind: str, there: str, path: str) -> None:
        def find(slugs: Collection[str], now: datetime) -> dict[str, related_content.Card]:
            calls.append((kind, set(slugs)))
            return {there: related_content.Card(kind, there, "Укратко", path, "белешка")} if there in slugs else {}

        related_content.register_cards(kind=kind, title=kind, finder=find)

    monkeypatch.setattr(related_content, "CARD_SOURCES", {})
    offer("resource", "vodic", "/sr/resources/vodic/")
    offer("event", "dan", "/sr/events/dan/")
    return calls


def test_steps_are_found_through_the_cards_of_their_kind_in_their_order(
    finder_calls: list[tuple[str, set[str]]],
) -> None:
    steps = [Step("event", "dan"), Step("help"), Step("resource", "nema"), Step("game", "brava"), Step("resource", "vodic"),
        Step("report"), Step("report", "csam"), Step("report", "nema")]  # fmt: skip
    with translation.override("en"):
        found = next_step_cards(steps, now=NOW)
        notes = [str(card.note) for card in found]
    assert [(card.kind, card.path) for card in found] == [
        ("event", "/sr/events/dan/"),
        ("help", "/en/help/"),
        ("resource", "/sr/resources/vodic/"),
        ("report", "/en/report/"),
        ("report", "/en/report/csam/"),
        ("report", "/en/report/"),
    ]
    assert notes == ["Come along", "", "Look at", "", "", ""]
    assert [card.title for card in found if card.kind in {"event", "resource"}] == ["dan", "vodic"]
    assert all(card.title and card.text for card in found)
    assert sorted(finder_calls) == [("event", {"dan"}), ("resource", {"nema", "vodic"})]


@pytest.mark.django_db
def test_it_costs_one_query_a_kind_however_many_steps(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    quizzes, games = (list(model.objects.visible(NOW.replace(year=2030))) for model in (Quiz, Game))
    few = [Step("quiz", quizzes[0].slug), Step("game", games[0].slug), Step("topic", "phishing"), Step("help")]
    many = [*few, *(Step("quiz", quiz.slug) for quiz in quizzes), *(Step("game", game.slug) for game in games)]
    assert len(many) > 10
    with django_assert_max_num_queries(3):
        assert len(next_step_cards(many, now=NOW.replace(year=2030))) == len(many)


@pytest.mark.parametrize(
    ("step", "somewhere"),
    [
        (Step("resource", "vodic"), True),
        (Step("resource", "nema"), False),
        (Step("event", "dan"), True),
        (Step("quiz", "vodic"), False),
        (Step("report"), True),
        (Step("report", "hate-speech"), True),
        (Step("report", "nema"), False),
        (Step("help"), True),
    ],
)
def test_invalid_links_give_hints(finder_calls: list[tuple[str, set[str]]], step: Step, *, somewhere: bool) -> None:
    assert is_step_available(step, now=NOW) is somewhere


def test_process_without_public_urls_finds_available_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(slugs: Collection[str], now: datetime) -> dict[str, related_content.Card]:
        if "vodic" in slugs:
            raise NoReverseMatch
        return {}

    monkeypatch.setattr(related_content, "CARD_SOURCES", {})
    related_content.register_cards(kind="resource", title="", finder=find)
    assert [is_record_visible("resource", slug, now=NOW) for slug in ("vodic", "nema")] == [True, False]


@pytest.mark.django_db
def test_pages_are_chosen_by_their_titles_in_the_language_of_the_editor() -> None:
    Topic.objects.filter(slug="cyberbullying").update(withdrawn_at=timezone.now() - timedelta(minutes=1))
    topic, other = Topic.objects.get(slug="cyberbullying"), Topic.objects.get(slug="phishing")
    with translation.override("en"):
        groups = dict(page_choices(("topic", "help", "report")))
    topics, others = (dict(choices) for choices in groups.values())
    assert topics["topic:cyberbullying"] == f"{topic.title_en} (not public)"  # type: ignore[attr-defined]
    assert topics["topic:phishing"] == other.title_en  # type: ignore[attr-defined]
    assert {"report:", "report:csam", "help:"} <= others.keys()
