"""Building consultations with one form, and state transitions."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.models import AuditEvent
from clicksafely.common.page_cache import content_version
from tests.clients.admin_form import form_data
from tests.clients.staff import Person, make_staff
from tests.factories.youthpanel import NOW, make_cohort, make_consultation, make_member
from tests.youthpanel.consultations.builders import answer, make_question, open_questionnaire
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
    page = coordinator.client.get(response.headers["Location"]).content.decode()
    assert "Open the consultation" in page
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
    assert error.startswith("The phase “Propose ideas” takes place at this time")
    assert page.index('id="phases-1"') < page.rindex(error[:30])  # The first place is the summary of errors.
    assert not Consultation.objects.exists()
    # All submitted text is still there.
    for typed in (
        "Шта школа учи",
        "What it is about",
        *at(1).values(),
        *at(3).values(),
        "Учите ли о томе?",
        "Да\nНе",
        "Yes\nNo",
    ):
        assert typed in page.replace("\r", ""), typed


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (phase_rows(("collect", 2, 1)), "It ends before it begins."),
        (phase_rows(("collect", 2, 2)), "It ends before it begins."),
        ({"questions-0-choices_en": "Yes"}, "There are 2 choices in Serbian and 1 in English."),
        ({"questions-0-choices_sr": "Да\nда", "questions-0-choices_en": ""}, "A choice appears twice."),
        ({"questions-0-kind": "open", "questions-0-other": ""}, "Questions of this kind have no choices."),
        (
            {"questions-0-kind": "scale", "questions-0-choices_sr": "", "questions-0-choices_en": ""},
            "Questions of this kind have no choices.",
        ),
        ({"questions-0-choices_sr": "а" * 201, "questions-0-choices_en": ""}, "A choice has at most 200 characters."),
        ({"title_sr": ""}, "This field is required."),
    ],
)
def test_invalid_consultation_is_refused(coordinator: Person, changes: dict[str, Any], expected: str) -> None:
    page = coordinator.client.post(ADD, form(make_cohort(), **changes)).content.decode()
    assert errors_in(page) == [expected]
    assert not Consultation.objects.exists()
    assert not Phase.objects.exists()
    assert not Question.objects.exists()


def test_phases_trade_places(coordinator: Person) -> None:
    cohort = make_cohort()
    coordinator.client.post(ADD, form(cohort, *adults()))
    consultation = Consultation.objects.get()
    first, second = consultation.phases.all()
    question = consultation.questions.get()
    data = form(cohort, **phase_rows(("collect", 2, 4), ("answer", 0, 2), initial=2)) | {
        "phases-0-id": first.pk, "phases-1-id": second.pk, "questions-INITIAL_FORMS": 1, "questions-0-id": question.pk,
        "themes-TOTAL_FORMS": 0, "themes-INITIAL_FORMS": 0, **revision_field(consultation),
    }  # fmt: skip
    response = coordinator.client.post(f"/admin/youthpanel/consultation/{consultation.pk}/change/", data)
    assert response.status_code == 302, errors_in(response.content.decode())
    assert [phase.feature for phase in consultation.phases.order_by("starts_at")] == ["answer", "collect"]
    assert {choice.text_sr for choice in QuestionChoice.objects.all()} == {"Да", "Не"}  # type: ignore[attr-defined]


def test_participants_of_a_stored_consultation_are_folded_unless_they_are_missing_or_wrong(coordinator: Person) -> None:
    def is_open(page: str) -> bool:
        [found] = re.findall(r'<details class="form-section"( open)?>\s*<summary><h2>Participants</h2>', page)
        return bool(found)

    consultation = ready()
    change = f"/admin/youthpanel/consultation/{consultation.pk}/change/"
    assert is_open(coordinator.client.get(ADD).content.decode())
    assert not is_open(coordinator.client.get(change).content.decode())
    data = form(consultation.cohorts.get()) | {
        "cohorts": [], "themes-TOTAL_FORMS": 0, "themes-INITIAL_FORMS": 0, "questions-TOTAL_FORMS": 0, "phases-TOTAL_FORMS": 0,
    } | revision_field(consultation)  # fmt: skip
    assert is_open(coordinator.client.post(change, data).content.decode())
    consultation.cohorts.clear()
    assert is_open(coordinator.client.get(change).content.decode())


def test_missing_parts_are_listed_before_opening(coordinator: Person) -> None:
    consultation = Consultation.objects.create(slug="prazna", title_sr="Празна", summary_sr="Ништа")
    page = coordinator.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/").content.decode()
    for words in (
        "Two facilitators, so that no adult is alone with members.",
        "An invited cohort.",
        "Phases: what members do",
    ):
        assert words in page
    refused = coordinator.client.post(f"/admin/youthpanel/consultations/{consultation.pk}/move/", {"to": "open"})
    assert refused.status_code == 422
    consultation.refresh_from_db()
    assert consultation.state == ConsultationState.DRAFT


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

    assert missing_for_transition(consultation, ConsultationState.OPEN, NOW) == []
    question = consultation.questions.get()
    changes: list[Callable[[], object]] = [
        lambda: consultation.facilitators.remove(consultation.facilitators.all()[0]),
        consultation.cohorts.clear,
        lambda: question.choices.all()[0].delete() and question.choices.all()[0].delete(),
        lambda: Consultation.objects.filter(pk=consultation.pk).update(introduction_sr=""),
    ]
    for number, change in enumerate(changes, 1):
        change()
        assert len(missing_for_transition(Consultation.objects.get(), ConsultationState.OPEN, NOW)) == number
    question.delete()
    assert len(missing_for_transition(Consultation.objects.get(), ConsultationState.OPEN, NOW)) == 4


def test_questions_and_a_phase_for_them_belong_together() -> None:
    consultation = ready()
    consultation.phases.filter(feature=PhaseActivity.ANSWER).delete()
    assert len(missing_for_transition(consultation, ConsultationState.OPEN, NOW)) == 1
    assert len(missing_for_transition(consultation, ConsultationState.OPEN, NOW + timedelta(days=40))) == 2


@pytest.mark.parametrize("state", ConsultationState)
@pytest.mark.parametrize("to", ConsultationState)
def test_every_step(state: ConsultationState, to: ConsultationState) -> None:
    consultation, actor = ready(outcome_sr="Ушло је у Белу књигу"), make_staff("treci", "coordinator")
    Consultation.objects.filter(pk=consultation.pk).update(state=state)
    if to in CONSULTATION_TRANSITIONS[state]:
        workflow.change_state(consultation=consultation, to=to, actor=actor, now=NOW)
        assert Consultation.objects.get().state == to
    else:
        with pytest.raises(EditConflict):
            workflow.change_state(consultation=consultation, to=to, actor=actor, now=NOW)
        assert Consultation.objects.get().state == state
        assert not AuditEvent.objects.exists()


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


def test_gap_between_phases_is_a_warning_only() -> None:
    consultation = make_consultation()
    workflow.replace_phases(
        consultation=consultation,
        phases=[
            PhaseDraft(PhaseActivity.COLLECT, NOW, NOW + timedelta(days=1)),
            PhaseDraft(PhaseActivity.DISCUSS, NOW + timedelta(days=3), NOW + timedelta(days=4)),
        ],
    )
    assert len(transition_remarks(consultation)) == 1


def test_two_that_overlap_are_refused_by_the_database_as_a_whole() -> None:
    consultation = make_consultation(features=(PhaseActivity.COLLECT,))
    spans = [
        PhaseDraft(PhaseActivity.ANSWER, NOW, NOW + timedelta(days=2)),
        PhaseDraft(PhaseActivity.INFORM, NOW, NOW + timedelta(days=1)),
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        workflow.replace_phases(consultation=consultation, phases=spans)
    assert [phase.feature for phase in consultation.phases.all()] == ["collect"]


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
    page = coordinator.client.get(f"/admin/youthpanel/consultation/{consultation.pk}/change/").content.decode()
    assert "A member has already answered." in page
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
    assert (question.kind, question.text_sr, question.text_en, question.order) == (  # type: ignore[attr-defined]
        "single",
        "Учите ли о томе у школи?",
        "Better English?",
        7,
    )
    assert [(each.text_sr, each.text_en) for each in question.choices.all()] == [
        ("Да", "A"),
        ("Не", "B"),
        ("Не знам", "C"),
    ]  # type: ignore[attr-defined]


def test_closed_consultation_shows_its_choices(coordinator: Person) -> None:
    consultation, [question] = open_questionnaire("single")
    page = f"/admin/youthpanel/consultation/{consultation.pk}/change/"
    assert 'name="questions-0-choices_sr"' in coordinator.client.get(page).content.decode()
    Consultation.objects.filter(pk=consultation.pk).update(state=ConsultationState.CLOSED)
    html = coordinator.client.get(page).content.decode()
    assert " · ".join(choice.text_en for choice in question.choices.all()) in html
    assert "questions-0-choices" not in html


def test_opened_consultation_keeps_two_facilitators_and_cannot_be_deleted(coordinator: Person) -> None:
    consultation = ready()
    workflow.change_state(
        consultation=consultation, to=ConsultationState.OPEN, actor=make_staff("x", "coordinator"), now=NOW
    )
    consultation.refresh_from_db()
    with pytest.raises(ActionRefused):
        workflow.delete_consultation(consultation=consultation, actor=make_staff("y", "coordinator"), now=NOW)
    assert (
        coordinator.client.post(
            f"/admin/youthpanel/consultation/{consultation.pk}/delete/", {"post": "yes"}
        ).status_code
        == 403
    )
    data = form(consultation.cohorts.get(), consultation.facilitators.all()[0]) | {
        "themes-TOTAL_FORMS": 0, "themes-INITIAL_FORMS": 0, "questions-TOTAL_FORMS": 0, "phases-TOTAL_FORMS": 0,
    } | revision_field(consultation)  # fmt: skip
    page = coordinator.client.post(f"/admin/youthpanel/consultation/{consultation.pk}/change/", data).content.decode()
    assert errors_in(page) == ["At least two adults: members already take part."]
    assert Consultation.objects.filter(pk=consultation.pk).exists()


def test_a_draft_is_deleted_with_its_questions(coordinator: Person) -> None:
    consultation = ready()
    answer_ = coordinator.client.post(f"/admin/youthpanel/consultation/{consultation.pk}/delete/", {"post": "yes"})
    assert answer_.status_code == 302
    assert not Question.objects.exists()


@pytest.mark.parametrize(("code", "word"), [("sr", "Учите ли"), ("sr-latn", "Učite li"), ("en", "Do you learn")])
def test_it_is_seen_as_members_see_it(coordinator: Person, code: str, word: str) -> None:
    consultation, _questions = open_questionnaire("single", "scale", "open", other=True)
    page = coordinator.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/preview/{code}/")
    assert word in page.content.decode()
    assert page.headers["Content-Language"] == {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "en": "en"}[code]
    assert coordinator.client.get(f"/admin/youthpanel/consultations/{consultation.pk}/preview/xx/").status_code == 404


def test_an_unsaved_question_is_seen_as_members_see_it_and_not_stored(coordinator: Person) -> None:
    consultation, _questions = open_questionnaire("single", "scale", "open", other=True, state=ConsultationState.DRAFT)
    page = f"/admin/youthpanel/consultation/{consultation.pk}"
    data = form_data(coordinator.client.get(f"{page}/change/").content.decode())
    before = list(Question.objects.order_by("id").values()), list(Phase.objects.order_by("id").values())
    typed = {"title_sr": "Несачуван наслов", "questions-0-text_sr": "Шта мењамо?", "preview_language": "sr-latn"}
    answer_ = coordinator.client.post(f"{page}/preview-unsaved/", data | typed)
    assert (answer_.status_code, answer_.headers["X-Preview"]) == (200, "typed")
    shown = answer_.content.decode()
    assert "Nesačuvan naslov" in shown
    assert "Šta menjamo?" in shown
    assert (list(Question.objects.order_by("id").values()), list(Phase.objects.order_by("id").values())) == before
    assert Consultation.objects.get().title_sr == consultation.title_sr  # type: ignore[attr-defined]
    assert coordinator.client.post(f"{page}/preview-unsaved/", data | {"title_sr": ""}).headers["X-Preview"] == "stored"
