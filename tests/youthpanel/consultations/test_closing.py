"""Closing asks twice, and can be undone only before a result was shown to any person."""

import io
from collections.abc import Callable
from threading import Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from openpyxl import load_workbook

from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, make_staff
from tests.database import blocks_another
from tests.factories.youthpanel import NOW, TODAY, make_member
from tests.waiting import until
from tests.youthpanel.consultations.builders import answer, open_questionnaire
from youthpanel.consultations import workflow
from youthpanel.consultations.quotation_services import create_quotation
from youthpanel.consultations.selectors import idea_results, results
from youthpanel.models import Consultation, Endorsement, Idea, Question
from youthpanel.states import ConsultationState

pytestmark = pytest.mark.django_db
SECRET = "Тајно"


def answered(*, state: str = "closed") -> tuple[Consultation, Question]:
    """A consultation with six answers, whose results were shown to no person."""
    consultation, [question] = open_questionnaire("open")
    for number in range(6):
        answer(consultation, None, {question: f"{SECRET} {number}"})
    Consultation.objects.filter(pk=consultation.pk).update(state=state)
    consultation.refresh_from_db()
    return consultation, question


def base(consultation: Consultation) -> str:
    return f"/admin/youthpanel/consultations/{consultation.pk}/"


def state_of(consultation: Consultation) -> str:
    return Consultation.objects.get(pk=consultation.pk).state


def test_closing_needs_a_confirmation(coordinator: Person) -> None:
    consultation, _question = answered(state="open")
    Idea.objects.create(consultation=consultation, text="Чека", written_at=NOW)
    assert f'href="{base(consultation)}close/"' in coordinator.client.get(base(consultation)).content.decode()
    assert coordinator.client.get(f"{base(consultation)}close/").status_code == 200
    # Neither the first question nor an unticked second one closes it.
    old = coordinator.client.post(f"{base(consultation)}move/", {"to": "closed"})
    assert (old.status_code, old["Location"]) == (302, f"{base(consultation)}close/")
    assert coordinator.client.post(f"{base(consultation)}close/").status_code == 422
    assert state_of(consultation) == ConsultationState.OPEN
    assert coordinator.client.post(f"{base(consultation)}close/", {"confirmed": "on"}).status_code == 302
    assert state_of(consultation) == ConsultationState.CLOSED
    # Sent twice, or the page is opened again.
    assert coordinator.client.post(f"{base(consultation)}close/", {"confirmed": "on"}).status_code == 302
    assert coordinator.client.get(f"{base(consultation)}close/").status_code == 302
    assert AuditEvent.objects.filter(action="consultation.closed").count() == 1


def test_reopened_answered_and_closed_again_until_the_results_are_published(coordinator: Person) -> None:
    consultation, question = answered()
    page = base(consultation)
    assert coordinator.client.post(f"{page}reopen/").status_code == 302
    assert state_of(consultation) == ConsultationState.OPEN
    assert AuditEvent.objects.filter(action="consultation.closing_undone").count() == 1
    consultation.refresh_from_db()
    answer(consultation, make_member(consultation.cohorts.get()), {question: f"{SECRET} касније"})
    coordinator.client.post(f"{page}close/", {"confirmed": "on"})
    for _twice in range(2):
        assert coordinator.client.post(f"{page}results/show/").status_code == 302
    consultation.refresh_from_db()
    assert consultation.results_shown_on is not None
    assert AuditEvent.objects.filter(action="consultation.results_shown").count() == 1
    assert f"{SECRET} касније" in coordinator.client.get(f"{page}results/").content.decode()
    book = load_workbook(io.BytesIO(coordinator.client.get(f"{page}results.xlsx").content))
    assert f"{SECRET} 1" in [cell.value for cell in book["Question 1"]["A"]]
    assert coordinator.client.post(f"{page}reopen/").status_code == 422
    assert state_of(consultation) == ConsultationState.CLOSED


