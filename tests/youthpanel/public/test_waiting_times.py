"""Due days, overdue marks, waiting times of addressees, and the page of one addressee."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from clicksafely.accounts.models import User
from tests.clients.page_reader import PageReader
from tests.database import as_role_of
from tests.factories.papers import both, issue, make_paper
from tests.factories.youthpanel import NOW, TODAY, make_recommendation
from youthpanel.models import Recommendation
from youthpanel.public.recommendation_tracker import TrackedRecommendation, tracked_recommendations
from youthpanel.public.waiting_times import addressee_rows
from youthpanel.states import ResponseKind
from youthpanel.white_papers import publishing
from youthpanel.white_papers.exceptions import EntryRejected
from youthpanel.white_papers.services import record_handover, record_response

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=200)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.fixture
def recommendations(user: User, monkeypatch: pytest.MonkeyPatch) -> list[Recommendation]:
    """Two to the Ministry, one to the Institute without an English name; handed over on day 1."""
    monkeypatch.setattr(publishing, "render_file", lambda content, about, *, language, form: b"x")
    names = [both("Министарство просвете", "Ministry of Education")] * 2 + [both("Завод")]
    recommendations = [
        make_recommendation(slug=f"predlog-{number}", addressee_sr=name["sr"], addressee_en=name["en"])
        for number, name in enumerate(names)
    ]
    edition = issue(make_paper(*recommendations), user)
    record_handover(edition=edition, recipient=both("Министарство"), on=day(1), document="", actor=user, now=LATER)
    return recommendations


def answer(recommendation: Recommendation, kind: str, on: int, user: User, promised: int | None = None) -> None:
    record_response(
        recommendation=recommendation,
        kind=ResponseKind(kind),
        on=day(on),
        text=both("Зато."),
        source="Допис",
        promised_by=None if promised is None else day(promised),
        actor=user,
        now=LATER,
    )


def tracked(on: int) -> list[TrackedRecommendation]:
    return tracked_recommendations(day(on))


def test_due_date_of_the_next_step(recommendations: list[Recommendation], user: User) -> None:
    steps: tuple[tuple[list[tuple[str, int, int | None]], int | None], ...] = (
        ([], 61),
        ([("received", 5, 30)], 30),
        ([("received", 5, 30), ("considered", 6, 90)], 90),
        # A decision ends the wait, but not a promise to do it.
        ([("accepted", 5, None)], None),
        ([("accepted", 5, 100)], 100),
        ([("accepted", 5, 100), ("done", 8, None)], None),
        ([("received", 5, 30), ("rejected", 8, None)], None),
    )
    for answers, due in steps:
        with transaction.atomic():
            for kind, on, promised in answers:
                answer(recommendations[0], kind, on, user, promised)
            assert tracked(9)[0].due == (None if due is None else day(due))
            if due is not None:
                assert [tracked(due + late)[0].overdue for late in (-1, 0, 1, 2)] == [0, 0, 1, 2]
            assert tracked(199)[0].overdue == (199 - due if due is not None else 0)
            transaction.set_rollback(True)


def test_a_handover_states_its_own_day(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "render_file", lambda content, about, *, language, form: b"x")
    edition = issue(make_paper(make_recommendation()), user)
    assert [(each.due, each.overdue) for each in tracked(199)] == [(None, 0)]
    hand: dict[str, Any] = {"recipient": both("Министарство"), "on": day(1), "document": "", "actor": user}
    with pytest.raises(EntryRejected) as refused:
        record_handover(edition=edition, answer_by=day(1), now=LATER, **hand)
    assert refused.value.field == "answer_by"
    record_handover(edition=edition, answer_by=day(9), now=LATER, **hand)
    assert tracked(10)[0].overdue == 1


def test_the_pages_mark_overdue_answers_and_draw_the_times(
    client: Client, recommendations: list[Recommendation], user: User
) -> None:
    answer(recommendations[0], "accepted", 11, user)
    rows = addressee_rows(tracked(71))
    assert [(row.code, row.handed, row.decided, row.waiting, row.overdue, row.days, row.longest) for row in rows] == [
        ("zavod", 1, 0, 1, 1, 70, 70),
        ("ministarstvo-prosvete", 2, 1, 1, 1, 40, 70),
    ]
    with time_machine.travel(NOW + timedelta(days=71), tick=False), as_role_of("public"):
        html = client.get("/en/youth-panel/recommendations/").content.decode()
        of_ministry = client.get("/en/youth-panel/recommendations/to/ministarstvo-prosvete/").content.decode()
        missing = client.get("/en/youth-panel/recommendations/to/zavo/")
    chart = re.search(r'<div role="img" aria-label="([^"]*)"><svg.*?</svg>', html, re.DOTALL)
    assert chart
    assert re.findall(r'text-anchor="end"[^>]*>([^<]+)<', chart[0]) == ["70", "40"]
    assert "Ministry of Education: 40." in chart[1]
    # The table behind the chart, with links to the pages of the addressees.
    table = html.partition('id="waiting-title"')[2].partition("</table>")[0]
    assert re.findall(r"recommendations/to/([a-z-]+)/", table) == ["zavod", "ministarstvo-prosvete"]
    assert 'lang="sr-Cyrl"' in table
    assert "10 days" in PageReader(of_ministry).text
    assert "predlog-0" in of_ministry
    assert "predlog-2" not in of_ministry
    assert missing.status_code == 404
