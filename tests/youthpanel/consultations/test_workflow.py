"""Building consultations with one form, and state transitions."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from tests.clients.staff import Person, make_staff
from tests.factories.youthpanel import NOW, make_cohort, make_consultation, make_member
from tests.youthpanel.consultations.builders import answer, make_question, make_round, open_questionnaire
from youthpanel.consultations import workflow
from youthpanel.consultations.phases import PhaseDraft
from youthpanel.consultations.transition_checks import missing_for_transition, transition_remarks
from youthpanel.models import Consultation, Idea, Phase, Question, QuestionChoice
from youthpanel.states import CONSULTATION_TRANSITIONS, ConsultationState, PhaseActivity

pytestmark = pytest.mark.django_db
ADD = "/admin/youthpanel/consultation/add/"
START = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=3)


def at(days: float) -> dict[str, str]:
    """The two inputs of a point in time."""
    moment = timezone.localtime(START + timedelta(days=days))
    return {"0": moment.strftime("%Y-%m-%d"), "1": moment.strftime("%H:%M")}


def phase_rows(*phases: tuple[str, float, float], initial: int = 0) -> dict[str, Any]:
    rows = {"phases-TOTAL_FORMS": len(phases), "phases-INITIAL_FORMS": initial}
    for place, (feature, begin, end) in enumerate(phases):
        rows[f"phases-{place}-feature"] = feature  # type: ignore[assignment]
        for name, days in (("starts_at", begin), ("ends_at", end)):
            rows |= {f"phases-{place}-{name}_{part}": text for part, text in at(days).items()}  # type: ignore[misc]
    return rows


def form(cohort: Any, *adults: Any, **changes: Any) -> dict[str, Any]:
    """Form data: two phases, and a question with two choices."""
    return {
        "title_sr": "Шта школа учи", "title_en": "What school teaches", "summary_sr": "Укратко.", "summary_en": "In short.",
        "introduction_sr": "О чему се ради", "introduction_en": "What it is about", "slug": "",
        "cohorts": [cohort.pk], "facilitators": [adult.pk for adult in adults], "anonymous": "on",
        "outcome_sr": "", "outcome_en": "",
        **phase_rows(("collect", 0, 2), ("answer", 2, 4)),
        "questions-TOTAL_FORMS": 1, "questions-INITIAL_FORMS": 0,
        "questions-0-order": 1, "questions-0-kind": "single", "questions-0-text_sr": "Учите ли о томе?",
        "questions-0-text_en": "Do you learn about it?", "questions-0-other": "on",
        "questions-0-choices_sr": "Да\nНе\n\n", "questions-0-choices_en": "Yes\nNo",
        **changes,
    }  # fmt: skip


def revision_field(consultation: Consultation) -> dict[str, int]:
    """The revision in the form."""
    return {"opened": Consultation.objects.values_list("revision", flat=True).get(pk=consultation.pk)}


def errors_in(html: str) -> list[str]:
    return re.findall(r'<ul class="errorlist[^"]*"[^>]*>\s*<li>(.*?)</li>', html)


def adults() -> list[User]:
    return [make_staff("prva", "coordinator"), make_staff("drugi", "safeguarding")]


def test_it_is_built_on_one_form_and_opened(coordinator: Person) -> None:
    response = coordinator.client.post(ADD, form(make_cohort(), *adults()))
    assert response.status_code == 302, errors_in(response.content.decode())
    consultation = Consultation.objects.get()
    assert (consultation.slug, consultation.state, consultation.anonymous) == ("sta-skola-uci", "draft", True)
    assert [(phase.feature, phase.ends_at - phase.starts_at) for phase in consultation.phases.all()] == [
        ("collect", timedelta(days=2)),
        ("answer", timedelta(days=2)),
    ]
    question = consultation.questions.get()
    assert [(each.text_sr, each.text_en) for each in question.choices.all()] == [("Да", "Yes"), ("Не", "No")]  # type: ignore[attr-defined]
    assert coordinator.client.get(response.headers["Location"]).status_code == 200
    before = content_version.current()
    moved = coordinator.client.post(f"/admin/youthpanel/consultations/{consultation.pk}/move/", {"to": "open"})
    assert moved.status_code == 302
    consultation.refresh_from_db()
    assert consultation.state == ConsultationState.OPEN
    assert content_version.current() > before
    assert AuditEvent.objects.filter(action="consultation.open", subject_id=consultation.pk).count() == 1


def test_overlapping_phases_are_an_error_at_their_row(coordinator: Person) -> None:
    data = form(make_cohort(), **phase_rows(("collect", 0, 2), ("answer", 1, 3)))
    page = coordinator.client.post(ADD, data).content.decode()
    [error] = errors_in(page)
    assert page.index('id="phases-1"') < page.rindex(error[:30])  # The first place is the summary of errors.
    assert not Consultation.objects.exists()
    # All submitted text is still there.
    for typed in ("What it is about", *at(1).values(), *at(3).values(), "Учите ли о томе?", "Да\nНе"):
        assert typed in page.replace("\r", ""), typed


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        (phase_rows(("collect", 2, 2)), "before"),
        ({"questions-0-choices_en": "Yes"}, "1 in English"),
        ({"questions-0-choices_sr": "Да\nда", "questions-0-choices_en": ""}, "twice"),
        ({"questions-0-kind": "open", "questions-0-other": ""}, "no choices"),
        ({"questions-0-kind": "scale", "questions-0-choices_sr": "", "questions-0-choices_en": ""}, "no choices"),
        ({"questions-0-choices_sr": "а" * 201, "questions-0-choices_en": ""}, "200"),
        ({"title_sr": ""}, "required"),
    ],
)
def test_invalid_consultation_is_refused(coordinator: Person, changes: dict[str, Any], word: str) -> None:
    page = coordinator.client.post(ADD, form(make_cohort(), **changes)).content.decode()
    [error] = errors_in(page)
    assert word in error
    assert not Consultation.objects.exists()
    assert not Phase.objects.exists()
    assert not Question.objects.exists()


def ready(**fields: Any) -> Consultation:
    """A draft that meets all requirements."""
    consultation = make_consultation(
        make_cohort(),
        features=(PhaseActivity.INFORM, PhaseActivity.ANSWER),
        state=ConsultationState.DRAFT,
        introduction_sr="О томе",
        **fields,
    )
    make_question(consultation)
    consultation.facilitators.set(adults())
    return consultation


def test_each_thing_is_missed_by_itself() -> None:
    consultation = ready()
    question = consultation.questions.get()
    changes: list[Callable[[], object]] = [
        lambda: consultation.facilitators.remove(consultation.facilitators.all()[0]),
        consultation.cohorts.clear,
        lambda: question.choices.all()[0].delete() and question.choices.all()[0].delete(),
        lambda: Consultation.objects.filter(pk=consultation.pk).update(introduction_sr=""),
        # Instead of its choices, the question itself.
        question.delete,
    ]
    missing = [0]
    for change in changes:
        change()
        missing.append(len(missing_for_transition(Consultation.objects.get(), ConsultationState.OPEN, NOW)))
    assert missing == [0, 1, 2, 3, 4, 4]


def test_questions_and_a_phase_for_them_belong_together(coordinator: Person) -> None:
    consultation = ready()
    consultation.phases.filter(feature=PhaseActivity.ANSWER).delete()
    assert len(missing_for_transition(consultation, ConsultationState.OPEN, NOW)) == 1
    assert len(missing_for_transition(consultation, ConsultationState.OPEN, NOW + timedelta(days=40))) == 2
    refused = coordinator.client.post(f"/admin/youthpanel/consultations/{consultation.pk}/move/", {"to": "open"})
    assert refused.status_code == 422
    consultation.refresh_from_db()
    assert consultation.state == ConsultationState.DRAFT


def test_every_step() -> None:
    consultation, actor = ready(outcome_sr="Ушло је у Белу књигу"), make_staff("treci", "coordinator")
    for state, to in product(ConsultationState, repeat=2):
        with transaction.atomic():
            Consultation.objects.filter(pk=consultation.pk).update(state=state)
            if to in CONSULTATION_TRANSITIONS[state]:
                workflow.change_state(consultation=consultation, to=to, actor=actor, now=NOW)
                assert Consultation.objects.get().state == to
            else:
                with pytest.raises(EditConflict):
                    workflow.change_state(consultation=consultation, to=to, actor=actor, now=NOW)
                assert Consultation.objects.get().state == state
                assert not AuditEvent.objects.exists()
            transaction.set_rollback(True)


def test_reporting_back_needs_moderation_and_an_outcome() -> None:
    consultation, actor = ready(), make_staff("treci", "coordinator")
    Consultation.objects.filter(pk=consultation.pk).update(state=ConsultationState.CLOSED)
    idea = Idea.objects.create(consultation=consultation, text="Чека", written_at=NOW)
    with pytest.raises(ActionRefused) as caught:
        workflow.change_state(consultation=consultation, to=ConsultationState.REPORTED, actor=actor, now=NOW)
    assert len(caught.value.faults) == 2
    Consultation.objects.filter(pk=consultation.pk).update(outcome_sr="Ушло је у Белу књигу")
    idea.delete()
    workflow.change_state(consultation=consultation, to=ConsultationState.REPORTED, actor=actor, now=NOW)
    assert Consultation.objects.get().state == ConsultationState.REPORTED


def test_answered_questions_cannot_be_changed(coordinator: Person) -> None:
    consultation, [question] = open_questionnaire("single")
    answer(consultation, make_member(consultation.cohorts.get()), {question: 1})
    changes: tuple[Callable[[], object], ...] = (
        lambda: Question.objects.update(kind="open"),
        lambda: Question.objects.update(other=True),
        lambda: Question.objects.all().delete(),
        lambda: make_question(consultation),
        lambda: QuestionChoice.objects.all().delete(),
        lambda: QuestionChoice.objects.create(question=question, text_sr="Ново"),
    )
    for change in changes:
        with pytest.raises(DatabaseError, match="answers were given to these questions"), transaction.atomic():
            change()
    phase = consultation.phases.get()
    data = form(consultation.cohorts.get(), *adults(), **phase_rows(("answer", 0, 2), initial=1)) | {
        "phases-0-id": phase.pk, "anonymous": "", "questions-INITIAL_FORMS": 1, "questions-0-id": question.pk, "questions-0-kind": "open",
        "questions-0-order": 7, "questions-0-text_sr": "Друго питање?", "questions-0-text_en": "Better English?", "questions-0-other": "",
        "questions-0-choices_sr": "Само ово", "questions-0-choices_en": "A\nB\nC", "themes-TOTAL_FORMS": 0, "themes-INITIAL_FORMS": 0,
    } | revision_field(consultation)  # fmt: skip
    response = coordinator.client.post(f"/admin/youthpanel/consultation/{consultation.pk}/change/", data)
    assert response.status_code == 302, errors_in(response.content.decode())
    consultation.refresh_from_db()
    question.refresh_from_db()
    assert consultation.anonymous
    stored = (question.kind, question.text_sr, question.text_en, question.order)  # type: ignore[attr-defined]
    assert stored == ("single", "Учите ли о томе у школи?", "Better English?", 7)
    assert [(each.text_sr, each.text_en) for each in question.choices.all()] == [
        ("Да", "A"),
        ("Не", "B"),
        ("Не знам", "C"),
    ]  # type: ignore[attr-defined]


def test_an_open_consultation_keeps_two_facilitators_and_only_a_draft_is_deleted(coordinator: Person) -> None:
    draft, consultation = Consultation.objects.create(slug="prazna", title_sr="Празна", summary_sr="Ништа"), ready()
    address = "/admin/youthpanel/consultation/{}/delete/"
    assert coordinator.client.post(address.format(draft.pk), {"post": "yes"}).status_code == 302
    assert Consultation.objects.get() == consultation
    actor = coordinator.user
    workflow.change_state(consultation=consultation, to=ConsultationState.OPEN, actor=actor, now=NOW)
    consultation.refresh_from_db()
    with pytest.raises(ActionRefused):
        workflow.delete_consultation(consultation=consultation, actor=actor, now=NOW)
    assert coordinator.client.post(address.format(consultation.pk), {"post": "yes"}).status_code == 403
    data = form(consultation.cohorts.get(), consultation.facilitators.all()[0]) | {
        "themes-TOTAL_FORMS": 0, "themes-INITIAL_FORMS": 0, "questions-TOTAL_FORMS": 0, "phases-TOTAL_FORMS": 0,
    } | revision_field(consultation)  # fmt: skip
    page = coordinator.client.post(f"/admin/youthpanel/consultation/{consultation.pk}/change/", data).content.decode()
    assert len(errors_in(page)) == 1
    assert Consultation.objects.filter(pk=consultation.pk).exists()


def test_it_is_seen_as_members_see_it(coordinator: Person) -> None:
    consultation, _questions = open_questionnaire("single", "scale", "open", other=True)
    page = coordinator.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/preview/sr-latn/")
    assert "Učite li" in page.content.decode()
    assert page.headers["Content-Language"] == "sr-Latn"
    assert coordinator.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/preview/xx/").status_code == 404


def test_closed_consultation_shows_its_choices(coordinator: Person) -> None:
    consultation, [question] = open_questionnaire("single", state=ConsultationState.CLOSED)
    html = coordinator.client.get(f"/admin/youthpanel/consultation/{consultation.pk}/change/").content.decode()
    assert " · ".join(choice.text_en for choice in question.choices.all()) in html
    assert "questions-0-choices" not in html


def test_gaps_between_phases_and_missing_statements_are_remarks_only() -> None:
    consultation = make_consultation()
    first = PhaseDraft(PhaseActivity.COLLECT, NOW, NOW + timedelta(days=1))
    late = PhaseDraft(PhaseActivity.OPINIONS, NOW + timedelta(days=3), NOW + timedelta(days=4))
    for phases, number in (([first], 0), ([late], 1), ([first, late], 2)):
        workflow.replace_phases(consultation=consultation, phases=phases)
        assert len(transition_remarks(consultation)) == number
    make_round(consultation)
    assert len(transition_remarks(consultation)) == 1
    consultation.title_en = ""  # type: ignore[attr-defined]
    assert len(transition_remarks(consultation)) == 2
