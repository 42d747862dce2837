"""Handovers and the ledger of responses: every pair of entries, and every impossible date."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import translation

from clicksafely.accounts.models import User
from clicksafely.common.page_cache import content_version
from tests.factories.papers import both, issue, make_handover, make_paper
from tests.factories.youthpanel import NOW, TODAY, make_recommendation
from youthpanel.models import Edition, Recommendation, Response
from youthpanel.states import RESPONSE_TRANSITIONS, ResponseKind
from youthpanel.white_papers.exceptions import EntryRejected
from youthpanel.white_papers.selectors import first_handover_date
from youthpanel.white_papers.services import check_response, record_handover, record_response

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=60)


@pytest.fixture
def user() -> User:
    return User.objects.create_user("coordinator")


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


@pytest.mark.parametrize(("last", "kind"), list(product([None, *ResponseKind], ResponseKind)))
def test_every_pair(
    last: ResponseKind | None, kind: ResponseKind, edition: Edition, recommendation: Recommendation, user: User
) -> None:
    make_handover(edition, user)
    if last:
        Response.objects.create(
            recommendation=recommendation,
            kind=last,
            on=TODAY + timedelta(days=2),
            text_sr="x",
            source="x",
            recorded_at=NOW,
        )
    if kind in RESPONSE_TRANSITIONS[last]:
        assert answer(recommendation, kind, 2, user).kind == kind
    else:
        assert refusal(lambda: answer(recommendation, kind, 2, user))[0] == "kind"
        assert Response.objects.filter(recorded_by=user).count() == 0


def test_days_that_cannot_be(edition: Edition, recommendation: Recommendation, user: User) -> None:
    assert refusal(lambda: answer(recommendation, "received", 2, user)) == (
        "recommendation",
        "It was not handed over yet. First record the handover of an edition that contains it.",
    )
    make_handover(edition, user, days=5)
    assert first_handover_date(recommendation) == TODAY + timedelta(days=5)
    assert "The answer cannot be earlier" in refusal(lambda: answer(recommendation, "received", 4, user))[1]
    assert refusal(lambda: answer(recommendation, "received", 61, user)) == ("on", "This day is in the future.")
    answer(recommendation, "received", 9, user)
    assert "A new entry cannot be earlier" in refusal(lambda: answer(recommendation, "accepted", 8, user))[1]
    answer(recommendation, "accepted", 9, user)


def test_a_rejection_needs_a_reason(edition: Edition, recommendation: Recommendation, user: User) -> None:
    make_handover(edition, user)
    assert refusal(lambda: answer(recommendation, "rejected", 3, user, text=" ")) == (
        "text_sr",
        "Give the reason for the rejection.",
    )


def test_handovers_on_days_that_cannot_be(edition: Edition, user: User) -> None:
    def hand(days: int) -> object:
        on = TODAY + timedelta(days=days)
        return record_handover(edition=edition, recipient=both("Неко"), on=on, document="", actor=user, now=LATER)

    assert "The handover cannot be earlier" in refusal(lambda: hand(-1))[1]
    assert refusal(lambda: hand(61)) == ("on", "This day is in the future.")
    before = content_version.current()
    hand(0)
    assert content_version.current() > before


def test_a_handover_of_another_paper_does_not_count(edition: Edition, user: User) -> None:
    make_handover(edition, user)
    with pytest.raises(EntryRejected):
        check_response(
            recommendation=make_recommendation(), kind=ResponseKind.RECEIVED, on=TODAY, text=both(""), now=LATER
        )


def test_the_first_handover_counts(edition: Edition, recommendation: Recommendation, user: User) -> None:
    make_handover(edition, user, days=9)
    make_handover(edition, user, days=3)
    assert first_handover_date(recommendation) == TODAY + timedelta(days=3)


def test_a_whole_edition_with_its_handover(user: User) -> None:
    recommendation = make_recommendation()
    make_handover(issue(make_paper(recommendation), user), user)
    assert answer(recommendation, "considered", 3, user).recorded_by == user
