"""Public pages of the panel: statistics, the tracker in three languages, files, open data, the feed, the search."""

import csv
import hashlib
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from awareness.search.models import SearchEntry
from clicksafely.accounts.models import User
from clicksafely.common.page_cache import content_version
from tests.clients.page_reader import PageReader
from tests.factories.papers import both, issue, make_handover, make_paper
from tests.factories.youthpanel import (
    NOW,
    TODAY,
    make_cohort,
    make_meeting,
    make_member,
    make_recommendation,
    make_school,
)
from youthpanel.meetings.attendance import attendance_revision, record_attendance
from youthpanel.models import Attendance, Cohort, Decision, Edition, Recommendation
from youthpanel.public.labels import RecommendationState
from youthpanel.public.recommendation_tracker import tracked_recommendations
from youthpanel.states import ResponseKind
from youthpanel.white_papers import publishing
from youthpanel.white_papers.services import record_response

pytestmark = pytest.mark.django_db
DAY_30 = datetime(2026, 10, 31, 12, tzinfo=UTC)
CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
TITLES = ("Сваке године", "Обука", "Особа од поверења")


@pytest.fixture
def recommendations() -> list[Recommendation]:
    return [
        make_recommendation(
            slug=f"predlog-{number}",
            title_sr=title,
            title_en="" if number == 2 else f"Proposal {number}",
            child_text_sr="Хоћемо то.",
            child_text_en="We want it.",
            education="formal" if number else "non-formal",
        )
        for number, title in enumerate(TITLES)
    ]


@pytest.fixture
def edition(user: User, recommendations: list[Recommendation], monkeypatch: pytest.MonkeyPatch) -> Edition:
    """An edition of 1 October with stubbed files."""
    monkeypatch.setattr(
        publishing, "render_file", lambda content, about, *, language, form: f"{language} {form}".encode()
    )
    return issue(make_paper(*recommendations, slug="pitajte-nas"), user)


def answer(recommendation: Recommendation, kind: ResponseKind, days: int, user: User, text: str = "Биће.") -> None:
    on = TODAY + timedelta(days=days)
    record_response(
        recommendation=recommendation,
        kind=kind,
        on=on,
        text=both(text, "It will be."),
        source="Допис 7",
        actor=user,
        now=DAY_30,
    )


def page(client: Client, path: str) -> PageReader:
    response = client.get(path)
    assert response.status_code == 200, path
    assert response.headers["Cache-Control"].startswith("public")
    assert not response.cookies
    return PageReader(response.content.decode())


def test_it_shows_published_editions_and_no_drafts(
    edition: Edition, recommendations: list[Recommendation], user: User
) -> None:
    Recommendation.objects.update(title_sr="Нацрт")
    make_recommendation(title_sr="Није издато")
    assert [each.content["title"]["sr"] for each in tracked_recommendations(TODAY)] == list(TITLES)
    edition.paper.places.filter(recommendation=recommendations[1]).delete()
    issue(edition.paper, user, now=NOW + timedelta(days=3), changes=both("Мање."))
    # A recommendation that a corrected edition omits is still tracked.
    found = sorted((each.content["title"]["sr"], each.edition.number) for each in tracked_recommendations(TODAY))
    assert found == [("Нацрт", 2), ("Нацрт", 2), (TITLES[1], 1)]


@time_machine.travel(DAY_30, tick=False)
def test_the_tracker(
    client: Client,
    edition: Edition,
    recommendations: list[Recommendation],
    user: User,
    django_assert_max_num_queries: Any,
) -> None:
    make_handover(edition, user)
    for recommendation in recommendations[:2]:
        answer(recommendation, ResponseKind.PARTLY, 5, user)
    client.get("/sr/about/")
    with django_assert_max_num_queries(5):
        english = page(client, "/en/youth-panel/recommendations/").text
    assert all(words in english for words in ("It will be.", "4 days", "29 days", TITLES[2]))
    latin = page(client, "/sr-latn/youth-panel/recommendations/").text
    assert "Osoba od poverenja" in latin
    assert CYRILLIC.findall(latin) == []
    assert "Хоћемо то." in page(client, "/sr/youth-panel/recommendations/predlog-0/").text
    assert client.get("/sr/youth-panel/recommendations/predlog-9/").status_code == 404
    assert client.post("/sr/youth-panel/recommendations/").status_code == 405


