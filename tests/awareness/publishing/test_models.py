"""Publications: visibility by dates, optimistic locking, and former slugs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.urls import resolve

from awareness.publishing import related_content
from awareness.publishing.drafts import discard_draft, lock_opened, opened_token, save_draft, unpublish_record
from awareness.publishing.models import FormerSlug, PublicationState
from awareness.publishing.selectors import present_slug
from awareness.publishing.services import delete_record, save_record
from awareness.publishing.shortcuts import filter_visible, redirect_from_former_slug
from awareness.publishing.versions import serialize_record
from awareness.topics.models import Topic
from awareness.topics.selectors import visible_topics
from clicksafely.accounts.models import User
from clicksafely.common import search_registry as documents
from clicksafely.common.exceptions import EditConflict
from clicksafely.common.page_cache.decorators import EXPIRES_AT_KEY

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("editor")


def topic(slug: str = "tema", **columns: object) -> Topic:
    return Topic(slug=slug, title_sr="Тема", summary_sr="Укратко.", **columns)


@pytest.mark.parametrize(
    ("published", "withdrawn", "state"),
    [
        (None, None, PublicationState.DRAFT),
        (HOUR, None, PublicationState.SCHEDULED),
        (timedelta(), None, PublicationState.PUBLISHED),
        (-HOUR, HOUR, PublicationState.PUBLISHED),
        (-HOUR, timedelta(), PublicationState.WITHDRAWN),
    ],
)
def test_visibility_follows_from_the_dates(
    published: timedelta | None, withdrawn: timedelta | None, state: PublicationState
) -> None:
    Topic.objects.all().delete()
    dates = [None if shift is None else NOW + shift for shift in (published, withdrawn)]
    record = topic(published_at=dates[0], withdrawn_at=dates[1])
    record.save()
    assert record.state_at(NOW) == state
    assert visible_topics(NOW) == ([record] if state == PublicationState.PUBLISHED else [])


def test_the_next_change_is_the_nearest_date_ahead() -> None:
    Topic.objects.all().delete()
    assert Topic.objects.next_change(NOW) is None
    topic("a", published_at=NOW - HOUR, withdrawn_at=NOW + 3 * HOUR).save()
    topic("b", published_at=NOW + 2 * HOUR).save()
    assert Topic.objects.next_change(NOW) == NOW + 2 * HOUR
    assert Topic.objects.next_change(NOW + 2 * HOUR) == NOW + 3 * HOUR


@pytest.mark.parametrize("shift", [{"published_at": HOUR}, {"published_at": -HOUR, "withdrawn_at": HOUR}])
def test_a_page_is_cached_until_its_related_cards_change(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, shift: dict[str, timedelta]
) -> None:
    monkeypatch.setattr(related_content, "CARD_SOURCES", {})
    topic("b", **{name: NOW + by for name, by in shift.items()}).save()
    related_content.register_cards(
        kind="topic", title="x", order=1, provider=lambda *args: [], next_change=Topic.objects.next_change
    )
    related_content.register_cards(kind="undated", title="y", order=2, provider=lambda *args: [])
    request, other = rf.get("/"), rf.get("/")
    related_content.related_cards(request, [1], now=NOW)
    related_content.related_cards(other, [1], now=NOW, without=["topic"])
    assert (request.META.get(EXPIRES_AT_KEY), other.META.get(EXPIRES_AT_KEY)) == (NOW + HOUR, None)


@pytest.mark.parametrize("published", [None, NOW, NOW + HOUR])
def test_the_database_refuses_a_withdrawal_before_the_publication(published: datetime | None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        topic(published_at=published, withdrawn_at=NOW).save()


def test_second_of_two_editors_gets_a_conflict(editor: User) -> None:
    save_record(record=topic(), actor=editor, now=NOW)
    mine, theirs = (Topic.objects.get(slug="tema") for _ in range(2))
    theirs.title_sr = "Њихов наслов"
    opened = opened_token(mine)
    assert lock_opened(mine, opened) == mine
    save_record(record=theirs, actor=editor, now=NOW)
    for token in (opened, "", "x"):
        with pytest.raises(EditConflict):
            lock_opened(mine, token)
    with pytest.raises(EditConflict):
        discard_draft(record=mine, opened=opened, actor=editor, now=NOW)
    with pytest.raises(EditConflict):
        unpublish_record(record=mine, opened=opened, actor=editor, now=NOW)
    stored = Topic.objects.get(slug="tema")
    assert (stored.title_sr, stored.revision) == ("Њихов наслов", 2)
    # A draft counts too, and so does the deletion.
    opened = opened_token(stored)
    save_draft(record=stored, content=serialize_record(stored), actor=editor, now=NOW)
    with pytest.raises(EditConflict):
        lock_opened(stored, opened)
    opened = opened_token(stored)
    Topic.objects.filter(pk=stored.pk).delete()
    with pytest.raises(EditConflict):
        lock_opened(stored, opened)
    with pytest.raises(EditConflict):
        save_record(record=mine, actor=editor, now=NOW)


def test_former_slug_redirects_until_it_is_reused(editor: User, rf: RequestFactory) -> None:
    record = topic("stara")
    save_record(record=record, actor=editor, now=NOW)
    for slug in ("nova", "najnovija"):
        record.slug = slug
        save_record(record=record, actor=editor, now=NOW)
    assert [present_slug(Topic, slug) for slug in ("stara", "nova", "najnovija")] == ["najnovija", "najnovija", None]
    for query in ("", "?preview=x"):
        request = rf.get(f"/sr/topics/stara/{query}")
        request.resolver_match = resolve("/sr/topics/stara/")
        answer = redirect_from_former_slug(request, Topic)
        assert answer is not None
        assert (answer.status_code, answer["Location"]) == (301, f"/sr/topics/najnovija/{query}")
    record.slug = "stara"
    save_record(record=record, actor=editor, now=NOW)
    assert present_slug(Topic, "stara") is None
    delete_record(record=record, actor=editor, now=NOW)
    assert not FormerSlug.objects.exists()


@pytest.mark.parametrize(
    ("published", "withdrawn", "visible", "ends"),
    [
        (None, None, False, None),
        (-HOUR, HOUR, True, NOW + HOUR),
        (HOUR, 2 * HOUR, False, NOW + HOUR),
        (-2 * HOUR, -HOUR, False, None),
    ],
)
def test_a_page_shows_visible_records_and_expires_with_their_next_change(
    rf: RequestFactory,
    published: timedelta | None,
    withdrawn: timedelta | None,
    visible: bool,
    ends: datetime | None,
) -> None:
    dates = [None if shift is None else NOW + shift for shift in (published, withdrawn)]
    request, record = rf.get("/"), topic(published_at=dates[0], withdrawn_at=dates[1])
    assert filter_visible(request, [record], NOW) == ([record] if visible else [])
    assert request.META.get(EXPIRES_AT_KEY) == ends


def test_the_search_is_notified_of_every_save_and_deletion(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    notifications: list[tuple[object, bool]] = []
    monkeypatch.setattr(documents, "_LISTENERS", [lambda record, stays: notifications.append((record.pk, stays))])
    record = topic()
    save_record(record=record, actor=editor, now=NOW)
    number = record.pk
    delete_record(record=record, actor=editor, now=NOW)
    assert notifications == [(number, True), (number, False)]


def test_shelves_come_in_order_and_without_empty_ones(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related_content, "CARD_SOURCES", {})
    card = related_content.Card("article", "Наслов", "", "/sr/news/x/")
    related_content.register_cards(
        kind="article", title="Вести", order=2, provider=lambda topics, most, now: [card] * most
    )
    related_content.register_cards(kind="game", title="Игре", order=1, provider=lambda topics, most, now: [])
    related_content.register_cards(kind="quiz", title="Квизови", order=1, provider=lambda topics, most, now: [card])
    found = related_content.related_cards(rf.get("/"), [1], now=NOW, most=2)
    assert [(shelf.kind, len(cards)) for shelf, cards in found] == [("quiz", 1), ("article", 2)]
    assert [shelf.kind for shelf, _ in related_content.related_cards(rf.get("/"), [1], now=NOW, without=["quiz"])] == [
        "article"
    ]


@pytest.mark.parametrize(
    ("shelf_titles", "expected"),
    [
        ([], ""),
        (["a"], "a"),
        (["aa", "b"], "aba"),
        (["aaa", "b"], "aba"),
        (["aaa", "bb", "ccc"], "abcabc"),
        (["aaa", "bb"], "ababa"),
    ],
)
def test_related_things_are_on_one_shelf_without_a_lone_card(shelf_titles: list[str], expected: str) -> None:
    source = related_content.CardSource("quiz", "Квизови", None, 1, lambda now: None)
    shelves = [(source, [related_content.Card("quiz", title, "", "/sr/") for title in cards]) for cards in shelf_titles]
    assert "".join(card.title for card in related_content.mixed_cards(shelves)) == expected
