"""Drafts: a copy has nothing that members wrote; a template gives texts, phases, questions and statements."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils.html import escape
from django.utils.timezone import localdate, localtime

from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, make_staff, signed_in
from tests.factories.youthpanel import NOW, make_cohort, make_member
from tests.youthpanel.consultations.builders import CAMPS, STATEMENTS, answer, make_round, open_questionnaire, vote
from tests.youthpanel.consultations.participation.conftest import make_idea
from youthpanel.consultations import drafts, workflow
from youthpanel.consultations.drafts import COPY_AHEAD
from youthpanel.consultations.phases import PhaseDraft
from youthpanel.consultations.transition_checks import missing_for_transition, transition_remarks
from youthpanel.models import Consultation, Theme
from youthpanel.states import ConsultationState, PhaseActivity

pytestmark = pytest.mark.django_db


def copied_from(consultation: Consultation) -> Consultation:
    return drafts.copy_consultation(consultation=consultation, actor=make_staff("prva", "coordinator"), now=NOW)


def test_a_copy_has_the_form_and_nothing_of_the_members() -> None:
    consultation, [single, _words] = open_questionnaire("single", "open", other=True, introduction_sr="О чему се ради")
    cohort = consultation.cohorts.get()
    adults = [make_staff(f"adult-{number}", "coordinator") for number in range(2)]
    consultation.facilitators.set(adults)
    make_round(consultation)
    member = make_member(cohort)
    answer(consultation, member, {single: 1})
    make_idea(consultation, member)
    Theme.objects.create(consultation=consultation, name_sr="Часови")
    consultation.phases.update(feature=PhaseActivity.OPINIONS)
    vote(consultation, member, CAMPS[0])
    Consultation.objects.update(state="reported", outcome_sr="Готово", results_shown_on=NOW.date())
    draft = copied_from(consultation)
    assert (draft.state, draft.anonymous, draft.results_shown_on) == (ConsultationState.DRAFT, True, None)
    for name in ("title_sr", "title_en", "summary_sr", "introduction_sr"):
        assert getattr(draft, name) == getattr(consultation, name)
    assert (draft.slug, draft.outcome) == (f"{consultation.slug}-2", "")
    assert set(draft.facilitators.all()) == set(adults)
    assert list(draft.cohorts.all()) == [cohort]
    assert [(each.kind, each.other) for each in draft.questions.all()] == [("single", True), ("open", False)]
    choices = draft.questions.all()[0].choices.all()
    assert [choice.text_sr for choice in choices] == [choice.text_sr for choice in single.choices.all()]  # type: ignore[attr-defined]
    assert not set(choices) & set(single.choices.all())
    [opinion_round] = draft.opinion_rounds.all()
    assert [each.text_sr for each in opinion_round.statements.all()] == STATEMENTS  # type: ignore[attr-defined]
    for gone in (draft.sheets, draft.participations, draft.ideas, draft.themes):
        assert not gone.exists()
    for gone in (opinion_round.sheets, opinion_round.participations):
        assert not gone.exists()
    assert opinion_round.figures is None
    assert AuditEvent.objects.get(action="consultation.copied").data == {"from": consultation.pk}


def test_phases_keep_weekday_clock_and_length_and_begin_in_a_week_at_the_earliest() -> None:
    consultation, _questions = open_questionnaire("open")
    # Over the end of summer time.
    starts = NOW - timedelta(days=200)
    phases = [
        PhaseDraft(PhaseActivity.COLLECT, starts, starts + timedelta(days=3)),
        PhaseDraft(PhaseActivity.ANSWER, starts + timedelta(days=3), starts + timedelta(days=10)),
    ]
    workflow.replace_phases(consultation=consultation, phases=phases)
    first, second = copied_from(consultation).phases.all()
    assert COPY_AHEAD <= first.starts_at - NOW < COPY_AHEAD + timedelta(days=7, hours=1)
    assert (first.feature, second.feature) == ("collect", "answer")
    assert first.ends_at == second.starts_at
    for copy, original in zip((first, second), phases, strict=True):
        for moment, before in ((copy.starts_at, original.starts_at), (copy.ends_at, original.ends_at)):
            assert localtime(moment).strftime("%a %H:%M") == localtime(before).strftime("%a %H:%M")


def test_phases_that_are_far_ahead_stay() -> None:
    consultation, _questions = open_questionnaire("open")
    starts = NOW + timedelta(days=90)
    ahead = [PhaseDraft(PhaseActivity.COLLECT, starts, starts + timedelta(days=3))]
    workflow.replace_phases(consultation=consultation, phases=ahead)
    assert copied_from(consultation).phases.get().starts_at == starts


def test_a_coordinator_copies_on_the_page() -> None:
    person: Person = signed_in("urednica", "coordinator")
    consultation, _questions = open_questionnaire("open")
    page = f"/admin/youthpanel/consultations/{consultation.pk}/"
    assert f'action="{page}copy/"' in person.client.get(page).content.decode()
    assert person.client.get(f"{page}copy/").status_code == 302
    assert Consultation.objects.count() == 1
    response = person.client.post(f"{page}copy/")
    draft = Consultation.objects.exclude(pk=consultation.pk).get()
    assert response["Location"] == f"/admin/youthpanel/consultation/{draft.pk}/change/"
    assert person.client.get(response["Location"]).status_code == 200


TEMPLATE_PAGE = "/admin/youthpanel/consultations/new/"


@pytest.mark.parametrize("code", drafts.consultation_templates())
def test_a_template_lacks_only_cohorts_and_facilitators(code: str) -> None:
    actor, starts_on = make_staff("prva", "coordinator"), localdate(NOW) + timedelta(days=10)
    draft = drafts.create_from_template(code=code, starts_on=starts_on, actor=actor, now=NOW)
    assert draft.state == ConsultationState.DRAFT
    assert len(missing_for_transition(draft, ConsultationState.OPEN, NOW)) == 2
    draft.cohorts.set([make_cohort()])
    draft.facilitators.set([actor, make_staff("druga", "coordinator")])
    assert missing_for_transition(draft, ConsultationState.OPEN, NOW) == []
    assert transition_remarks(draft) == []
    phases = list(draft.phases.all())
    assert localtime(phases[0].starts_at).strftime("%F %H:%M") == f"{starts_on} 08:00"
    assert all(one.ends_at == following.starts_at for one, following in pairwise(phases))
    for question in draft.questions.all():
        assert all(each.text_sr and each.text_en for each in (question, *question.choices.all()))
    again = drafts.create_from_template(code=code, starts_on=starts_on, actor=actor, now=NOW)
    assert (draft.slug, again.slug) == (code, f"{code}-2")


def test_phases_of_a_template_keep_the_clock_at_the_end_of_summer_time() -> None:
    draft = drafts.create_from_template(
        code="ideas-votes-feedback", starts_on=date(2026, 10, 20), actor=make_staff("prva", "coordinator"), now=NOW
    )
    assert {localtime(phase.ends_at).strftime("%H:%M") for phase in draft.phases.all()} == {"08:00"}


def test_a_coordinator_starts_from_a_template(coordinator: Person) -> None:
    page = coordinator.client.get(TEMPLATE_PAGE).content.decode()
    assert all(escape(row["about_en"]) in page for row in drafts.consultation_templates().values())
    day = localdate() + timedelta(days=3)
    response = coordinator.client.post(TEMPLATE_PAGE, {"template": "opinion-cards", "starts_on": day.isoformat()})
    draft = Consultation.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/admin/youthpanel/consultation/{draft.pk}/change/"
    assert coordinator.client.get(response["Location"]).status_code == 200
    assert draft.opinion_rounds.get().statements.count() == 8


def test_an_invalid_day_or_template_keeps_the_choice(coordinator: Person) -> None:
    for template, starts_on, field in (
        ("opinion-cards", "2020-01-01", "starts_on"),
        ("other", "2099-01-01", "template"),
        ("quick-vote", "31. 2. 2030.", "starts_on"),
    ):
        response = coordinator.client.post(TEMPLATE_PAGE, {"template": template, "starts_on": starts_on})
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        is_checked = bool(re.search(rf'value="{template}"[^>]*checked', response.content.decode()))
        assert is_checked == (field == "starts_on")
    assert not Consultation.objects.exists()
