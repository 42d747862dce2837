"""Tests of event cards on other pages and of search documents."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from awareness.events.enums import DateState
from awareness.events.models import EventDate
from awareness.events.public.selectors import next_change
from awareness.events.search_index import cards_about, cards_by_slug, document_of, latest_cards
from awareness.events.staff.services import add_date, change_date, remove_date
from awareness.publishing.services import save_record
from awareness.topics.models import Topic
from clicksafely.accounts.models import User
from tests.awareness.events.conftest import read
from tests.factories.events import NOW, make_date, make_event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = timedelta(days=1)


def test_the_home_page_shows_the_next_events(client: Client) -> None:
    for slug, days in (("peti", 50), ("prvi", 1), ("treci", 30), ("drugi", 2)):
        make_date(make_event(slug=slug), starts_at=NOW + days * DAY)
    # Another date of the first event, a past one, a cancelled one and one of an unpublished event.
    make_date(EventDate.objects.get(event__slug="prvi").event, starts_at=NOW + 2 * DAY, town="beograd")
    make_date(make_event(slug="bio"), starts_at=NOW - DAY)
    make_date(make_event(slug="otkazan"), starts_at=NOW + DAY, state=DateState.CANCELLED)
    make_date(make_event(slug="nacrt", published_at=None), starts_at=NOW + DAY)
    page = read(client, "/en/")
    links = [
        each["href"]
        for each in page.all("a")
        if each["href"].startswith("/en/events/") and each["href"] != "/en/events/"
    ]
    assert links == ["/en/events/prvi/", "/en/events/drugi/", "/en/events/treci/"]
    assert "2 October · Niš · Workshop" in page.text


def test_a_topic_leads_to_its_events(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    event = make_event(slug="o-pecanju")
    event.topics.set(Topic.objects.filter(slug="phishing"))
    make_date(event)
    assert read(client, "/en/topics/phishing/").all("a", href="/en/events/o-pecanju/")
    assert not read(client, "/en/topics/netiquette/").all("a", href="/en/events/o-pecanju/")
    with django_assert_max_num_queries(0):
        assert cards_about([], 3, NOW) == []
    for number in range(1, 4):
        make_date(make_event(), starts_at=NOW + number * DAY)
    with django_assert_max_num_queries(1):
        assert len(latest_cards(3, NOW)) == 3


def test_events_are_found_by_their_slugs_with_and_without_dates(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    event, other = make_event(slug="radionica"), make_event(slug="kviz")
    make_date(other, starts_at=NOW + 30 * DAY)
    make_date(other, starts_at=NOW + 40 * DAY)
    with override("en"):
        found = cards_by_slug({"radionica"}, NOW)["radionica"]
        assert (found.title, found.path, found.note) == (
            "A workshop on the safe internet",
            "/en/events/radionica/",
            "Workshop",
        )
        make_date(event)
        with django_assert_max_num_queries(2):
            both = cards_by_slug({"radionica", "kviz", "nista"}, NOW)
    notes = {slug: str(card.note) for slug, card in both.items()}
    assert notes == {"radionica": "22 October · Niš · Workshop", "kviz": "31 October · Niš · Workshop"}
    assert cards_by_slug({"radionica"}, NOW - 60 * DAY) == {}


def test_time_of_the_next_change_of_cards() -> None:
    assert next_change(NOW) is None
    make_date(make_event(), starts_at=NOW + 3 * DAY)
    assert next_change(NOW) == NOW + 3 * DAY
    make_event(published_at=NOW + DAY)
    assert next_change(NOW) == NOW + DAY


def test_the_search_finds_events_by_their_words_and_towns(client: Client) -> None:
    event = make_event(slug="radionica", title_en="", description_sr="<p>Вежбамо <b>стрпљење</b>.</p>")
    event.topics.set(Topic.objects.filter(slug="phishing"))
    make_date(event, town="vranje", place="Дом омладине")
    document = document_of(event)
    assert set(document.words) == {"sr"}
    assert document.words["sr"].keywords == "Врање Фишинг (пецање) и преваре"
    assert document.words["sr"].body == "Вежбамо стрпљење .\nДом омладине"
    save_record(record=event, actor=User.objects.create(username="e"), now=NOW)
    for query in ("стрпљење", "vranje", "dom omladine"):
        assert read(client, f"/sr/search/?q={query}").all("a", href="/sr/events/radionica/")
    sitemap = client.get("/sitemap.xml").content.decode()
    assert "http://testserver/sr-latn/events/radionica/" in sitemap
    assert "/en/events/radionica/" not in sitemap
    assert "/en/events/past/" in sitemap
    assert "/en/events/</loc>" in sitemap


def test_the_search_follows_dates(client: Client) -> None:
    """The search finds an event by its current towns after every change of a date."""
    actor, event = User.objects.create(username="c"), make_event(slug="radionica")
    save_record(record=event, actor=actor, now=NOW)
    where = {"town": "pirot", "place": "Дом културе", "address": ""}
    date = add_date(
        event=event, actor=actor, now=NOW, starts_at=NOW + 9 * DAY, ends_at=NOW + 10 * DAY, capacity=30, **where
    )
    assert found(client) == {"pirot"}
    change_date(date=date, opened=date.revision, actor=actor, now=NOW, town="zajecar")
    assert found(client) == {"zajecar"}
    remove_date(date=date, actor=actor, now=NOW)
    assert found(client) == set()


def found(client: Client) -> set[str]:
    """The towns by which the search finds the event."""
    return {
        town
        for town in ("pirot", "zajecar")
        if read(client, f"/sr/search/?q={town}").all("a", href="/sr/events/radionica/")
    }
