"""What the database itself refuses."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.db.models.deletion import RestrictedError

from clicksafely.accounts.models import User
from hotline.models import (
    Action,
    Answer,
    Assessment,
    ContentItem,
    Message,
    Note,
    Question,
    QuestionSet,
    Report,
    ReportItem,
    SealedText,
)
from hotline.states import FINAL, ReportState
from tests.hotline.review.conftest import NOW, make_case, make_item, make_user

pytestmark = pytest.mark.django_db


def _refused(constraint: str, rows: models.QuerySet[Any], **columns: object) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.update(**columns)


def _not_created(constraint: str, model: type[models.Model], **columns: object) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model._default_manager.create(**columns)


def _report() -> models.QuerySet[Report]:
    return Report.objects.filter(pk=make_case().pk)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("report_state_known", {"state": "lost"}),
        ("report_claim_whole", {"claimed_until": NOW}),
        ("report_closed_whole", {"state": "closed"}),
        ("report_closed_whole", {"state": "closed", "closed_at": NOW}),
        ("report_closed_whole", {"state": "closed", "outcome": "removed"}),
        ("report_reopened_whole", {"reopened_at": NOW}),
        ("report_reopened_whole", {"reopened_from": "closed"}),
        ("report_reopened_whole", {"reopened_at": NOW, "reopened_from": "in_review"}),
        ("report_reopened_whole", {"reopened_at": NOW, "reopened_from": "closed", "state": "spam"}),
        ("priority_check", {"priority": -1}),
    ],
)
def test_a_report_that_cannot_be(constraint: str, columns: dict[str, object]) -> None:
    _refused(constraint, _report(), **columns)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("item_state_known", {"state": "lost"}),
        ("item_ended_has_outcome", {"state": "ended"}),
        ("report_count_check", {"report_count": -1}),
    ],
)
def test_an_item_that_cannot_be(constraint: str, columns: dict[str, object]) -> None:
    make_item()
    _refused(constraint, ContentItem.objects.all(), **columns)


@pytest.mark.parametrize("column", ["uuid", "receipt_digest", "state_digest"])
def test_two_reports_with_one_key(column: str) -> None:
    first = make_case()
    _refused(f"hotline_report_{column}", _report(), **{column: getattr(first, column)})


def test_erasing_a_report_that_has_not_ended() -> None:
    for state in set(ReportState) - FINAL:
        case = make_case(state=state)
        with pytest.raises(IntegrityError, match="never erased"), transaction.atomic():
            case.delete()


@pytest.mark.parametrize("columns", [{"has_news": True}, {"claimed_until": NOW}])
def test_erasing_a_report_that_is_still_needed(columns: dict[str, object]) -> None:
    holder = {"claimed_by": make_user("first", "analyst")} if "claimed_until" in columns else {}
    case = make_case(state="spam", queue=None, **columns, **holder)
    with pytest.raises(IntegrityError, match="never erased"), transaction.atomic():
        case.delete()


@pytest.mark.parametrize("column", ["uuid", "digest"])
def test_two_items_of_one_location(column: str) -> None:
    first, second = make_item(), make_item()
    rows = ContentItem.objects.filter(pk=second.pk)
    _refused(f"hotline_contentitem_{column}", rows, **{column: getattr(first, column)})


def test_an_item_twice_in_a_report() -> None:
    case = make_case()
    _not_created("item_once_a_report", ReportItem, report=case, item=case.items.get(), position=1)


def test_two_active_sets_of_questions() -> None:
    _not_created("one_active_question_set", QuestionSet, version="another", active=True)
    assert QuestionSet.objects.create(version="another", active=False).pk


def test_a_question_or_an_answer_twice() -> None:
    question = Question.objects.all()[0]
    answer = question.answers.all()[0]
    columns = {"label_sr": "x", "label_en": "x", "position": 9}
    twice = {"question_set": question.question_set, "code": question.code}
    _not_created("question_code_unique", Question, **twice, **columns)
    _not_created("answer_code_unique", Answer, question=question, code=answer.code, **columns)


def _assess(**columns: object) -> dict[str, object]:
    case = make_case()
    defaults = {
        "report": case,
        "item": case.items.get(),
        "author": make_user(uuid.uuid4().hex, "analyst"),
        "question_set": QuestionSet.objects.get(active=True),
        "round": "first",
        "answers": {"classification": "not_illegal"},
        "verdict": "not_illegal",
        "created_at": NOW,
    }
    return defaults | columns


def test_two_first_assessments_of_an_item() -> None:
    first = Assessment.objects.create(**_assess())
    _not_created("one_assessment_a_round", Assessment, **_assess(item=first.item, report=first.report))


def test_two_assessments_of_an_item_by_one_person() -> None:
    first = Assessment.objects.create(**_assess())
    second = _assess(item=first.item, report=first.report, author=first.author, round="second")
    _not_created("one_assessment_a_person", Assessment, **second)


def test_assessments_and_actions_protect_their_rows() -> None:
    assessment = Assessment.objects.create(**_assess())
    for row in (assessment.author, assessment.item, assessment.report, assessment.question_set):
        with pytest.raises((ProtectedError, RestrictedError)):
            row.delete()
    action = Action.objects.create(
        item=make_item(), report=make_case(), author=make_user("doer", "analyst"), kind="police", done_at=NOW
    )
    for row in (action.author, action.item, action.report):
        with pytest.raises((ProtectedError, RestrictedError)):
            row.delete()


def test_words_or_contact_twice_for_a_report() -> None:
    case = make_case()
    SealedText.objects.create(report=case, field="words", sealed=b"x")
    SealedText.objects.create(report=case, field="contact", sealed=b"x")
    _not_created("one_text_a_field", SealedText, report=case, field="words", sealed=b"x")


def test_a_report_takes_its_texts_and_messages_with_it() -> None:
    case = make_case(state="spam", queue=None)
    SealedText.objects.create(report=case, field="words", sealed=b"x")
    Note.objects.create(report=case, author=make_user("first", "analyst"), sealed=b"x", written_at=NOW)
    Message.objects.create(report=case, direction="reporter", sealed_hotline=b"x", sealed_reporter=b"x", sent_at=NOW)
    case.delete()
    assert (SealedText.objects.count(), Message.objects.count(), ReportItem.objects.count()) == (0, 0, 0)
    assert Note.objects.count() == 0
    assert ContentItem.objects.count() == 1


def test_claim_is_complete_or_absent() -> None:
    """Cases must be released before their holder is deleted; the database refuses half a claim."""
    person = make_user("first", "analyst")
    case = make_case(claimed_by=person, claimed_until=NOW)
    with pytest.raises(ProtectedError):
        User.objects.filter(pk=person.pk).delete()
    for half in ({"claimed_by": None}, {"claimed_until": None}):
        with pytest.raises(IntegrityError, match="report_claim_whole"), transaction.atomic():
            Report.objects.filter(pk=case.pk).update(**half)