def test_no_result_is_used_before_publication(coordinator: Person) -> None:
    """Pages, the spreadsheet, quotations, the order of ideas: none uses a result before it is shown."""
    consultation, question = answered()
    consultation.facilitators.set([coordinator.user])
    cohort = consultation.cohorts.get()
    first, second = (
        Idea.objects.create(consultation=consultation, text=text, state="shown", written_at=NOW) for text in "аб"
    )
    Endorsement.objects.create(idea=second, member=make_member(cohort), priority=True)
    assert coordinator.client.get(f"{base(consultation)}results.xlsx").status_code == 302
    for place in ("", "results/", "words/", "talk/", "close/", "preview/sr/"):
        page = coordinator.client.get(f"{base(consultation)}{place}", follow=True).content.decode()
        assert SECRET not in page, place
    guess = {"source": f"q{question.pk}", "text": f"{SECRET} 1", "keep": "1", "sr": f"{SECRET} 1", "en": ""}
    assert coordinator.client.post(f"{base(consultation)}words/quote/", guess).status_code == 422
    with pytest.raises(ActionRefused):
        create_quotation(
            consultation=consultation, source=question, sr=SECRET, en="", themes=[], actor=coordinator.user, now=NOW
        )
    assert [each.idea for each in idea_results(consultation)] == [first, second]
    assert results(consultation, NOW).questions == ()
    assert not Consultation.objects.exclude(results_shown_on=None).exists()
    workflow.undo_closing(consultation=consultation, actor=coordinator.user, now=NOW)
    assert state_of(consultation) == ConsultationState.OPEN


def test_the_outcome_shows_the_results() -> None:
    consultation, _question = answered()
    actor = make_staff("prva", "coordinator")
    Consultation.objects.update(outcome_sr="Ушло је у Белу књигу")
    workflow.change_state(consultation=consultation, to=ConsultationState.REPORTED, actor=actor, now=NOW)
    assert Consultation.objects.get().results_shown_on == TODAY
    with pytest.raises(ActionRefused):
        workflow.undo_closing(consultation=consultation, actor=actor, now=NOW)
    assert state_of(consultation) == ConsultationState.REPORTED


def test_results_and_undo_require_a_closed_consultation() -> None:
    consultation, _question = answered(state="open")
    acts: tuple[Callable[..., None], ...] = (workflow.show_results, workflow.undo_closing)
    for act in acts:
        with pytest.raises(EditConflict):
            act(consultation=consultation, actor=make_staff(act.__name__, "coordinator"), now=NOW)
    assert Consultation.objects.get().results_shown_on is None
    with pytest.raises(IntegrityError, match="results_shown_after_closing"), transaction.atomic():
        Consultation.objects.update(results_shown_on=TODAY)


def test_the_database_refuses_to_unpublish_results() -> None:
    _consultation, _question = answered()
    Consultation.objects.update(results_shown_on=TODAY)
    for change in ({"state": "open"}, {"results_shown_on": None}, {"state": "open", "results_shown_on": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Consultation.objects.update(**change)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["show", "undo"])
def test_concurrent_publishing_and_reopening_are_serialised(first: str) -> None:
    """The second one waits for the first one, and is refused: no result is shown of what is open again."""
    consultation, _question = answered()
    actor = make_staff("prva", "coordinator")
    acts: dict[str, Callable[..., None]] = {"show": workflow.show_results, "undo": workflow.undo_closing}
    second = acts["undo" if first == "show" else "show"]
    refused: list[Exception] = []

    def act() -> None:
        try:
            second(consultation=consultation, actor=actor, now=NOW)
        except (ActionRefused, EditConflict) as error:
            refused.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        acts[first](consultation=consultation, actor=actor, now=NOW)
        other = Thread(target=act)
        other.start()
        until(blocks_another, what="the other tab to wait")
    other.join()
    assert len(refused) == 1
    consultation.refresh_from_db()
    shown = first == "show"
    assert (consultation.state, consultation.results_shown_on is not None) == ("closed" if shown else "open", shown)
    assert bool(results(consultation, NOW).questions) == shown
