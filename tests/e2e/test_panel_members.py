"""Members of the panel in a real browser: from a paper, with and without JavaScript, to an idea, an endorsement and an answer; and out
again.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from clicksafely.accounts.models import User
from clicksafely.common.serbian.transliteration import to_latin
from tests.e2e.page_checks import faults
from tests.e2e.panel_steps import pick, visit_again, visit_first
from tests.factories.youthpanel import make_cohort
from tests.live_portal import Site
from tests.youthpanel.consultations.builders import make_question
from tests.youthpanel.consultations.participation.conftest import make_idea
from tests.youthpanel.member_auth.conftest import make_consenting
from tests.youthpanel.member_auth.slips import MINE, OTHERS
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
        consultations = []
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
            consultations.append(consultation)
        idea = make_idea(consultations[0], members[1], text="Кутија за анонимна питања")
        question = make_question(consultations[1]).pk
    return Panel(cohort, members, consultations[0], consultations[1], idea, question)


@pytest.fixture
def papers(sign_in: Callable[..., Page], panel: Panel, tmp_path: Path) -> dict[str, str]:
    """A coordinator prints the papers of the cohort: codes by pseudonym, as they are read from the file."""
    page = sign_in("coordinator")
    page.goto(f"/admin/youthpanel/codes/?cohort={panel.cohort.pk}")
    assert faults(page, fingers=False) == []
    with page.expect_download() as download:
        page.locator("#slips .button-row [type=submit]").click()
    download.value.save_as(tmp_path / "papers.pdf")
    text = "".join(sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(tmp_path / "papers.pdf"))
    page.reload()
    expect(page.locator("td .pill")).to_have_text(["сличице још нису изабране"] * 2)
    assert not PRINTED.search(page.content())
    names = sorted((member.pseudonym for member in panel.members), key=text.index)
    return dict(zip(names, PRINTED.findall(text), strict=True))


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
    send(page, ".first-visit [type=submit]")
    pick(page, "pictures")
    pick(page, "again", OTHERS)
    if javascript:
        assert faults(page) == []
    send(page, ".join-form [type=submit]")
    expect(page.locator("#id_again_error")).to_be_visible()
    if javascript:
        assert faults(page) == []
    pick(page, "pictures")
    pick(page, "again")
    send(page, ".join-form [type=submit]")
    assert page.url == f"{site.url}/sr/youth-panel/me/"
    expect(page.locator("h1")).to_contain_text(member.pseudonym)
    if javascript:
        assert faults(page) == []

    send(page, f"a[href$='/{panel.collecting.slug}/']")
    if javascript:
        assert faults(page) == []
    page.locator("[name=text]").fill("Нека Ана Анић дође у школу")
    send(page, ".contribution-form [type=submit]")
    expect(page.locator(".notice-warning")).to_contain_text("Ана Анић")
    expect(page.locator("[name=text]")).to_have_value("Нека Ана Анић дође у школу")
    if javascript:
        assert faults(page) == []
    page.locator("[name=text]").fill("Час о интернету у сваком разреду")
    send(page, ".contribution-form [type=submit]")
    expect(page.locator(".own-contribution")).to_contain_text("Час о интернету")
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
    expect(page.locator("h1")).to_contain_text(to_latin(member.pseudonym))
    send(page, ".members-bar [type=submit]")
    assert page.url.endswith("/en/youth-panel/join/?out=1")
    page.goto("/sr/youth-panel/me/")
    assert page.url == f"{site.url}{JOIN}"
    # A thief of the paper does not know the pictures.
    for chosen in ((), MINE[:5], OTHERS):
        visit_again(page, code, chosen)
        expect(page.locator("#id_pictures_error")).to_be_visible()
        expect(page.locator("[name=code]")).to_have_value(code)
        if javascript:
            assert faults(page) == []
    assert page.context.cookies() == []
    # The member comes back with the same paper, and presses Back once in.
    for _day in range(2):
        page.goto(JOIN)
        visit_again(page, code)
        expect(page.locator("h1")).to_contain_text(member.pseudonym)
        page.goto(f"/sr/youth-panel/consultations/{panel.asking.slug}/")
        expect(page.locator(".answer-form")).to_have_count(0)
        send(page, ".members-bar [type=submit]")
    page.go_back()
    assert "Час о интернету" not in page.content()


def test_a_lost_paper_is_replaced_by_two_people(
    visit: Callable[..., Page], sign_in: Callable[..., Page], panel: Panel, papers: dict[str, str], tmp_path: Path
) -> None:
    member = panel.members[0]
    child = visit(width=360)
    child.goto(JOIN)
    visit_first(child, papers[member.pseudonym])
    coordinator, lead = sign_in("coordinator"), sign_in("safeguarding")
    coordinator.goto(f"/admin/youthpanel/codes/?cohort={panel.cohort.pk}")
    assert faults(coordinator, fingers=False) == []
    row = coordinator.locator("tr", has_text=member.pseudonym)
    with coordinator.expect_navigation():
        row.locator("form[action$='/revoke-access/'] [type=submit]").click()
    expect(row.locator(".pill")).to_have_text("чека другу особу")
    assert faults(coordinator, fingers=False) == []
    child.reload()
    assert child.url.endswith("/join/?ended=1")
    lead.goto("/admin/youthpanel/codes/replacements/")
    assert faults(lead, fingers=False) == []
    with lead.expect_download() as download:
        lead.locator("tr", has_text=member.pseudonym).locator("[type=submit]").click()
    download.value.save_as(tmp_path / "paper.pdf")
    text = "".join(sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(tmp_path / "paper.pdf"))
    (code,) = PRINTED.findall(text)
    visit_again(child, papers[member.pseudonym])
    expect(child.locator("#id_pictures_error")).to_be_visible()
    visit_first(child, code)
    expect(child.locator(".notice")).to_contain_text("Твој листић је замењен")
    assert faults(child) == []


def test_names_beside_pseudonyms_for_print(sign_in: Callable[..., Page], panel: Panel) -> None:
    page = sign_in("coordinator")
    page.goto(f"/admin/youthpanel/codes/?cohort={panel.cohort.pk}")
    with page.expect_navigation():
        page.locator("form[action$='/names/'] [type=submit]").click()
    expect(page.locator("#names tbody tr")).to_have_count(2)
    expect(page.locator("[data-print]")).to_be_visible()
    assert faults(page, fingers=False) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert faults(page, fingers=False) == []
    # Back does not bring the names: the page was stored nowhere.
    page.goto("/admin/")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()


def test_a_consent_is_withdrawn_in_the_middle(
    visit: Callable[..., Page], site: Site, panel: Panel, papers: dict[str, str]
) -> None:
    member = panel.members[0]
    page, late = visit(width=360), visit(width=360)
    page.goto(JOIN)
    visit_first(page, papers[member.pseudonym])
    page.goto(f"/sr/youth-panel/consultations/{panel.collecting.slug}/")
    page.locator("[name=text]").fill("Дуго сам ово писала")
    with site.orm():
        for each in panel.members:
            withdraw_consent(consent=each.consents.get(), actor=None, now=timezone.now())
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.locator(".contribution-form [type=submit]").click()
    assert answer.value.status == 403
    expect(page.locator("textarea[readonly]")).to_have_value("Дуго сам ово писала")
    assert faults(page) == []
    with site.orm():
        assert not Idea.objects.filter(member=member).exists()
    late.goto(JOIN)
    visit_again(late, papers[panel.members[1].pseudonym])
    expect(late.locator(".error-summary")).to_be_visible()


# A speech engine that notes what it is told; `local` says whether its voice works without a server.
VOICES = """(local) => {
    window.spoken = [];
    const voice = { lang: "sr-RS", localService: local };
    const engine = { getVoices: () => [voice], speak: (one) => spoken.push(one.text), cancel() {}, addEventListener() {} };
    Object.defineProperty(window, "speechSynthesis", { value: engine });
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}"""


@pytest.mark.parametrize("local", [True, False])
def test_a_page_is_read_aloud_by_a_voice_of_the_device_only(
    visit: Callable[..., Page], panel: Panel, papers: dict[str, str], local: bool
) -> None:
    page = visit(width=360)
    page.add_init_script(f"({VOICES})({str(local).lower()})")
    page.goto(JOIN)
    visit_first(page, papers[panel.members[0].pseudonym])
    expect(page.locator("h1")).to_be_visible()
    button = page.get_by_role("button", name="Прочитај наглас")
    if not local:
        expect(button).to_have_count(0)
        return
    button.click()
    assert page.evaluate("spoken") == [page.locator("h1").inner_text()]
    expect(page.get_by_role("button", name="Заустави читање")).to_be_visible()
    page.get_by_role("button", name="Заустави читање").click()
    expect(button).to_be_visible()
    assert faults(page) == []
