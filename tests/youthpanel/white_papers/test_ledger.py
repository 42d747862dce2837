"""Handovers and the ledger of responses: every pair of entries, and every impossible date."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction
from django.utils import translation

from clicksafely.accounts.models import User
from clicksafely.common.page_cache import content_version
from tests.factories.papers import both, make_handover, make_paper
from tests.factories.youthpanel import NOW, TODAY, make_recommendation
from youthpanel.models import Edition, Recommendation, Response
from youthpanel.states import RESPONSE_TRANSITIONS, ResponseKind
from youthpanel.white_papers.exceptions import EntryRejected
from youthpanel.white_papers.selectors import first_handover_date
from youthpanel.white_papers.services import check_response, record_handover, record_response

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=60)


@pytest.fixture
def recommendation() -> Recommendation:
    return make_recommendation()


@pytest.fixture
def edition(user: User, recommendation: Recommendation) -> Edition:
    """An edition of today without files, its content built by the factory."""
    paper = make_paper(recommendation)
    content = {"recommendations": [{"id": recommendation.pk}]}
    return Edition.objects.create(paper=paper, number=1, content=content, issued_at=NOW, issued_by=user)


def answer(recommendation: Recommendation, kind: str, days: int, user: User, text: str = "Зато.") -> Response:
    return record_response(
        recommendation=recommendation,
        kind=ResponseKind(kind),
        on=TODAY + timedelta(days=days),
        text=both(text),
        source="Допис 1",
        actor=user,
        now=LATER,
    )


def refusal(act: object) -> tuple[str, str]:
    with pytest.raises(EntryRejected) as caught, translation.override("en"):
        act()  # type: ignore[operator]
    return caught.value.field, str(caught.value.message)


def test_every_pair(edition: Edition, recommendation: Recommendation, user: User) -> None:
    make_handover(edition, user)
    last_entry = {"recommendation": recommendation, "on": TODAY + timedelta(days=2), "recorded_at": NOW}
    for last, kind in product([None, *ResponseKind], ResponseKind):
        with transaction.atomic():
            if last:
                Response.objects.create(kind=last, text_sr="x", source="x", **last_entry)
            if kind in RESPONSE_TRANSITIONS[last]:
                assert answer(recommendation, kind, 2, user).kind == kind
            else:
                assert refusal(lambda kind=kind: answer(recommendation, kind, 2, user))[0] == "kind"
                assert Response.objects.filter(recorded_by=user).count() == 0
            transaction.set_rollback(True)


def test_days_that_cannot_be(edition: Edition, recommendation: Recommendation, user: User) -> None:
    assert refusal(lambda: answer(recommendation, "received", 2, user))[0] == "recommendation"
    make_handover(edition, user, days=9)
    make_handover(edition, user, days=5)
    assert first_handover_date(recommendation) == TODAY + timedelta(days=5)
    for days in (4, 61):
        assert refusal(lambda days=days: answer(recommendation, "received", days, user))[0] == "on"
    answer(recommendation, "received", 9, user)
    assert refusal(lambda: answer(recommendation, "accepted", 8, user))[0] == "on"
    assert refusal(lambda: answer(recommendation, "rejected", 9, user, text=" "))[0] == "text_sr"
    assert answer(recommendation, "accepted", 9, user).recorded_by == user


def test_handovers_on_days_that_cannot_be(edition: Edition, user: User) -> None:
    def hand(days: int) -> object:
        on = TODAY + timedelta(days=days)
        return record_handover(edition=edition, recipient=both("Неко"), on=on, document="", actor=user, now=LATER)

    for days in (-1, 61):
        assert refusal(lambda days=days: hand(days))[0] == "on"
    before = content_version.current()
    hand(0)
    assert content_version.current() > before


def test_a_handover_of_another_paper_does_not_count(edition: Edition, user: User) -> None:
    make_handover(edition, user)
    with pytest.raises(EntryRejected):
        check_response(
            recommendation=make_recommendation(), kind=ResponseKind.RECEIVED, on=TODAY, text=both(""), now=LATER
        )
