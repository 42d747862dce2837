"""The questionnaire in a real browser, on a phone: dots show how many questions have an answer."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clicksafely.accounts.models import User
from tests.e2e.page_checks import faults
from tests.e2e.panel_steps import click_through, visit_first
from tests.factories.youthpanel import make_cohort
from tests.live_portal import Site
from tests.youthpanel.consultations.builders import make_question
from tests.youthpanel.member_auth.conftest import make_consenting
from youthpanel.member_auth.services import create_invitations
from youthpanel.models import AnswerSheet, Consultation, Phase
from youthpanel.states import PhaseActivity

KINDS = ("single", "multiple", "scale", "open")


@pytest.fixture
def questionnaire(site: Site) -> tuple[str, str]:
    """The slug of a consultation with four questions, and the code of a member."""
    mark, now = secrets.token_hex(3), timezone.now()
    with site.orm():
        cohort = make_cohort(begins_on=timezone.localdate() - timedelta(days=90))
        consultation = Consultation.objects.create(
            slug=f"pitanja-{mark}", title_sr=f"Питања {mark}", title_en=f"Questions {mark}", summary_sr="Кратко", state="open"
        )  # fmt: skip
        consultation.cohorts.set([cohort])
        Phase.objects.create(
            consultation=consultation,
            feature=PhaseActivity.ANSWER,
            starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(days=1),
        )
        for kind in KINDS:
            make_question(consultation, kind, other=kind == "single")
        actor = User.objects.get(username="coordinator")
        code = create_invitations(members=[make_consenting(cohort)], actor=actor, now=now)[0].code
    return consultation.slug, code


def test_dots_follow_the_answers(visit: Callable[..., Page], site: Site, questionnaire: tuple[str, str]) -> None:
    slug, code = questionnaire
    page = visit(width=360)
    page.goto("/en/youth-panel/join/")
    visit_first(page, code)
    page.goto(f"/en/youth-panel/consultations/{slug}/")
    filled_dots = page.locator(".answer-progress .is-done")
    place = page.locator(".answer-progress [role=status]")
    expect(page.locator(".answer-progress li")).to_have_count(len(KINDS))
    expect(place).to_have_text("Answered: 0 / 4")
    # "Something else" is an answer once its text is written.
    page.locator("[type=radio][value=other]").check()
    expect(filled_dots).to_have_count(0)
    page.locator("[name$=_other]").fill("Само понекад")
    expect(filled_dots).to_have_count(1)
    page.locator(".answer-form [type=checkbox]").first.check()
    page.locator(".answer-form textarea").fill("Више вежби")
    expect(place).to_have_text("Answered: 3 / 4")
    page.locator(".answer-form textarea").fill(" ")
    expect(place).to_have_text("Answered: 2 / 4")
    assert faults(page) == []
    # After the question about what is missing, the dots show what was sent.
    click_through(page, ".answer-form [type=submit]:not([name=confirmed])")
    expect(page.locator(".answer-form [role=alert]")).to_be_visible()
    expect(place).to_have_text("Answered: 2 / 4")
    click_through(page, ".answer-form [name=confirmed]")
    expect(page.locator(".answer-form")).to_have_count(0)
    with site.orm():
        assert AnswerSheet.objects.filter(consultation__slug=slug).count() == 1


def test_without_javascript_there_are_no_dots(visit: Callable[..., Page], questionnaire: tuple[str, str]) -> None:
    slug, code = questionnaire
    page = visit(javascript=False, width=360)
    page.goto("/sr/youth-panel/join/")
    visit_first(page, code)
    page.goto(f"/sr/youth-panel/consultations/{slug}/")
    expect(page.locator(".answer-form textarea")).to_be_visible()
    expect(page.locator(".answer-progress")).to_be_hidden()
