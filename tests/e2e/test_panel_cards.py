"""Opinion cards in a real browser, on a phone: with and without JavaScript, by keyboard and by touch, from the first
card to the own group.
"""

import os
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clicksafely.accounts.models import User
from tests.e2e.page_checks import faults, set_display
from tests.e2e.panel_steps import click_through, visit_first
from tests.factories.youthpanel import make_cohort
from tests.live_portal import Site
from tests.youthpanel.consultations.builders import make_round, script
from tests.youthpanel.member_auth.conftest import make_consenting
from youthpanel.consultations import opinions, workflow
from youthpanel.member_auth.services import create_invitations
from youthpanel.models import Consultation, Member, OpinionParticipation, OpinionSheet, Phase
from youthpanel.states import ConsultationState, PhaseActivity

TEXTS = (
    "Телефони треба да буду у торби током целог часа, осим када наставник каже друкчије.",
    "Родитељи треба да питају пре него што објаве нашу слику.",
    "О интернету треба учити сваке године.",
    "На одмору телефон треба да буде дозвољен.",
    "Боље се дружимо када телефона нема.",
    "Правила треба да пишемо заједно са наставницима.",
    "Игрице нису губљење времена.",
    "Знам коме могу да се обратим ако ме неко узнемирава на мрежи.",
)
KEY = "Object.keys(localStorage).filter(key => key.startsWith('panel-cards-')).length"


@pytest.fixture
def card_phase(site: Site) -> tuple[Consultation, Member, str]:
    """A consultation in its phase of opinion cards, a member and the code of the member's slip."""
    mark, now = secrets.token_hex(3), timezone.now()
    with site.orm():
        cohort = make_cohort(name_sr=f"Генерација {mark}", begins_on=timezone.localdate() - timedelta(days=90))
        member = make_consenting(cohort, pseudonym=f"Храбри јеж {mark}")
        consultation = Consultation.objects.create(
            slug=f"kartice-{mark}", title_sr=f"Телефони {mark}", title_en=f"Phones {mark}", summary_sr="Кратко", state="open"
        )  # fmt: skip
        consultation.cohorts.set([cohort])
        consultation.facilitators.set(User.objects.filter(username__in=("coordinator", "safeguarding")))
        Phase.objects.create(
            consultation=consultation,
            feature=PhaseActivity.OPINIONS,
            starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(days=1),
        )
        make_round(consultation, TEXTS)
        actor = User.objects.get(username="coordinator")
        code = create_invitations(members=[member], actor=actor, now=now)[0].code
    return consultation, member, code


