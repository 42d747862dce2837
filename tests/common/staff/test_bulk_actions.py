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
from tests.clients.staff import Person, make_group, signed_in
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
    assert messages(run(ema, NEWS, "publish_chosen", first, second)) == ["Објављене су 2 странице."]
    assert [state(each) for each in (first, second, other)] == ["published", "published", "draft"]
    assert first.revision == 2
    assert messages(run(ema, NEWS, "unpublish_chosen", first)) == ["Са сајта је повучена 1 страница."]
    assert (state(first), state(second)) == (PublicationState.WITHDRAWN, PublicationState.PUBLISHED)
    assert AuditEvent.objects.filter(actor_id=ema.user.pk, action="news.article.unpublished").count() == 1


def test_a_row_that_cannot_be_published_is_named_and_the_others_are_published(ema: Person) -> None:
    public, new = article("a", published_at=timezone.now() - timedelta(days=1)), article("b")
    texts = messages(run(ema, NEWS, "publish_chosen", public, new))
    assert texts == ["Објављена је 1 страница.", "Вест a: Већ је објављено."]
    assert messages(run(ema, NEWS, "unpublish_chosen", article("d"))) == ["Вест d: Није објављено."]


def test_a_scheduled_article_is_published_now_or_its_date_is_cancelled(ema: Person) -> None:
    later = timezone.now() + timedelta(days=3)
    first, second = article("a", published_at=later), article("b", published_at=later)
    run(ema, NEWS, "publish_chosen", first)
    run(ema, NEWS, "unpublish_chosen", second)
    assert (state(first), state(second)) == (PublicationState.PUBLISHED, PublicationState.DRAFT)


def test_an_author_neither_sees_nor_runs_them() -> None:
    ana, draft = signed_in("ana", "author"), article("a")
    assert "publish_chosen" not in ana.client.get(NEWS).content.decode()
    run(ana, NEWS, "publish_chosen", draft)
    assert state(draft) == PublicationState.DRAFT


@pytest.mark.parametrize("server", ["", "smtp://127.0.0.1:9"])
def test_chosen_bookings_are_cancelled_or_get_their_email_again(settings: Settings, server: str) -> None:
    settings.MAIL_SMTP_URL, settings.EVENTS_MAIL_ADDRESS = server, "events@example.org"
    waits = [] if server else ["Сервер за пошту није подешен, па имејлови школама чекају. Позовите школе."]
    olga = signed_in("olga", "events")
    date = make_date(starts_at=timezone.now() + timedelta(days=30), capacity=90)
    first, second = make_booking(date), make_booking(date)
    assert messages(run(olga, BOOKINGS, "resend_chosen", second)) == ["Поново се шаље 1 порука.", *waits]
    assert second.letters.filter(state="due").exists()
    page = run(olga, BOOKINGS, "cancel_chosen", first, confirmed=False)
    assert first.school in page.content.decode()
    assert messages(run(olga, BOOKINGS, "cancel_chosen", first)) == ["Отказана је 1 резервација.", *waits]
    assert Booking.objects.get(pk=first.pk).state == BookingState.CANCELLED_BY_STAFF
    assert Booking.objects.get(pk=second.pk).state == BookingState.BOOKED
    [text] = messages(run(olga, BOOKINGS, "cancel_chosen", first))
    assert text.startswith(f"{first.school}: ")


def test_a_user_with_view_permission_runs_no_action() -> None:
    make_group("reader", "events.view_booking")
    reader, booking = signed_in("reader", "reader"), make_booking(make_date())
    run(reader, BOOKINGS, "cancel_chosen", booking)
    assert Booking.objects.get(pk=booking.pk).state == BookingState.BOOKED


def test_too_many_rows_are_refused_whole(ema: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_actions, "MAX_CHOSEN", 1)
    first, second = article("a"), article("b")
    assert messages(run(ema, NEWS, "publish_chosen", first, second)) == ["Изаберите највише 1 редова одједном."]
    assert state(first) == PublicationState.DRAFT


def test_many_refused_rows_are_counted(ema: Person) -> None:
    rows = [article(f"a-{number}") for number in range(12)]
    texts = messages(run(ema, NEWS, "unpublish_chosen", *rows))
    assert len(texts) == 11
    assert texts[-1] == "Још редова који нису промењени: 2."
