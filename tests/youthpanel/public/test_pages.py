"""Public pages of the panel: statistics, the tracker in three languages, files, open data, the feed, the search."""

import csv
import hashlib
import io
import json
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import feedparser
import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from awareness.search.models import SearchEntry
from awareness.search.services import reindex
from clicksafely.accounts.models import User
from clicksafely.common.page_cache import content_version
from clicksafely.common.statistics.disclosure_control import suppress_parts
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
from youthpanel.public.labels import DECIDED_STATES, STATE_LABELS, RecommendationState
from youthpanel.public.recommendation_tracker import tracked_recommendations
from youthpanel.states import ResponseKind
from youthpanel.white_papers import publishing
from youthpanel.white_papers.services import record_response

pytestmark = pytest.mark.django_db
DAY_30 = datetime(2026, 10, 31, 12, tzinfo=UTC)
CYRILLIC = re.compile(r"[\u0400-\u04ff]+")
TITLES = ("Сваке године", "Обука", "Особа од поверења")


@pytest.fixture
def user() -> User:
    return User.objects.create_user("coordinator")


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


def test_every_state_has_its_words() -> None:
    assert set(STATE_LABELS) == set(RecommendationState)
    assert {kind.value for kind in ResponseKind} < {state.value for state in RecommendationState}
    assert {state.value for state in DECIDED_STATES} == {"accepted", "partly", "rejected", "done"}


def test_state_and_days_of_recommendations(edition: Edition, recommendations: list[Recommendation], user: User) -> None:
    first, second, third = recommendations
    assert [(each.state, each.days) for each in tracked_recommendations(TODAY)] == [
        (RecommendationState.PROPOSED, None)
    ] * 3
    make_handover(edition, user, days=2)
    answer(first, ResponseKind.RECEIVED, 5, user)
    answer(first, ResponseKind.ACCEPTED, 12, user)
    answer(first, ResponseKind.DONE, 20, user)
    answer(second, ResponseKind.CONSIDERED, 9, user)
    found = tracked_recommendations(DAY_30.date())
    assert [(each.state, each.days, each.is_waiting) for each in found] == [
        (RecommendationState.DONE, 10, False),
        (RecommendationState.CONSIDERED, 28, True),
        (RecommendationState.HANDED, 28, True),
    ]
    assert third.pk == found[2].content["id"]


def test_it_shows_published_editions_and_no_drafts(
    edition: Edition, recommendations: list[Recommendation], user: User
) -> None:
    Recommendation.objects.update(title_sr="Нацрт")
    make_recommendation(title_sr="Није издато")
    assert [each.content["title"]["sr"] for each in tracked_recommendations(TODAY)] == list(TITLES)
    Recommendation.objects.filter(pk=recommendations[0].pk).update(title_sr="Исправљено")
    edition.paper.places.filter(recommendation=recommendations[1]).delete()
    issue(edition.paper, user, now=NOW + timedelta(days=3), changes=both("Мање."))
    # A recommendation that a corrected edition omits is still tracked.
    assert sorted((each.content["title"]["sr"], each.edition.number) for each in tracked_recommendations(TODAY)) == [
        ("Исправљено", 2), ("Нацрт", 2), (TITLES[1], 1),
    ]  # fmt: skip


@time_machine.travel(DAY_30, tick=False)
def test_the_tracker_in_three_languages(
    client: Client, edition: Edition, recommendations: list[Recommendation], user: User
) -> None:
    make_handover(edition, user)
    answer(recommendations[0], ResponseKind.PARTLY, 5, user)
    english = page(client, "/en/youth-panel/recommendations/").text
    for words in (
        "They said yes to some of it",
        "It will be.",
        "They decided after 4 days",
        "We have been waiting for 29 days",
        TITLES[2],
    ):
        assert words in english
    serbian = page(client, "/sr/youth-panel/recommendations/").text
    assert all(title in serbian for title in TITLES)
    latin = page(client, "/sr-latn/youth-panel/recommendations/").text
    assert "Osoba od poverenja" in latin
    assert CYRILLIC.findall(latin) == []
    assert "Хоћемо то." in page(client, "/sr/youth-panel/recommendations/predlog-0/").text
    assert client.get("/sr/youth-panel/recommendations/predlog-9/").status_code == 404