def test_the_tracker_has_pages_that_keep_the_filters(
    client: Client, edition: Edition, recommendations: list[Recommendation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("youthpanel.public.views.PAGE_SIZE", 2)
    titles = ("Proposal 0", "Proposal 1", TITLES[2])
    first, second = (page(client, f"/en/youth-panel/recommendations/?state=proposed&page={n}") for n in (1, 2))
    assert [title for title in titles if title in first.text] + [
        title for title in titles if title in second.text
    ] == list(titles)
    assert [link["href"] for link in first.all("a", rel="next")] == ["?state=proposed&page=2"]
    assert [link["href"] for link in second.all("a", rel="prev")] == ["?state=proposed"]


def test_filters_apply_and_invalid_ones_are_reported(
    client: Client, edition: Edition, recommendations: list[Recommendation], user: User
) -> None:
    make_handover(edition, user)
    answer(recommendations[1], ResponseKind.REJECTED, 4, user)

    def shown(query: str) -> list[str]:
        text = page(client, f"/en/youth-panel/recommendations/?{query}").text
        return [name for name in ("Proposal 0", "Proposal 1", TITLES[2]) if name in text]

    assert shown("state=rejected") == ["Proposal 1"]
    assert shown("education=non-formal") == ["Proposal 0"]
    assert shown("to=ministarstvo-prosvete&state=handed") == ["Proposal 0", TITLES[2]]
    assert shown("state=rejected&education=non-formal") == []
    assert "invalid" in page(client, "/en/youth-panel/recommendations/?state=maybe&to=nobody").text


@time_machine.travel(DAY_30, tick=False)
def test_open_data(client: Client, edition: Edition, recommendations: list[Recommendation], user: User) -> None:
    proposed = [(RecommendationState.PROPOSED, None)] * 3
    assert [(each.state, each.days) for each in tracked_recommendations(TODAY)] == proposed
    make_handover(edition, user)
    answer(recommendations[0], ResponseKind.ACCEPTED, 6, user)
    answer(recommendations[0], ResponseKind.DONE, 20, user, "=1+1")
    answer(recommendations[1], ResponseKind.CONSIDERED, 9, user)
    body = client.get("/en/youth-panel/recommendations.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(row["slug"], row["state"], row["days"], row["waiting"]) for row in rows] == [
        ("predlog-0", "done", "5", "false"),
        ("predlog-1", "considered", "29", "true"),
        ("predlog-2", "handed", "29", "true"),
    ]
    data = json.loads(client.get("/sr/youth-panel/recommendations.json").content)
    _accepted, entry = data["recommendations"][0]["answers"]
    assert (entry["kind"], entry["on"], entry["text"]["sr"]) == ("done", "2026-10-21", "=1+1")
    assert rows[0]["answer_sr"] == "'=1+1"
    assert [(row["due_on"], row["overdue_days"]) for row in rows] == [("", "0"), *[("2026-12-01", "0")] * 2]
    assert set(data["states"]) == {state.value for state in RecommendationState}


def test_the_feed(client: Client, edition: Edition, recommendations: list[Recommendation], user: User) -> None:
    make_handover(edition, user)
    answer(recommendations[0], ResponseKind.RECEIVED, 3, user)
    answer(recommendations[0], ResponseKind.ACCEPTED, 6, user)
    feed = feedparser.parse(client.get("/feeds/recommendations.atom?lang=sr-latn").content)
    assert not feed.bozo
    assert feed.feed.language == "sr-Latn"
    assert len(feed.entries) == 2
    assert "Svake godine" in feed.entries[0].title
    assert feed.entries[0].published.startswith("2026-10-07")
    assert len({entry.id for entry in feed.entries}) == 2
    assert client.get("/feeds/recommendations.atom?lang=de").status_code == 404


def test_the_edition_as_a_page_and_as_files(client: Client, edition: Edition, user: User) -> None:
    make_handover(edition, user)
    reader = page(client, "/en/youth-panel/white-papers/pitajte-nas/")
    assert "Ministry of Education" in reader.text
    assert TITLES[2] in reader.text
    assert all(file.sha256 in reader.text for file in edition.files.all())
    for form, kind in (("pdf", "application/pdf"), ("docx", "application/vnd.openxmlformats")):
        for path, language in (
            (f"/sr-latn/youth-panel/white-papers/pitajte-nas.{form}", "sr-latn"),
            (f"/sr/youth-panel/white-papers/pitajte-nas.{form}?lang=en", "en"),
        ):
            response = client.get(path)
            assert response.content == f"{language} {form}".encode()
            assert response.headers["Content-Type"].startswith(kind)
            assert (
                hashlib.sha256(response.content).hexdigest() == edition.files.get(language=language, format=form).sha256
            )
    type(edition.paper).objects.update(title_sr="Питајте нас опет")
    issue(edition.paper, user, now=NOW + timedelta(days=5), changes=both("Исправљен наслов."))
    assert "Исправљен наслов." in page(client, "/sr/youth-panel/white-papers/pitajte-nas/").text
    older = page(client, "/sr/youth-panel/white-papers/pitajte-nas/?edition=1")
    assert "Питајте нас опет" not in older.text
    assert older.all("meta", name="robots")[0]["content"] == "noindex"
    for path in ("ne-postoji.pdf", "pitajte-nas/?edition=3", "pitajte-nas/?edition=x", "pitajte-nas.pdf?lang=de"):
        assert client.get(f"/sr/youth-panel/white-papers/{path}").status_code == 404


def test_the_page_of_the_panel_shows_figures_and_hides_small_ones(
    client: Client, edition: Edition, django_assert_max_num_queries: Any
) -> None:
    first, second = make_cohort(), make_cohort(name_en="Second cohort")
    nis, uzice = make_school(), make_school(town="uzice", name="Гимназија")
    for number in range(9):
        make_member(first, school=nis, pseudonym=f"Јеж {number}")
    for number in range(3):
        make_member(second, school=uzice, pseudonym=f"Лав {number}")
    large = make_meeting(first, title_en="We met", starts_at=datetime(2026, 5, 1, 9, tzinfo=UTC))
    few = make_meeting(first, title_en="", title_sr="Мали састанак", starts_at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    for number, member in enumerate(first.members.all()):
        Attendance.objects.create(meeting=large, member=member, attended=number < 7)
        Attendance.objects.create(meeting=few, member=member, attended=number < 4)
    Decision.objects.create(meeting=large, text_sr="Питамо поново.", text_en="We ask again.")
    make_meeting(first, title_en="We will meet", starts_at=datetime(2099, 5, 1, 9, tzinfo=UTC))
    client.get("/sr/about/")
    with django_assert_max_num_queries(16):
        text = " ".join(page(client, "/en/youth-panel/").text.split())
    assert "members so far 12" in text
    assert "We met Niš · 7 of us came Our decisions: We ask again." in text
    assert "Мали састанак Niš " in text
    assert "of us came" not in text.partition("Мали састанак")[2]
    assert "Second cohort: a few" in text
    assert "First cohort: a few" in text
    assert "We will meet" not in text
    assert "Užice" in text
    assert "Јеж" not in text
    assert "Ask us" in text


def test_a_new_cohort_is_public_only_when_published(client: Client) -> None:
    shown, new = make_cohort(), make_cohort(name_en="Next generation", is_public=False)
    for cohort, town, number in ((shown, "nis", 9), (new, "uzice", 8)):
        for place in range(number):
            make_member(cohort, school=make_school(town=town), pseudonym=f"{town} {place}")
    text = page(client, "/en/youth-panel/").text
    assert "members so far 9" in text
    assert ("Next generation" in text, "Užice" in text) == (False, False)
    Cohort.objects.update(is_public=True)
    content_version.bump()
    text = page(client, "/en/youth-panel/").text
    assert "members so far 17" in text
    assert ("Next generation" in text, "Užice" in text) == (True, True)


def test_the_search_and_the_sitemap_contain_published_editions(
    client: Client, edition: Edition, recommendations: list[Recommendation]
) -> None:
    make_recommendation(title_sr="Није издато")
    make_paper(title_sr="Нацрт")

    entries = SearchEntry.objects.filter(kind__in=("white-paper", "recommendation"))
    assert set(entries.values_list("kind", "language", "title")) == {
        ("white-paper", "sr", "Питајте нас"), ("white-paper", "en", "Ask us"),
        *(("recommendation", "sr", title) for title in TITLES), ("recommendation", "en", "Proposal 0"),
        ("recommendation", "en", "Proposal 1"),
    }  # fmt: skip
    with time_machine.travel(DAY_30, tick=False):
        paths = re.findall(r"<loc>https?://[^/]+([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
    # It has no English title.
    assert [path[:4] for path in paths if path.endswith("/predlog-2/")] == ["/sr/", "/sr-"]


def test_the_page_is_counted_once_a_generation(
    client: Client, user: User, edition: Edition, django_assert_max_num_queries: Any
) -> None:
    cohort = make_cohort()
    members = [make_member(cohort).pk for _each in range(5)]
    meeting = make_meeting(cohort, starts_at=NOW - timedelta(days=2))
    four, five = ({member: number < count for number, member in enumerate(members)} for count in (4, 5))

    def attend(attended: Any, previous: Any) -> str:
        revision = attendance_revision(previous)
        record_attendance(meeting=meeting, attended=attended, opened=revision, actor=user, now=timezone.now())
        return page(client, "/en/youth-panel/").text

    assert "80 %" in attend(four, {})
    # The tracker (three queries), which counts days, and the content version.
    for path in ("/en/youth-panel/", "/sr/youth-panel/"):
        with django_assert_max_num_queries(4):
            client.get(path)
    text = attend(five, four)
    assert ("100 %" in text, "5 of us came" in text) == (True, True)


def test_the_page_is_made_anew_when_a_meeting_is_over(client: Client) -> None:
    begins = timezone.now() - timedelta(minutes=10)
    meeting = make_meeting(title_en="We met", starts_at=begins, ends_at=begins + timedelta(minutes=11))
    response = client.get("/en/youth-panel/")
    assert "We met" not in response.content.decode()
    seconds = re.search(r"max-age=(\d+)", response.headers["Cache-Control"])
    assert seconds
    assert int(seconds[1]) <= 60
    with time_machine.travel(meeting.ends_at + timedelta(seconds=1)):
        assert "We met" in client.get("/en/youth-panel/").content.decode()
