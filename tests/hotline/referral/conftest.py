"""Fixtures: illegal items in claimed cases."""

from datetime import timedelta

import pytest

from clicksafely.accounts.models import User
from hotline.models import Assessment, ContentItem, Host, Question, QuestionSet, Report
from hotline.states import ItemState, ReportState
from tests.hotline.review.conftest import NOW, make_case, make_item, make_user

HOST = "www.example.org"


def make_host(country: str, **columns: object) -> Host:
    """The lookup result of `HOST`."""
    found = {"name": HOST, "country": country, "looked_up_at": NOW, "expires_at": NOW + timedelta(days=1)}
    return Host.objects.create(**(found | columns))


def complete_lookup(country: str) -> None:
    """Complete the requested lookup."""
    Host.objects.filter(name=HOST).update(country=country, next_lookup_at=None, problem="", tries=0)


def make_illegal(
    holder: User, *, classification: str = "baseline_csam", category: str = "csam", **columns: object
) -> tuple[Report, ContentItem]:
    """A case held by `holder` whose item two people assessed as illegal."""
    item = make_item(**({"host": HOST, "state": ItemState.ASSESSED, "verdict": "illegal"} | columns))
    report = make_case(
        item,
        category=category,
        state=ReportState.ACTION_PENDING,
        queue="action",
        claimed_by=holder,
        claimed_until=NOW + timedelta(minutes=30),
    )
    questions = QuestionSet.objects.get(active=True)
    answers = {"classification": classification} | {
        question.code: question.answers.earliest("position").code
        for question in Question.objects.filter(question_set=questions).exclude(code="classification")
    }
    for author, turn in (
        (make_user(f"one-{report.pk}", "analyst"), "first"),
        (make_user(f"two-{report.pk}", "analyst"), "second"),
    ):
        Assessment.objects.create(
            item=item,
            report=report,
            author=author,
            question_set=questions,
            round=turn,
            answers=answers,
            verdict="illegal",
            created_at=NOW,
        )
    return report, item


@pytest.fixture
def ana(db: None) -> User:
    return make_user("ana", "analyst")


@pytest.fixture
def vera(db: None) -> User:
    return make_user("vera", "supervisor")
