"""Bulk actions of lists: named rows, a confirmation, one service call for each row, the result in words."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from awareness.events.enums import BookingState
from awareness.events.models import Booking
from awareness.news.models import Article
from awareness.publishing.models import PublicationState
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff import bulk_actions
from tests.clients.staff import Person, signed_in
from tests.factories.events import make_booking, make_date

pytestmark = pytest.mark.django_db
NEWS, BOOKINGS = "/admin/news/article/", "/admin/events/booking/"


@pytest.fixture
def ema() -> Person:
    return signed_in("ema", "editor")


def article(slug: str, **fields: Any) -> Article:
    return Article.objects.create(slug=slug, title_sr=f"Вест {slug}", summary_sr="x", **fields)


def run(person: Person, path: str, action: str, *rows: Any, confirmed: bool = True) -> Any:
    form = {"action": action, "_selected_action": [row.pk for row in rows]}
    return person.client.post(path, form | ({"confirmed": "yes"} if confirmed else {}), follow=True)


def messages(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def state(record: Article) -> PublicationState:
    record.refresh_from_db()
    return PublicationState(record.state_at(timezone.now()))


def test_the_rows_are_named_before_anything_happens(ema: Person) -> None:
    first, second = article("a"), article("b")
    page = run(ema, NEWS, "publish_chosen", first, confirmed=False)
    assert "Вест a" in page.content.decode()
    assert "Вест b" not in page.content.decode()
    assert (state(first), state(second)) == (PublicationState.DRAFT, PublicationState.DRAFT)


def test_chosen_articles_are_published_and_withdrawn_through_the_services(ema: Person) -> None:
    first, second, other = article("a"), article("b"), article("c")
    run(ema, NEWS, "publish_chosen", first, second)
    assert [state(each) for each in (first, second, other)] == ["published", "published", "draft"]
    assert first.revision == 2
    run(ema, NEWS, "unpublish_chosen", first)
    assert (state(first), state(second)) == (PublicationState.WITHDRAWN, PublicationState.PUBLISHED)
    assert AuditEvent.objects.filter(actor_id=ema.user.pk, action="news.article.unpublished").count() == 1
    scheduled = article("d", published_at=timezone.now() + timedelta(days=3))
    run(ema, NEWS, "unpublish_chosen", scheduled)
    assert state(scheduled) == PublicationState.DRAFT


def test_a_row_that_cannot_be_published_is_named_and_the_others_are_published(ema: Person) -> None:
    public, new = article("a", published_at=timezone.now() - timedelta(days=1)), article("b")
    _result, refusal = messages(run(ema, NEWS, "publish_chosen", public, new))
    assert refusal.startswith("Вест a: ")
    assert state(new) == PublicationState.PUBLISHED


def test_an_author_neither_sees_nor_runs_them() -> None:
    ana, draft = signed_in("ana", "author"), article("a")
    assert "publish_chosen" not in ana.client.get(NEWS).content.decode()
    run(ana, NEWS, "publish_chosen", draft)
    assert state(draft) == PublicationState.DRAFT


@pytest.mark.parametrize(("server", "warnings"), [("", 1), ("smtp://127.0.0.1:9", 0)])
def test_chosen_bookings_are_cancelled_or_get_their_email_again(settings: Settings, server: str, warnings: int) -> None:
    settings.MAIL_SMTP_URL, settings.EVENTS_MAIL_ADDRESS = server, "events@example.org"
    olga = signed_in("olga", "events")
    date = make_date(starts_at=timezone.now() + timedelta(days=30), capacity=90)
    first, second = make_booking(date), make_booking(date)
    assert len(messages(run(olga, BOOKINGS, "resend_chosen", second))) == 1 + warnings
    assert second.letters.filter(state="due").exists()
    assert len(messages(run(olga, BOOKINGS, "cancel_chosen", first))) == 1 + warnings
    assert Booking.objects.get(pk=first.pk).state == BookingState.CANCELLED_BY_STAFF
    assert Booking.objects.get(pk=second.pk).state == BookingState.BOOKED
    [text] = messages(run(olga, BOOKINGS, "cancel_chosen", first))
    assert text.startswith(f"{first.school}: ")


def test_too_many_rows_are_refused_whole(ema: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_actions, "MAX_CHOSEN", 1)
    first, second = article("a"), article("b")
    run(ema, NEWS, "publish_chosen", first, second)
    assert (state(first), state(second)) == (PublicationState.DRAFT, PublicationState.DRAFT)
    run(ema, NEWS, "publish_chosen", first)
    assert state(first) == PublicationState.PUBLISHED


def test_many_refused_rows_are_counted(ema: Person) -> None:
    rows = [article(f"a-{number}") for number in range(12)]
    texts = messages(run(ema, NEWS, "unpublish_chosen", *rows))
    assert (len(texts), "2" in texts[-1]) == (11, True)
