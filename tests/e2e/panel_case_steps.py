"""More steps of the panel's journey: opinion cards from a template, a safeguarding note and its case, a letter of the ministry."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.timezone import localdate
from playwright.sync_api import APIRequestContext, Page, expect

from tests.e2e.panel_steps import ADMIN, click_through, done
from tests.factories.library import pdf
from tests.youthpanel.member_auth.slips import chosen_twice
from youthpanel.models import Cohort


def open_card_consultation(page: Page, cohort: Cohort, adults: list[int], mark: str) -> str:
    """An open consultation from the template of opinion cards, beginning today; its page."""
    page.goto(f"{ADMIN}/consultation/")
    click_through(page, "a[href$='/consultations/new/']")
    page.locator("[name=template][value=opinion-cards]").check()
    page.locator("[name=starts_on]").fill(localdate().isoformat())
    click_through(page, ".staff-form [type=submit]")
    done(page)
    expect(page.locator(".phase-bars li")).to_have_count(2)
    page.locator("[name=title_sr]").fill(f"Телефони {mark}")
    page.locator(f"[name=cohorts][value='{cohort.pk}']").check()
    for pk in adults:
        page.locator(f"[name=facilitators][value='{pk}']").check()
    click_through(page, "[name=_save]")
    stage = page.url
    click_through(page, "form[action$='/move/'] [type=submit]")
    expect(page.locator(".member-facts .pill.success")).to_be_visible()
    return stage


def vote_by_form(client: APIRequestContext, code: str, slug: str, votes: Sequence[int]) -> None:
    """A member's first visit and a vote on every card, by the forms of the pages."""

    def token(html: str) -> str:
        return re.findall(r'name="form_token" value="([^"]+)"', html)[0]

    def send(path: str, form: dict[str, Any]) -> None:
        assert client.post(path, form=form, max_redirects=0).status == 303

    join, path = "/sr/youth-panel/join/", f"/sr/youth-panel/consultations/{slug}/"
    send(f"{join}pictures/", {**chosen_twice(code), "form_token": token(client.get(join).text())})
    form_page = client.get(path).text()
    names = list(dict.fromkeys(re.findall(r'name="(s\d+)"', form_page)))
    cards = {name: str(vote) for name, vote in zip(names, votes, strict=True)}
    send(path, {"act": "vote", "form_token": token(form_page), "confirmed": "1", **cards})


def write_to_lead(child: Page, words: str) -> None:
    """A signed-in member writes to the lead."""
    child.goto("/sr/youth-panel/me/")
    click_through(child, ".members-bar .tell-button")
    child.locator("[name=text]").fill(words)
    click_through(child, ".contribution-form [type=submit]")
    expect(child.locator("main")).to_contain_text("116111")


def settle_note(lead: Page, pseudonym: str, words: str) -> None:
    """The lead takes the note of a child, opens it, records an action with its result, and closes it with an outcome."""
    lead.goto(f"{ADMIN}/safeguarding/")
    with lead.expect_navigation():
        lead.locator(".notes li", has_text=pseudonym).locator("h2 a").click()
    case = lead.url
    click_through(lead, "form[action$='/take/'] [type=submit]")
    click_through(lead, "form[action$='/open/'] [type=submit]")
    expect(lead.locator(".long-text.quoted-text")).to_have_text(words)
    lead.goto(f"{case}actions/add/")
    lead.locator("[name=text]").fill("Разговор после састанка.")
    lead.locator("[name=due_on]").fill(localdate().isoformat())
    click_through(lead, ".staff-form [type=submit]")
    done(lead)
    lead.goto(case)
    click_through(lead, "form[action$='/open/'] [type=submit]")
    click_through(lead, "a[href$='/done/']")
    lead.locator("[name=result]").fill("Договорено са школом.")
    click_through(lead, ".staff-form [type=submit]")
    done(lead)
    lead.goto(f"{case}close/")
    lead.locator("[name=outcome]").select_option("school")
    lead.locator("[name=words]").fill("Школа води случај.")
    click_through(lead, ".staff-form [type=submit]")
    done(lead)


def attach_letter(page: Page, response_id: int, mark: str) -> None:
    """The letter of the ministry, attached to its answer."""
    page.goto(f"{ADMIN}/response/{response_id}/letter/")
    page.locator("[name=file]").set_input_files({"name": "dopis.pdf", "mimeType": "application/pdf", "buffer": pdf(2)})
    for field, words in (
        ("title_sr", f"Допис {mark}"),
        ("title_en", f"Letter {mark}"),
        ("description_sr", "Министарство уводи час."),
        ("description_en", "The Ministry introduces the lesson."),
    ):
        page.locator(f"[name={field}]").fill(words)
    click_through(page, "form[enctype] [type=submit]")
    done(page)
