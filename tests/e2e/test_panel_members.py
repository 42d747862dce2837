"""Members of the panel in a real browser: from a paper, with and without JavaScript, to an idea, an endorsement and an answer; and out again."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clicksafely.accounts.models import User
from tests.e2e.looking import faults
from tests.factories.youthpanel import make_cohort
from tests.site import Site
from tests.youthpanel.consultations.builders import make_question
from tests.youthpanel.consultations.participation.conftest import make_idea
from tests.youthpanel.member_auth.conftest import make_consenting
from youthpanel.members.consents import withdraw_consent
from youthpanel.models import AnswerSheet, Cohort, Consultation, Endorsement, Idea, Member, Participation, Phase
from youthpanel.states import PhaseActivity

PRINTED = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
JOIN = "/sr/youth-panel/join/"


@dataclass
class Panel:
    """A cohort of two with a consultation to collect ideas and one to answer questions."""

    cohort: Cohort
    members: list[Member]
    collecting: Consultation
    asking: Consultation
    idea: Idea
    question: int


@pytest.fixture
def panel(site: Site) -> Panel:
    mark, now = secrets.token_hex(3), timezone.now()
    with site.orm():
        cohort = make_cohort(
            name_sr=f"Генерација {mark}", name_en=f"Cohort {mark}", begins_on=timezone.localdate() - timedelta(days=90)
        )
        members = [make_consenting(cohort, pseudonym=f"{name} {mark}") for name in ("Храбри јеж", "Мирна сова")]
        adults = User.objects.filter(username__in=("coordinator", "safeguarding"))
        made = []
        for feature in (PhaseActivity.COLLECT, PhaseActivity.ANSWER):
            consultation = Consultation.objects.create(
                slug=f"{feature}-{mark}", title_sr=f"Консултација {feature} {mark}", summary_sr="Кратко", state="open"
            )
            consultation.cohorts.set([cohort])
            consultation.facilitators.set(adults)
            Phase.objects.create(
                consultation=consultation,
                feature=feature,
                starts_at=now - timedelta(hours=1),
                ends_at=now + timedelta(days=1),
            )
            made.append(consultation)
        idea = make_idea(made[0], members[1], text="Кутија за анонимна питања")
        question = make_question(made[1]).pk
    return Panel(cohort, members, made[0], made[1], idea, question)


@pytest.fixture
def papers(sign_in: Callable[..., Page], panel: Panel, tmp_path: Path) -> dict[str, str]:
    """A coordinator prints the papers of the cohort: codes by pseudonym, as they are read from the file."""
    page = sign_in("coordinator")
    page.goto(f"/admin/youthpanel/codes/?cohort={panel.cohort.pk}")
    assert faults(page, fingers=False) == []
    with page.expect_download() as download:
        page.locator("#slips .acts [type=submit]").click()
    download.value.save_as(tmp_path / "papers.pdf")
    said = "".join(sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(tmp_path / "papers.pdf"))
    page.reload()
    expect(page.locator(".pill.good")).to_have_count(2)
    assert not PRINTED.search(page.content())
    names = sorted((member.pseudonym for member in panel.members), key=said.index)
    return dict(zip(names, PRINTED.findall(said), strict=True))


def send(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


@pytest.mark.parametrize("javascript", [True, False])
def test_from_a_paper_to_an_answer_and_out(
    visit: Callable[..., Page], site: Site, panel: Panel, papers: dict[str, str], javascript: bool
) -> None:
    member = panel.members[0]
    code = papers[member.pseudonym]
    page = visit(javascript=javascript, width=360)
    # As the camera opens it; without JavaScript it has to be typed.
    page.goto(f"{JOIN}#{code}")
    field = page.locator("[name=code]")
    if javascript:
        expect(field).to_have_value(code)
        assert code not in page.url
        assert faults(page) == []
    else:
        expect(field).to_have_value("")
        field.fill(code.replace("-", " ").lower())
    send(page, ".join-form [type=submit]")
    assert page.url == f"{site.url}/sr/youth-panel/me/"
    expect(page.locator("h1")).to_contain_text(member.pseudonym)
    if javascript:
        assert faults(page) == []

    send(page, f"a[href$='/{panel.collecting.slug}/']")
    if javascript:
        assert faults(page) == []
    page.locator("[name=text]").fill("Нека Ана Анић дође у школу")
    send(page, ".write-form [type=submit]")
    expect(page.locator(".notice-warning")).to_contain_text("Ана Анић")
    expect(page.locator("[name=text]")).to_have_value("Нека Ана Анић дође у школу")
    if javascript:
        assert faults(page) == []
    page.locator("[name=text]").fill("Час о интернету у сваком разреду")
    send(page, ".write-form [type=submit]")
    expect(page.locator(".own")).to_contain_text("Час о интернету")
    send(page, f"#idea-{panel.idea.uuid} button[value=endorse]")
    expect(page.locator(f"#idea-{panel.idea.uuid} button[value=unendorse]")).to_be_visible()
    if javascript:
        assert faults(page) == []

    page.goto(f"/sr/youth-panel/consultations/{panel.asking.slug}/")
    page.locator(f"[name=q{panel.question}]").first.check()
    if javascript:
        assert faults(page) == []
    send(page, ".answer-form [type=submit]")
    expect(page.locator(".answer-form")).to_have_count(0)
    with site.orm():
        assert Idea.objects.get(member=member).state == "waiting"
        assert Endorsement.objects.get(member=member).idea_id == panel.idea.pk
        assert Participation.objects.filter(consultation=panel.asking, member=member).count() == 1
        assert AnswerSheet.objects.get(consultation=panel.asking).member_id is None

    # In another language one is still in.
    page.goto("/en/youth-panel/me/")
    expect(page.locator("h1")).to_contain_text(member.pseudonym)
    send(page, ".members-bar [type=submit]")
    assert page.url.endswith("/en/youth-panel/join/?out=1")
    page.goto("/sr/youth-panel/me/")
    assert page.url == f"{site.url}{JOIN}"
    # The same paper lets nobody in again.
    page.locator("[name=code]").fill(code)
    send(page, ".join-form [type=submit]")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=code]")).to_have_value(code)
    if javascript:
        assert faults(page) == []
    assert page.context.cookies() == []


def test_a_consent_is_withdrawn_in_the_middle(
    visit: Callable[..., Page], site: Site, panel: Panel, papers: dict[str, str]
) -> None:
    member = panel.members[0]
    page, late = visit(width=360), visit(width=360)
    page.goto(JOIN)
    page.locator("[name=code]").fill(papers[member.pseudonym])
    send(page, ".join-form [type=submit]")
    page.goto(f"/sr/youth-panel/consultations/{panel.collecting.slug}/")
    page.locator("[name=text]").fill("Дуго сам ово писала")
    with site.orm():
        for each in panel.members:
            withdraw_consent(consent=each.consents.get(), actor=None, now=timezone.now())
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.locator(".write-form [type=submit]").click()
    assert answer.value.status == 403
    expect(page.locator(".kept textarea")).to_have_value("Дуго сам ово писала")
    assert faults(page) == []
    with site.orm():
        assert not Idea.objects.filter(member=member).exists()
    late.goto(JOIN)
    late.locator("[name=code]").fill(papers[panel.members[1].pseudonym])
    send(late, ".join-form [type=submit]")
    expect(late.locator(".error-summary")).to_be_visible()
