"""The youth panel from an empty database to a name that is nowhere any more: one journey, by its users' own pages."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from clicksafely.accounts.models import User
from clicksafely.common.serbian.search_folding import fold
from tests.e2e.panel_steps import (
    ADMIN,
    LANGUAGES,
    answer_by_form,
    answer_in_a_browser,
    ask,
    call_seventy,
    done,
    go,
    hand_over_and_answer,
    meet,
    print_codes,
    read_everywhere,
    write_paper,
)
from tests.restoring import back_up, restored
from tests.servers import BASE_DIR
from tests.site import Site
from tests.youthpanel.tracing import dump, figures, files_below, remembered
from youthpanel.member_auth import codes
from youthpanel.models import Cohort, Consultation, InvitationCode, MeetingFile

# How many answer in a browser, and how many by the same forms without one.
BY_BROWSER, BY_FORM = 3, 12


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


def told(page: Page) -> dict[str, Any]:
    """What the public reads in figures."""
    page.goto("/en/youth-panel/")
    shown = page.locator(".panel-figures").inner_text()
    return {"panel": shown, "tracker": json.loads(page.request.get("/en/youth-panel/recommendations.json").text())}


def traces(site: Site, page: Page, words: list[str], paths: list[str]) -> list[str]:
    """Where one of the words still stands: tables with audit, history and search index, files, Valkey, what processes said, public pages."""
    with site.orm():
        rows = dump()
    media = {path: content.decode("utf-8", "replace") for path, content in files_below(site.var_dir / "media").items()}
    kept = {
        "database": rows,
        "valkey": remembered(site.env["REDIS_URL"]),
        "log": fold(site.log.getvalue()),
        **{path: fold(f"{path} {content}") for path, content in media.items()},
        **{path: fold(page.request.get(path).text()) for path in paths},
    }
    return [f"{word} in {place}" for place, said in kept.items() for word in words if fold(word) in said]


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
    stage = ask(page, cohort, adults, mark)
    papers = print_codes(page, cohort)
    with site.orm():
        hers = next(
            code
            for code in papers
            if InvitationCode.objects.filter(member=member, digest=codes.digest(codes.normalise(code))).exists()
        )
        slug = Consultation.objects.get(title_sr__contains=mark).slug
    others = [code for code in papers if code != hers]
    answer_in_a_browser(visit(width=360), "sr-latn", hers, slug, f"Ja sam {name} i hoću čas.")
    answer_in_a_browser(visit(width=360, javascript=False), "sr", others.pop(), slug, "Хоћу радионицу.")
    answer_in_a_browser(visit(dark=True), "en", others.pop(), slug, "A club.")
    for number in range(BY_FORM):
        client = playwright_driver.request.new_context(base_url=site.url, extra_http_headers={"Origin": site.url})
        answer_by_form(client, others.pop(), slug, number % 2)
        client.dispose()
    page.goto(stage)
    go(page, "form[action$='/move/'] [type=submit]")
    page.goto(f"{stage}results/")
    expect(page.locator("svg.chart")).to_have_count(1)
    results = page.locator(".result-table").first.inner_text()
    assert str(BY_BROWSER + BY_FORM) in page.locator("#content").inner_text()

    edition = write_paper(page, name, member.pseudonym, mark)
    reader = visit()
    with site.orm():
        paper = Consultation.objects.get(slug=slug).recommendations.get().places.get().paper.slug
    read_everywhere(reader, paper)
    hand_over_and_answer(page, edition, mark)
    reader.goto("/en/youth-panel/recommendations/")
    proposal = reader.locator(".proposal", has=reader.get_by_role("link", name=f"A lesson {mark}"))
    expect(proposal.locator(".proposal-state")).to_contain_text("They said yes")
    expect(proposal.locator(".proposal-ledger li")).to_have_count(2)

    public = told(reader)
    paths = [f"/{code}/youth-panel/{each}" for code in LANGUAGES for each in ("", "recommendations/")]
    with site.orm():
        before = figures()
        pseudonym, uuid = member.pseudonym, MeetingFile.objects.get(shown=member).uuid
    assert f"{surname} in database" in traces(site, reader, [surname], paths)
    back_up(site.database, tmp_path / "portal.dump")
    page.goto(f"{ADMIN}/members/{member.pk}/erase/")
    page.locator("[name=sure]").check()
    go(page, "form.list-form [type=submit]")
    done(page)
    assert traces(site, reader, [surname, "Живка", pseudonym], paths) == []
    assert list((site.var_dir / "media").rglob(f"*{uuid}*")) == []
    with site.orm():
        assert figures() == before
    assert told(reader) == public
    page.goto(f"{stage}results/")
    assert page.locator(".result-table").first.inner_text() == results
    read_everywhere(reader, paper)

    with restored(tmp_path / "portal.dump", f"{site.database}_restored") as url:
        with reading(site, f"{site.database}_restored"):
            assert fold(surname) in dump()
        command = [sys.executable, str(BASE_DIR / "manage.py"), "replay_erasures"]
        subprocess.run(command, env=os.environ | site.env | {"DATABASE_URL": url}, check=True, timeout=120)
        with reading(site, f"{site.database}_restored"):
            left = dump()
            assert [word for word in (surname, pseudonym) if fold(word) in left] == []
            assert figures() == before
