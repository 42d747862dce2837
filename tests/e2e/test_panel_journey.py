"""The youth panel from an empty database to a name that is nowhere any more: one journey, by its users' own pages."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Playwright, expect

from clicksafely.accounts.models import User
from clicksafely.common.serbian.search_folding import fold
from tests.database_dumps import back_up, restored
from tests.e2e.panel_case_steps import attach_letter, open_card_consultation, settle_note, vote_by_form, write_to_lead
from tests.e2e.panel_steps import (
    ADMIN,
    LANGUAGES,
    answer_by_form,
    answer_in_a_browser,
    call_seventy,
    click_through,
    done,
    meet,
    open_consultation,
    print_codes,
    read_everywhere,
    record_handover_and_answer,
    write_paper,
)
from tests.live_portal import Site
from tests.servers import BASE_DIR
from tests.youthpanel.consultations.builders import script
from tests.youthpanel.stored_data import dump, figures, files_below, remembered
from youthpanel.consultations import workflow
from youthpanel.consultations.phases import PhaseDraft
from youthpanel.member_auth import codes
from youthpanel.models import Cohort, Consultation, InvitationCode, MeetingFile, Response, SafeguardingNote
from youthpanel.states import PhaseActivity

# How many answer in a browser, and how many by the same forms without one.
BY_BROWSER, BY_FORM = 3, 12
# How many vote on opinion cards.
BY_CARDS = 40


@pytest.fixture
def mark() -> str:
    """Letters that stand nowhere else."""
    return "".join(chr(ord("а") + each % 6) for each in secrets.token_bytes(10))


@contextmanager
def reading(site: Site, database: str) -> Iterator[None]:
    """Models read this database."""
    own, site.database = site.database, database
    try:
        with site.orm():
            yield
    finally:
        site.database = own


def close(page: Page, stage: str) -> None:
    """Close the consultation, which asks twice."""
    page.goto(stage)
    click_through(page, "a[href$='/close/']")
    page.locator("[name=confirmed]").check()
    click_through(page, ".staff-form [type=submit]")


def published_results(page: Page) -> dict[str, Any]:
    """What the public reads in figures."""
    page.goto("/en/youth-panel/")
    text = page.locator(".panel-figures").inner_text()
    return {"panel": text, "tracker": json.loads(page.request.get("/en/youth-panel/recommendations.json").text())}


def traces(site: Site, page: Page, words: list[str], paths: list[str]) -> list[str]:
    """Where one of the words still stands: tables with audit, history and search index, files, Valkey, what processes
    said, public pages.
    """
    with site.orm():
        rows = dump()
    media = {path: content.decode("utf-8", "replace") for path, content in files_below(site.var_dir / "media").items()}
    texts_by_place = {
        "database": rows,
        "valkey": remembered(site.env["REDIS_URL"]),
        "log": fold(site.log.getvalue()),
        **{path: fold(f"{path} {content}") for path, content in media.items()},
        **{path: fold(page.request.get(path).text()) for path in paths},
    }
    return [f"{word} in {place}" for place, text in texts_by_place.items() for word in words if fold(word) in text]


def test_from_seventy_rows_to_a_name_that_is_nowhere(
    sign_in: Callable[..., Page],
    visit: Callable[..., Page],
    site: Site,
    mark: str,
    playwright_driver: Playwright,
    tmp_path: Path,
) -> None:
    page = sign_in("coordinator")
    surname = f"Прпић{mark}"
    name = f"Живка {surname}"
    call_seventy(page, name, mark)
    with site.orm():
        cohort = Cohort.objects.get(name_sr=f"Генерација {mark}")
        member = cohort.members.get(consents__document__contains=surname, consents__scope="online")
        adults = list(User.objects.filter(username__in=("coordinator", "safeguarding")).values_list("pk", flat=True))
    meet(page, cohort, member, name, mark)
    stage = open_consultation(page, cohort, adults, mark)
    papers = print_codes(page, cohort)
    with site.orm():
        hers = next(
            code
            for code in papers
            if InvitationCode.objects.filter(member=member, digest=codes.digest(codes.normalise(code))).exists()
        )
        slug = Consultation.objects.get(title_sr__contains=mark).slug
    others = [code for code in papers if code != hers]
    child = visit(width=360)
    answer_in_a_browser(child, "sr-latn", hers, slug, f"Ja sam {name} i hoću čas.", has_name=True)
    answer_in_a_browser(visit(width=360, javascript=False), "sr", others.pop(), slug, "Хоћу радионицу.")
    answer_in_a_browser(visit(dark=True), "en", others.pop(), slug, "A club.")
    for number in range(BY_FORM):
        if number == BY_FORM - 1:
            # Closed too early: as long as no result was shown, it opens again for the last one.
            close(page, stage)
            click_through(page, "form[action$='/reopen/'] [type=submit]")
        client = playwright_driver.request.new_context(base_url=site.url, extra_http_headers={"Origin": site.url})
        answer_by_form(client, others.pop(), slug, number % 2)
        client.dispose()
    close(page, stage)
    page.goto(f"{stage}results/")
    click_through(page, "form[action$='/results/show/'] [type=submit]")
    page.goto(stage)
    expect(page.locator("form[action$='/reopen/']")).to_have_count(0)
    page.goto(f"{stage}results/")
    expect(page.locator("svg.chart")).to_have_count(1)
    results = page.locator(".result-table").first.inner_text()
    assert str(BY_BROWSER + BY_FORM) in page.locator("#content").inner_text()

    cards = open_card_consultation(page, cohort, adults, mark)
    with site.orm():
        consultation = Consultation.objects.get(title_sr__contains=f"Телефони {mark}")
        at = timezone.now()
        # Three days later.
        workflow.replace_phases(
            consultation=consultation,
            phases=[PhaseDraft(PhaseActivity.OPINIONS, at - timedelta(hours=1), at + timedelta(days=1))],
        )
    for votes in script(BY_CARDS):
        client = playwright_driver.request.new_context(base_url=site.url, extra_http_headers={"Origin": site.url})
        vote_by_form(client, others.pop(), consultation.slug, votes)
        client.dispose()
    close(page, cards)
    page.goto(f"{cards}results/")
    click_through(page, "form[action$='/results/show/'] [type=submit]")
    page.goto(f"{cards}results/")
    opinions = page.locator("section[aria-labelledby=opinions-heading]").inner_text()
    assert str(BY_CARDS) in opinions
    with site.orm():
        [round_] = consultation.opinion_rounds.all()
        groups = round_.figures["groups"]
        assert len(groups) == 2
        assert sum(group["size"] for group in groups) == round_.figures["sheets"] == BY_CARDS
        assert not round_.sheets.exists()

    worry = f"У школи ме остављају по страни. {mark}"
    write_to_lead(child, worry)
    assert page.request.get(f"{ADMIN}/safeguarding/").status == 403
    settle_note(sign_in("safeguarding"), member.pseudonym, worry)
    with site.orm():
        note = SafeguardingNote.objects.get(member=member)
        assert (note.source, note.outcome, note.closed_at is None) == ("child", "school", False)

    edition = write_paper(page, name, member.pseudonym, mark)
    reader = visit()
    with site.orm():
        paper = Consultation.objects.get(slug=slug).recommendations.get().places.get().paper.slug
    read_everywhere(reader, paper)
    record_handover_and_answer(page, edition, mark)
    with site.orm():
        answer = Response.objects.get(kind="accepted", recommendation__title_sr=f"Час {mark}")
    attach_letter(page, answer.pk, mark)
    reader.goto("/en/youth-panel/recommendations/")
    proposal = reader.locator(".proposal", has=reader.get_by_role("link", name=f"A lesson {mark}"))
    expect(proposal.locator(".proposal-state")).to_contain_text("They said yes")
    expect(proposal.locator(".proposal-ledger li")).to_have_count(2)
    letter = proposal.locator(".proposal-letter a", has_text=f"Letter {mark}")
    assert reader.request.get(str(letter.get_attribute("href"))).body().startswith(b"%PDF")

    public = published_results(reader)
    paths = [f"/{code}/youth-panel/{each}" for code in LANGUAGES for each in ("", "recommendations/")]
    with site.orm():
        before = figures()
        pseudonym, uuid = member.pseudonym, MeetingFile.objects.get(shown=member).uuid
    assert f"{surname} in database" in traces(site, reader, [surname], paths)
    back_up(site.database, tmp_path / "portal.dump")
    page.goto(f"{ADMIN}/members/{member.pk}/erase/")
    page.locator("[name=confirmed]").check()
    click_through(page, "form.staff-form [type=submit]")
    done(page)
    assert traces(site, reader, [surname, "Живка", pseudonym], paths) == []
    assert list((site.var_dir / "media").rglob(f"*{uuid}*")) == []
    with site.orm():
        assert figures() == before
    assert published_results(reader) == public
    page.goto(f"{stage}results/")
    assert page.locator(".result-table").first.inner_text() == results
    page.goto(f"{cards}results/")
    assert page.locator("section[aria-labelledby=opinions-heading]").inner_text() == opinions
    read_everywhere(reader, paper)

    with restored(tmp_path / "portal.dump", f"{site.database}_restored") as url:
        with reading(site, f"{site.database}_restored"):
            assert fold(surname) in dump()
        command = [sys.executable, str(BASE_DIR / "manage.py"), "replay_erasures"]
        subprocess.run(command, env=os.environ | site.env | {"DATABASE_URL": url}, check=True, timeout=300)
        with reading(site, f"{site.database}_restored"):
            database_text = dump()
            assert [word for word in (surname, pseudonym) if fold(word) in database_text] == []
            assert figures() == before
