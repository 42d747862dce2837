"""Validation of answers and of participants."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent
from tests.factories.youthpanel import NOW, TODAY, make_cohort, make_member
from tests.youthpanel.consultations.builders import answer, open_questionnaire
from youthpanel.consultations.exceptions import AlreadyAnswered, NotAllowedNow
from youthpanel.consultations.forms import questionnaire_form
from youthpanel.consultations.services import has_answered, save_answer_sheet
from youthpanel.models import AnswerSheet, Participation, Question
from youthpanel.states import ConsultationState

pytestmark = pytest.mark.django_db


def faults(consultation: Any, answers: dict[str, Any]) -> set[str]:
    with pytest.raises(ActionRefused) as caught:
        save_answer_sheet(consultation=consultation, member=None, answers=answers, offline=True, now=NOW)
    assert not AnswerSheet.objects.exists()
    return {fault.field for fault in caught.value.faults}


def test_an_answer_is_stored_apart_from_the_participation() -> None:
    consultation, [question] = open_questionnaire("single")
    member = make_member(consultation.cohorts.get())
    answer(consultation, member, {question: 1}, now=NOW + timedelta(hours=3))
    assert AnswerSheet.objects.get().answers == {str(question.pk): {"choices": [question.choices.all()[1].pk]}}
    assert Participation.objects.get().member == member
    assert has_answered(consultation, member)
    assert not AuditEvent.objects.exists()


def test_all_anonymous_answers_bear_one_day() -> None:
    consultation, [question] = open_questionnaire("single")
    consultation.phases.update(ends_at=NOW + timedelta(days=20))
    cohort = consultation.cohorts.get()
    for days in (0, 4, 9):
        answer(consultation, make_member(cohort), {question: 0}, now=NOW + timedelta(days=days))
    assert set(AnswerSheet.objects.values_list("day", flat=True)) == {TODAY}
    assert set(Participation.objects.values_list("day", flat=True)) == {TODAY}
    consultation.phases.update(starts_at=NOW - timedelta(days=1))
    answer(consultation, make_member(cohort), {question: 0}, now=NOW + timedelta(days=10))
    assert set(AnswerSheet.objects.values_list("day", flat=True)) == {TODAY - timedelta(days=1)}
    assert Participation.objects.count() == 4


@pytest.mark.parametrize("anonymous", [True, False])
def test_a_member_answers_once(anonymous: bool) -> None:
    consultation, [question] = open_questionnaire("open", anonymous=anonymous)
    member = make_member(consultation.cohorts.get())
    answer(consultation, member, {question: "Једном"})
    with pytest.raises(AlreadyAnswered):
        answer(consultation, member, {question: "Двапут"})
    sheet = AnswerSheet.objects.get()
    assert sheet.answers == {str(question.pk): {"text": "Једном"}}
    assert (sheet.member, sheet.offline) == (None if anonymous else member, False)


def test_only_invited_members_answer_and_only_during_a_phase() -> None:
    consultation, [question] = open_questionnaire("scale")
    invited, stranger, later = make_member(consultation.cohorts.get()), make_member(make_cohort()), NOW + timedelta(2)
    answer(consultation, None, {question: 1}, now=later)
    for member, now in ((stranger, NOW), (invited, later)):
        with pytest.raises(NotAllowedNow):
            answer(consultation, member, {question: 1}, now=now)
    consultation.state = ConsultationState.CLOSED
    consultation.save()
    for member in (invited, None):
        with pytest.raises(NotAllowedNow):
            answer(consultation, member, {question: 1})
    assert AnswerSheet.objects.count() == 1


def test_invalid_answer_is_refused_at_its_question() -> None:
    consultation, [one, many, scale, open_question] = open_questionnaire("single", "multiple", "scale", "open")
    first = one.choices.all()[0].pk
    foreign = many.choices.all()[0].pk
    wrong: list[tuple[Question, dict[str, Any]]] = [
        (one, {"choices": [first, one.choices.all()[1].pk]}),
        (one, {"choices": [foreign]}),
        (one, {"text": "своје"}),
        (many, {"choices": [foreign, foreign]}),
        (many, {"choices": [first]}),
        (scale, {"score": 6}),
        (scale, {"score": 0}),
        (scale, {"choices": [first]}),
        (open_question, {"score": 3}),
        (open_question, {"text": "а" * 2001}),
        (open_question, {"text": "а\x00б"}),
    ]
    for question, value in wrong:
        assert faults(consultation, {str(question.pk): value}) == {f"q{question.pk}"}, value
    assert faults(consultation, {}) == {""}
    assert faults(consultation, {str(open_question.pk): {"text": "  "}}) == {""}
    assert faults(consultation, {"0": {"text": "непознато питање"}}) == {""}


def test_an_answer_of_ones_own_beside_choices() -> None:
    consultation, [one] = open_questionnaire("single", other=True)
    key, field = str(one.pk), f"q{one.pk}"
    first = one.choices.all()[0].pk
    assert faults(consultation, {key: {"choices": [first], "text": "своје"}}) == {field}
    assert faults(consultation, {key: {"text": "а" * 201}}) == {f"{field}_other"}
    save_answer_sheet(consultation=consultation, member=None, answers={key: {"text": " своје "}}, offline=True, now=NOW)
    assert AnswerSheet.objects.get().answers == {key: {"text": "своје"}}


def test_invalid_answer_is_reported_at_its_field() -> None:
    consultation, [one] = open_questionnaire("single", other=True)
    field, first = f"q{one.pk}", str(one.choices.all()[0].pk)
    for data, wrong in (
        ({}, "__all__"),
        ({field: "other"}, f"{field}_other"),
        ({field: "999999"}, field),
        ({field: first, f"{field}_other": "и своје"}, field),
        ({f"{field}_other": "а" * 201}, f"{field}_other"),
    ):
        assert list(questionnaire_form(consultation, data).errors) == [wrong]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("anonymous", [True, False])
def test_one_of_two_concurrent_answers_of_a_member_is_stored(anonymous: bool) -> None:
    consultation, [question] = open_questionnaire("open", anonymous=anonymous)
    member = make_member(consultation.cohorts.get())
    both_are_there = Barrier(2)

    def send(text: str) -> str:
        both_are_there.wait(timeout=30)
        try:
            answer(consultation, member, {question: text})
        except AlreadyAnswered:
            return "refused"
        finally:
            connection.close()
        return "kept"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(send, ("Први", "Други"))) == ["kept", "refused"]
    assert (AnswerSheet.objects.count(), Participation.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_concurrent_answers_of_members_are_all_stored() -> None:
    consultation, [question] = open_questionnaire("open")
    members = [make_member(consultation.cohorts.get()) for _number in range(6)]

    def send(member: Any) -> None:
        try:
            answer(consultation, member, {question: f"Лист {member.pk}"})
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(send, members))
    texts = {sheet.answers[str(question.pk)]["text"] for sheet in AnswerSheet.objects.all()}
    assert texts == {f"Лист {member.pk}" for member in members}
    assert Participation.objects.count() == 6