def shot(page: Page, name: str) -> None:
    """A picture of the page for the person who looks, if a folder is named."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def settle(site: Site, consultation: Consultation) -> None:
    """Twenty-four more members vote, then the consultation is closed and reported back."""
    now = timezone.now()
    with site.orm():
        cohort, opinion_round = consultation.cohorts.get(), opinions.current_round(consultation)
        assert opinion_round is not None
        cards = list(opinion_round.statements.values_list("pk", flat=True))
        for votes in script(24):
            opinions.save_votes(
                consultation=consultation, member=make_consenting(cohort), votes=dict(zip(cards, votes, strict=True)), now=now
            )  # fmt: skip
        actor = User.objects.get(username="coordinator")
        Consultation.objects.filter(pk=consultation.pk).update(outcome_sr="Хвала!", outcome_en="Thank you!")
        for state in (ConsultationState.CLOSED, ConsultationState.REPORTED):
            workflow.change_state(consultation=consultation, to=state, actor=actor, now=now)


def test_one_card_at_a_time_by_touch_and_keyboard_to_the_own_group(
    visit: Callable[..., Page], site: Site, card_phase: tuple[Consultation, Member, str]
) -> None:
    consultation, _member, code = card_phase
    page = visit(width=360)
    page.goto("/sr/youth-panel/join/")
    visit_first(page, code)
    address = f"/sr/youth-panel/consultations/{consultation.slug}/"
    page.goto(address)
    cards = page.locator(".opinion-card:visible")
    expect(cards).to_have_count(1)
    assert faults(page) == []
    shot(page, "card-360-light")
    # A tap leads to the next card, Back of the page and of the browser to the one before; the vote is kept.
    cards.locator(".card-choice").first.click()
    expect(cards).to_contain_text("пре него што објаве")
    page.locator("[data-back]").click()
    expect(cards).to_contain_text("у торби")
    expect(cards.locator("input").first).to_be_checked()
    page.locator("[data-next]").click()
    page.go_back()
    expect(cards).to_contain_text("у торби")
    page.locator("[data-next]").click()
    # By keyboard: the arrow keys choose and stay, Enter leads on.
    expect(cards).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(cards).to_contain_text("пре него што објаве")
    expect(cards.locator("input").nth(1)).to_be_checked()
    page.keyboard.press("Enter")
    expect(cards).to_contain_text("сваке године")
    # A card is left out: the page shows it first, and all other votes are kept.
    page.locator("[data-next]").click()
    for _card in range(4):
        cards.locator(".card-choice").first.click()
    expect(page.locator("[data-last]")).to_be_visible()
    cards.locator(".card-choice").last.click()
    click_through(page, "[data-last] button")
    expect(page.locator(".error-summary")).to_contain_text("сваке године")
    expect(cards).to_contain_text("сваке године")
    assert faults(page) == []
    shot(page, "gap-360")
    cards.locator(".card-choice").first.click()
    for _card in range(5):
        if page.locator("[data-next]").is_visible():
            page.locator("[data-next]").click()
    click_through(page, "[data-last] button")
    expect(page.locator(".review-list li")).to_have_count(8)
    assert faults(page) == []
    for dark in (False, True):
        set_display(page, width=360, dark=dark)
        assert faults(page) == []
        shot(page, f"review-360-{'dark' if dark else 'light'}")
    set_display(page, width=360, dark=False)
    # Changed, checked again, remembered on the device, sent.
    click_through(page, "[name=change]")
    expect(page.locator(".opinion-card :checked")).to_have_count(8)
    for _card in range(8):
        if page.locator("[data-next]").is_visible():
            page.locator("[data-next]").click()
    click_through(page, "[data-last] button")
    page.locator("[data-remember]").check()
    assert page.evaluate(KEY) == 0
    click_through(page, "[name=confirmed]")
    expect(page.locator(".notice-success").first).to_be_visible()
    expect(page.locator("[data-voted]")).to_be_visible()
    assert page.evaluate(KEY) == 1
    assert faults(page) == []
    shot(page, "sent-360")
    with site.orm():
        assert OpinionSheet.objects.filter(round__consultation=consultation).count() == 1

    settle(site, consultation)
    page.goto(address)
    expect(page.locator("[data-own]")).to_be_visible()
    expect(page.locator("[data-own-group]")).to_contain_text("Група")
    expect(page.locator(".is-own")).to_have_count(8)
    for width in (360, 1280):
        for dark in (False, True):
            set_display(page, width=width, dark=dark)
            assert faults(page) == []
            shot(page, f"results-{width}-{'dark' if dark else 'light'}")
    page.goto(address.replace("/sr/", "/en/"))
    expect(page.locator("[data-own-group]")).to_contain_text("Group")
    shot(page, "results-en")
    # Deleted from the device: the page shows the groups, and no own one.
    page.locator("[data-delete-votes]").click()
    assert page.evaluate(KEY) == 0
    page.reload()
    expect(page.locator("[data-own]")).to_be_hidden()
    expect(page.locator(".is-own")).to_have_count(0)


def test_all_cards_on_one_page_without_javascript(
    visit: Callable[..., Page], site: Site, card_phase: tuple[Consultation, Member, str]
) -> None:
    consultation, member, code = card_phase
    page = visit(javascript=False, width=360)
    page.goto("/sr/youth-panel/join/")
    visit_first(page, code)
    page.goto(f"/sr/youth-panel/consultations/{consultation.slug}/")
    cards = page.locator(".opinion-card")
    expect(cards.locator("visible=true").first).to_be_visible()
    expect(page.locator(".opinion-card:visible")).to_have_count(8)
    expect(page.locator("[data-next]")).to_be_hidden()
    shot(page, "plain-360")
    for place in range(7):
        cards.nth(place).locator("input").nth(place % 3).check()
    click_through(page, "[data-last] button")
    expect(page.locator(".error-summary li")).to_have_count(1)
    expect(page.locator(".opinion-card :checked")).to_have_count(7)
    shot(page, "plain-gap-360")
    cards.nth(7).locator("input").last.check()
    click_through(page, "[data-last] button")
    expect(page.locator("[data-remember]")).to_be_hidden()
    shot(page, "plain-review-360")
    click_through(page, "[name=confirmed]")
    expect(page.locator(".notice-success").first).to_be_visible()
    with site.orm():
        assert OpinionParticipation.objects.get(round__consultation=consultation).member == member