def test_the_tracker_has_pages_that_keep_the_filters(
    client: Client, edition: Edition, recommendations: list[Recommendation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("youthpanel.public.views.PAGE_SIZE", 2)
    titles = ("Proposal 0", "Proposal 1", TITLES[2])
    first, second = (page(client, f"/en/youth-panel/recommendations/?state=proposed&page={n}") for n in (1, 2))
    assert [title for title in titles if title in first.text] + [
        title for title in titles if title in second.text
    ] == list(titles)
    assert "3 proposals" in first.text
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
    assert "was invalid and was ignored" in page(client, "/en/youth-panel/recommendations/?state=maybe&to=nobody").text
    assert (
        "Nothing matches all your choices"
        in page(client, "/en/youth-panel/recommendations/?state=rejected&education=non-formal").text
    )


@time_machine.travel(DAY_30, tick=False)
def test_open_data(client: Client, edition: Edition, recommendations: list[Recommendation], user: User) -> None:
    make_handover(edition, user)
    answer(recommendations[0], ResponseKind.ACCEPTED, 6, user, "=1+1")
    body = client.get("/en/youth-panel/recommendations.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(row["slug"], row["state"], row["days"], row["waiting"]) for row in rows] == [
        ("predlog-0", "accepted", "5", "false"),
        ("predlog-1", "handed", "29", "true"),
        ("predlog-2", "handed", "29", "true"),
    ]
    assert rows[0]["answer_sr"] == "'=1+1"
    data = json.loads(client.get("/sr/youth-panel/recommendations.json").content)
    assert data["recommendations"][0]["answers"] == [
        {
            "kind": "accepted",
            "on": "2026-10-07",
            "text": {"sr": "=1+1", "en": "It will be."},
            "source": "Допис 7",
            "promised_by": None,
            "letters": [],
        }
    ]
    assert [(row["due_on"], row["overdue_days"]) for row in rows] == [("", "0"), *[("2026-12-01", "0")] * 2]
    assert set(data["states"]) == {state.value for state in RecommendationState}
    assert len(client.get("/sr/youth-panel/recommendations.json").content) == len(
        client.get("/en/youth-panel/recommendations.json").content
    )


@pytest.mark.parametrize(
    ("code", "tag", "word"),
    [("sr", "sr-Cyrl", TITLES[0]), ("sr-latn", "sr-Latn", "Svake godine"), ("en", "en", "Proposal 0")],
)
def test_the_feed(
    client: Client, edition: Edition, recommendations: list[Recommendation], user: User, code: str, tag: str, word: str
) -> None:
    make_handover(edition, user)
    answer(recommendations[0], ResponseKind.RECEIVED, 3, user)
    answer(recommendations[0], ResponseKind.ACCEPTED, 6, user)
    feed = feedparser.parse(client.get(f"/feeds/recommendations.atom?lang={code}").content)
    assert not feed.bozo
    assert feed.feed.language == tag
    assert len(feed.entries) == 2
    assert word in feed.entries[0].title
    assert feed.entries[0].published.startswith("2026-10-07")
    assert len({entry.id for entry in feed.entries}) == 2
    assert client.get("/feeds/recommendations.atom?lang=de").status_code == 404


def test_the_edition_as_a_page_and_as_files(client: Client, edition: Edition, user: User) -> None:
    make_handover(edition, user)
    reader = page(client, "/en/youth-panel/white-papers/pitajte-nas/")
    assert "Edition 1" in reader.text
    assert "Ministry of Education" in reader.text
    assert TITLES[2] in reader.text
    levels = [int(tag[1]) for tag, _attributes in reader.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert len(reader.ids()) == len(set(reader.ids()))
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
    for path in (
        "ne-postoji/",
        "ne-postoji.pdf",
        "pitajte-nas/?edition=2",
        "pitajte-nas/?edition=x",
        "pitajte-nas.pdf?lang=de",
    ):
        assert client.get(f"/sr/youth-panel/white-papers/{path}").status_code == 404


def test_an_english_page_marks_only_serbian_text(
    client: Client, recommendations: list[Recommendation], user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "render_file", lambda content, about, *, language, form: b"file")
    paper = make_paper(*recommendations, slug="pitajte-nas", title_en="", method_en="")
    make_member(make_cohort(), school=make_school())
    issue(paper, user, changes=both("Нов наслов."))
    html = client.get("/en/youth-panel/white-papers/pitajte-nas/").content.decode().partition("<main")[2]
    marked = [words for _tag, words in re.findall(r'<(\w+)[^>]* lang="sr-Cyrl"[^>]*>(.*?)</\1>', html, re.DOTALL)]
    texts = [re.sub(r"<[^>]+>", "", words).strip() for words in marked]
    # The title (heading and breadcrumb), the third recommendation in the summary, the changes, the method; the third
    # recommendation at its heading.
    assert texts == [
        "Питајте нас",
        "Питајте нас",
        TITLES[2],
        "Нов наслов.",
        "Састајали смо се и гласали.",
        f"3. {TITLES[2]}",
    ]
    assert "Members come from" in html
    serbian = client.get("/sr/youth-panel/white-papers/pitajte-nas/").content.decode().partition("<main")[2]
    assert ' lang="sr-Cyrl"' not in serbian.partition("</main>")[0]


def test_older_editions_stay(client: Client, edition: Edition, user: User) -> None:
    type(edition.paper).objects.update(title_sr="Питајте нас опет")
    issue(edition.paper, user, now=NOW + timedelta(days=5), changes=both("Исправљен наслов."))
    newest = page(client, "/sr/youth-panel/white-papers/pitajte-nas/")
    assert "Питајте нас опет" in newest.text
    assert "Исправљен наслов." in newest.text
    older = page(client, "/sr/youth-panel/white-papers/pitajte-nas/?edition=1")
    assert "Питајте нас опет" not in older.text
    assert older.all("meta", name="robots")[0]["content"] == "noindex"


def test_the_page_of_the_panel_shows_figures_and_hides_small_ones(client: Client, edition: Edition) -> None:
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
    Decision.objects.create(meeting=few, text_sr="Само на српском.")
    make_meeting(first, title_en="We will meet", starts_at=datetime(2099, 5, 1, 9, tzinfo=UTC))
    shown = page(client, "/en/youth-panel/")
    text = shown.text
    assert "members so far 12" in text
    assert "We met Niš · 7 of us came Our decisions: We ask again." in " ".join(text.split())
    assert "Мали састанак Niš Our decisions: Само на српском." in " ".join(text.split())
    assert [tag for tag, attributes in shown.elements if attributes.get("lang") == "sr-Cyrl" and tag != "a"] == [
        "h3",
        "span",
    ]
    assert "Second cohort: a few" in text
    assert "First cohort: a few" in text
    assert "We met" in text
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


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([9, 3], [None, None]),
        ([9, 7, 3], [9, None, None]),
        ([9, 3, 4], [9, None, None]),
        ([9, 7], [9, 7]),
        ([9, 1, 1], [None, None, None]),
        ([9, 8, 1, 1], [9, None, None, None]),
        ([3], [None]),
        ([], []),
    ],
)
def test_no_hidden_count_follows_from_the_others(counts: list[int], expected: list[int | None]) -> None:
    assert [n for _key, n in suppress_parts(list(enumerate(counts)))] == expected


def test_pages_without_anything_are_whole(client: Client) -> None:
    assert "There is no White Paper yet" in page(client, "/en/youth-panel/recommendations/").text
    text = page(client, "/en/youth-panel/").text
    assert "How to join" in text
    assert "We erase your name 180 days later" in text


def test_the_search_and_the_sitemap_contain_published_editions(
    client: Client, edition: Edition, recommendations: list[Recommendation]
) -> None:
    make_recommendation(title_sr="Није издато")
    make_paper(title_sr="Нацрт")

    def found() -> set[tuple[str, str, str]]:
        entries = SearchEntry.objects.filter(kind__in=("white-paper", "recommendation"))
        return {(entry.kind, entry.language, entry.title) for entry in entries}

    expected = {
        ("white-paper", "sr", "Питајте нас"), ("white-paper", "en", "Ask us"),
        *(("recommendation", "sr", title) for title in TITLES), ("recommendation", "en", "Proposal 0"),
        ("recommendation", "en", "Proposal 1"),
    }  # fmt: skip
    assert found() == expected
    SearchEntry.objects.all().delete()
    reindex()
    assert found() == expected
    with time_machine.travel(DAY_30, tick=False):
        paths = re.findall(r"<loc>https?://[^/]+([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
    assert [path for path in paths if path.endswith("/predlog-2/")] == [
        "/sr/youth-panel/recommendations/predlog-2/",
        "/sr-latn/youth-panel/recommendations/predlog-2/",
    ]
    assert "/en/youth-panel/recommendations/" in paths


def test_the_tracker_costs_the_same_however_long_it_is(
    client: Client,
    edition: Edition,
    recommendations: list[Recommendation],
    user: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_handover(edition, user)
    client.get("/sr/youth-panel/recommendations/")
    for number, recommendation in enumerate(recommendations):
        answer(recommendation, ResponseKind.CONSIDERED, 4 + number, user)
        client.get("/sr/about/")
        with django_assert_num_queries(QUERIES):
            client.get("/sr/youth-panel/recommendations/")


QUERIES = 5


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_however_often_the_panel_met(
    client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cohort = make_cohort()
    for each in range(number):
        meeting = make_meeting(cohort, starts_at=NOW - timedelta(days=each + 2))
        Decision.objects.create(meeting=meeting, text_sr="Одлука")
        Attendance.objects.create(meeting=meeting, member=make_member(cohort), attended=True)
    client.get("/sr/about/")
    with django_assert_num_queries(PANEL_QUERIES):
        client.get("/sr/youth-panel/")


# Statistics, newest editions, the tracker, the timeline with decisions, the next meeting, the content version.
PANEL_QUERIES = 15


def test_the_page_is_counted_once_a_generation(
    client: Client, user: User, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cohort = make_cohort()
    members = [make_member(cohort) for _each in range(5)]
    meeting = make_meeting(cohort, starts_at=NOW - timedelta(days=2))

    def attend(count: int, previous: dict[int, bool | None]) -> dict[int, bool | None]:
        attended: dict[int, bool | None] = {member.pk: number < count for number, member in enumerate(members)}
        revision = attendance_revision(previous)
        record_attendance(meeting=meeting, attended=attended, opened=revision, actor=user, now=timezone.now())
        return attended

    recorded = attend(4, {})
    assert "came to meetings 80 %" in page(client, "/en/youth-panel/").text
    # The tracker (three queries), which counts days, and the content version.
    for path in ("/en/youth-panel/", "/sr/youth-panel/"):
        with django_assert_num_queries(4):
            client.get(path)
    attend(5, recorded)
    text = page(client, "/en/youth-panel/").text
    assert "came to meetings 100 %" in text
    assert "5 of us came" in text


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


def test_viewing_changes_nothing(client: Client, edition: Edition) -> None:
    for path in ("youth-panel/", "youth-panel/recommendations/", "youth-panel/white-papers/pitajte-nas/"):
        assert client.post(f"/sr/{path}").status_code == 405
    answered: Any = client.head("/sr/youth-panel/white-papers/pitajte-nas.pdf")
    assert answered.status_code == 200
