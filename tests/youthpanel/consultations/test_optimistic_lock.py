"""Concurrent edits of one consultation form: no changes are lost or overwritten unseen."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import F
from django.test import Client

from tests.clients.admin_form import form_data
from tests.clients.staff import Person, make_staff
from tests.database import blocks_another
from tests.factories.youthpanel import NOW, make_cohort, make_consultation
from tests.waiting import until
from tests.youthpanel.consultations.builders import make_question
from youthpanel.consultations import workflow
from youthpanel.consultations.phases import PhaseDraft
from youthpanel.consultations.workflow import ChoiceText
from youthpanel.models import Consultation, Question, QuestionChoice, Theme
from youthpanel.states import ConsultationState, PhaseActivity

pytestmark = pytest.mark.django_db
NEXT = NOW + timedelta(days=10)


@pytest.fixture
def consultation() -> Consultation:
    """A draft with two phases, two questions and a theme."""
    consultation = make_consultation(
        make_cohort(), features=(PhaseActivity.INFORM, PhaseActivity.ANSWER), state=ConsultationState.DRAFT, introduction_sr="О томе"
    )  # fmt: skip
    make_question(consultation)
    make_question(consultation, "open")
    Theme.objects.create(consultation=consultation, name_sr="Час")
    consultation.facilitators.set([make_staff("prva", "coordinator"), make_staff("drugi", "safeguarding")])
    return consultation


def address(consultation: Consultation) -> str:
    return f"/admin/youthpanel/consultation/{consultation.pk}/change/"


def form_of(client: Client, consultation: Consultation) -> dict[str, Any]:
    return form_data(client.get(address(consultation)).content.decode())


def theirs(consultation: Consultation) -> None:
    """Changes of another user: texts, other phases, one more question, other words, and one question less."""
    consultation.refresh_from_db()
    consultation.introduction_sr = "Њихов увод"  # type: ignore[attr-defined]
    consultation.revision += 1
    consultation.save()
    workflow.replace_phases(
        consultation=consultation, phases=[PhaseDraft(PhaseActivity.COLLECT, NEXT, NEXT + timedelta(days=1))]
    )  # fmt: skip
    first, second = consultation.questions.order_by("order")
    second.delete()
    first.text_sr = "Њихово питање?"  # type: ignore[attr-defined]
    workflow.save_question(question=first, choices=[ChoiceText("Њихов избор", "")])
    make_question(consultation, "scale")


def test_the_later_editor_sees_both_versions_and_saves_one(coordinator: Person, consultation: Consultation) -> None:
    data = form_of(coordinator.client, consultation)
    first, second = consultation.questions.order_by("order")
    data |= {"title_sr": "Мој наслов", "questions-0-text_en": "My question?", "questions-1-text_sr": "Моје друго?"}
    theirs(consultation)
    response = coordinator.client.post(address(consultation), data)
    assert response.status_code == 200
    conflicts = {label: (there, mine) for label, there, mine in response.context["differences"]}
    assert conflicts["What it is about (Serbian)"] == ("Њихов увод", "О томе")
    assert conflicts["question 1, Question (English)"] == ("Do you learn about it at school?", "My question?")
    assert conflicts["question 1, Question (Serbian)"] == ("Њихово питање?", "Учите ли о томе у школи?")
    assert conflicts["question 1, Choices (Serbian)"] == ("Њихов избор", "Да\nНе\nНе знам")
    # The deleted question is in the form as a new one, and the added question is there.
    assert conflicts["question 3, Question (Serbian)"] == ("", "Моје друго?")
    assert conflicts["phase 1, Activity"] == ("Propose ideas", "Read what it is about")
    consultation.refresh_from_db()
    assert consultation.title_sr == "Како да школа говори о интернету"  # type: ignore[attr-defined]
    # Submitted again, the form is saved. Changes of the other user stay if the form has them.
    again = coordinator.client.post(address(consultation), form_data(response.content.decode()))
    assert again.status_code == 302, again.context["errors"]
    consultation.refresh_from_db()
    assert (consultation.title_sr, consultation.introduction_sr) == ("Мој наслов", "О томе")  # type: ignore[attr-defined]
    assert [phase.feature for phase in consultation.phases.all()] == ["inform", "answer"]
    assert sorted(consultation.questions.values_list("text_sr", "kind")) == sorted(
        [("Учите ли о томе у школи?", "single"), ("Учите ли о томе у школи?", "scale"), ("Моје друго?", "open")]
    )
    assert not Question.objects.filter(pk=second.pk).exists()
    assert [choice.text_sr for choice in QuestionChoice.objects.filter(question=first)] == ["Да", "Не", "Не знам"]  # type: ignore[attr-defined]


def test_deleted_rows_are_listed_in_a_conflict(coordinator: Person, consultation: Consultation) -> None:
    data = form_of(coordinator.client, consultation) | {"themes-0-DELETE": "on"}
    Consultation.objects.update(summary_sr="Њихово", revision=F("revision") + 1)
    response = coordinator.client.post(address(consultation), data)
    assert ("theme 1", "Час", "deleted") in response.context["differences"]
    assert Theme.objects.exists()
    # Fields outside of the form cause no conflict.
    Consultation.objects.update(changed_at=NEXT)
    again = form_data(response.content.decode()) | {"themes-0-DELETE": "on"}
    assert coordinator.client.post(address(consultation), again).status_code == 302
    assert not Theme.objects.exists()


def test_a_form_without_its_opened_state_is_shown_again(coordinator: Person, consultation: Consultation) -> None:
    data = form_of(coordinator.client, consultation) | {"summary_sr": "Моје"}
    for lost in ("", "nonsense"):
        response = coordinator.client.post(address(consultation), data | {"opened": lost})
        assert [mine for _label, _there, mine in response.context["differences"]] == ["Моје"]
    consultation.refresh_from_db()
    assert consultation.summary_sr != "Моје"  # type: ignore[attr-defined]


def test_every_service_that_the_form_could_overwrite_begins_a_revision(
    coordinator: Person, consultation: Consultation
) -> None:
    act: dict[str, Any] = {"consultation": consultation, "actor": coordinator.user, "now": NOW}
    for revision, change in enumerate(
        (
            lambda: workflow.save_consultation(changed=["title_sr"], **act),
            lambda: workflow.change_state(to=ConsultationState.OPEN, **act),
            lambda: workflow.change_state(to=ConsultationState.CLOSED, **act),
            lambda: workflow.undo_closing(**act),
        ),
        2,
    ):
        change()
        consultation.refresh_from_db()
        assert consultation.revision == revision


@pytest.mark.django_db(transaction=True)
def test_one_of_two_concurrent_saves_gets_a_conflict(coordinator: Person, consultation: Consultation) -> None:
    data = form_of(coordinator.client, consultation) | {"summary_sr": "Моје"}
    answers: list[Any] = []

    def send() -> None:
        try:
            answers.append(coordinator.client.post(address(consultation), data))
        finally:
            connections.close_all()

    with transaction.atomic():
        Consultation.objects.select_for_update().get(pk=consultation.pk)
        thread = Thread(target=send)
        thread.start()
        until(blocks_another, what="the other editor to wait")
        Consultation.objects.update(summary_sr="Њихово", revision=F("revision") + 1)
    thread.join()
    assert [row[1:] for row in answers[0].context["differences"]] == [("Њихово", "Моје")]
    consultation.refresh_from_db()
    assert consultation.summary_sr == "Њихово"  # type: ignore[attr-defined]
