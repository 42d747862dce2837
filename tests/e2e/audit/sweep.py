"""Crawls the site and checks links, words, markup, feeds and the rendered pages.

Faults are recorded; a test fails only if a check could not run.
"""

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import feedparser
import httpx2
import pytest
from ical.calendar_stream import IcsCalendarStream
from playwright.sync_api import Page, Route

from tests.e2e.audit.crawling import Crawl, crawl
from tests.e2e.audit.examining import SPECIAL, USUAL, Display, Examiner
from tests.e2e.audit.markup import validate
from tests.e2e.audit.result_file import ResultFile
from tests.e2e.audit.templates import first_of_each, keys_of, template_of
from tests.e2e.audit.words import language_tag, stray_words
from tests.e2e.contents import ADMINISTRATOR
from tests.e2e.page_checks import LANGUAGES
from tests.e2e.pages import STEPS
from tests.e2e.staff_states import STEPS as STAFF_STEPS
from tests.live_portal import Site

ACCOUNTS_OF_ROLES = {"analyst": "analyst1", "administrator": ADMINISTRATOR}
ROLES = (
    "supervisor",
    "editor",
    "author",
    "events",
    "coordinator",
    "analyst",
    "auditor",
    "safeguarding",
    "administrator",
)
ACCOUNT_NAMES = re.compile(rf"\b({'|'.join((*ROLES, *ACCOUNTS_OF_ROLES.values(), 'deputy', 'bystander'))})\b")
TAGS = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "en": "en"}
# One process crawls the public pages, another the staff pages, each once.
public_half, staff_half = pytest.mark.xdist_group("public"), pytest.mark.xdist_group("staff")
# A page that is not the first of its template is checked in one of these combinations.
TURNS = tuple(itertools.product(LANGUAGES, USUAL))
# A staff page that is not the first of its template: every two of language, theme and width meet.
PAIRS = {
    "sr": (Display(360), Display(768, dark=True), Display(1280)),
    "en": (Display(360, dark=True), Display(768), Display(1280, dark=True)),
}
# Pages for each template and role that are found by links only.
MAX_STAFF_PAGES = 3
# The icons of the rich text editor are words in a font of icons.
WITHOUT_ICONS = """(() => {
    const copy = document.documentElement.cloneNode(true);
    for (const bar of copy.querySelectorAll('.prose-menubar')) bar.remove();
    return copy.outerHTML;
})()"""
PREVIEW = re.compile(r"/preview/(sr|sr-latn|en)/")
STRUCTURED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def _public_name(names: dict[str, str], path: str) -> str:
    parts = path.split("/")
    return "/".join(names.get(part, part) for part in parts)


def _read(result_file: ResultFile, name: str, template: str, html: str, tag: str) -> None:
    # The title of a results page contains the search term, in any language; pages about accounts contain user names.
    typed = dict(parse_qsl(urlsplit(name).query)).get("q")
    text = ACCOUNT_NAMES.sub(" ", html.replace(typed, " ") if typed else html)
    wrong = [("stray words", line) for line in stray_words(text)]
    # The address of a preview names its language.
    if shown := PREVIEW.search(name):
        tag = TAGS[shown[1]]
    if language_tag(html) not in {tag, tag.removesuffix("-Cyrl")}:
        wrong.append(("language", f"{language_tag(html)} instead of {tag}"))
    result_file.write("words", name, wrong, template=template)


def _validate(result_file: ResultFile, pages: dict[str, str], tools: Path) -> None:
    remaining = {name: html for name, html in pages.items() if not result_file.is_clean("markup", name)}
    for name, wrong in validate(remaining, tools=tools, folder=result_file.folder / "pages").items():
        result_file.write("markup", name, wrong)


def _language(path: str) -> str:
    return path.split("/")[1]


@public_half
def test_links_and_words(public: Crawl, names: dict[str, str], result_file: ResultFile, checks: set[str]) -> None:
    assert len(public.pages()) > 300
    if "links" in checks:
        for path, wrong in public.faults.items():
            result_file.write("links", _public_name(names, path), wrong, template=template_of(path))
    if "words" in checks:
        for path, html in public.pages().items():
            if _language(path) in LANGUAGES:
                _read(result_file, _public_name(names, path), template_of(path), html, TAGS[_language(path)])


@public_half
def test_markup(
    public: Crawl,
    contents: dict[str, Any],
    names: dict[str, str],
    result_file: ResultFile,
    checks: set[str],
    tools: Path,
) -> None:
    if "markup" not in checks:
        pytest.skip("not selected")
    pages = {_public_name(names, path): html for path, html in public.pages().items()}
    for language, errors in contents["errors"].items():
        pages |= {f"/{language}/error-{status}/": html for status, html in errors.items()}
    _validate(result_file, pages, tools)


@public_half
def test_feeds(site: Site, public: Crawl, result_file: ResultFile, checks: set[str]) -> None:
    if "feeds" not in checks:
        pytest.skip("not selected")
    readers = {"application/atom+xml": _wrong_feed, "text/calendar": _wrong_calendar, "application/json": _wrong_json}
    for path, answer in public.answers.items():
        if answer.status == 200 and (reader := readers.get(answer.kind)):
            result_file.write("feeds", path, reader(httpx2.get(site.url + path).text), template=template_of(path))
        elif answer.is_page:
            wrong = [fault for text in STRUCTURED.findall(answer.text) for fault in _wrong_data(text)]
            result_file.write("feeds", path, wrong, template=template_of(path))


def _wrong_feed(text: str) -> list[tuple[str, str]]:
    feed = feedparser.parse(text)
    return [("feed", str(feed.bozo_exception))] if feed.bozo else []


def _wrong_calendar(text: str) -> list[tuple[str, str]]:
    try:
        IcsCalendarStream.calendar_from_ics(text)
    except ValueError as error:
        return [("calendar", str(error))]
    return []


def _wrong_json(text: str) -> list[tuple[str, str]]:
    try:
        json.loads(text)
    except ValueError as error:
        return [("JSON", str(error))]
    return []


def _wrong_data(text: str) -> list[tuple[str, str]]:
    if wrong := _wrong_json(text):
        return wrong
    data = json.loads(text)
    return [] if data.get("@context") == "https://schema.org" else [("structured data", "no @context of schema.org")]


def _fulfil(html: str, route: Route) -> None:
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


def _public_plan(
    public: Crawl, names: dict[str, str], language: str
) -> Iterator[tuple[str, str, tuple[Display, ...], bool]]:
    """Yield (path, name, displays, whether to check the keyboard) of the pages to check in one language."""
    paths = [path for path in public.pages() if _language(path) == language and not public.answers[path].is_file]
    tails = sorted({path.split("/", 2)[2] for path in public.pages() if _language(path) in LANGUAGES})
    turns = dict(zip(tails, itertools.cycle(TURNS), strict=False))
    first = set(first_of_each(path for path in paths if not keys_of(path)).values())
    alone = set(first_of_each(path for path in paths if keys_of(path)).values())
    for path in paths:
        turn, display = turns[path.split("/", 2)[2]]
        name = _public_name(names, path)
        if path in first or (path in alone and not {template_of(path)} & {template_of(each) for each in first}):
            yield path, name, (*USUAL, *SPECIAL) if language == LANGUAGES[0] else USUAL, language == LANGUAGES[0]
        elif turn == language or f"/{turn}/" + path.split("/", 2)[2] not in public.answers:
            yield path, name, (display,), False


@public_half
@pytest.mark.parametrize("language", LANGUAGES)
def test_public_displays(
    site: Site,
    visit: Callable[..., Page],
    contents: dict[str, Any],
    public: Crawl,
    names: dict[str, str],
    result_file: ResultFile,
    checks: set[str],
    language: str,
) -> None:
    if not checks & {"display", "keyboard"}:
        pytest.skip("not selected")
    page = visit()
    examiner = Examiner(page, site.url, result_file, fingers=True, cookies=False)
    for path, name, displays, keyboard in _public_plan(public, names, language):
        if not examiner.is_done(name, keyboard=keyboard):
            examiner.visit(path, name, template_of(path), displays, keyboard=keyboard)
    for status, html in contents["errors"][language].items():
        path = f"/{language}/error-{status}/"
        if not examiner.is_done(path, keyboard=False):
            page.route(f"**{path}", partial(_fulfil, html))
            page.goto(path)
            _read(result_file, path, "error", html, TAGS[language])
            examiner.examine(path, "error", USUAL, keyboard=False)
    for step, lead in STEPS.items():
        name = f"/{language}/ {step}"
        if not examiner.is_done(name, keyboard=True):
            lead(page, language)
            _read(result_file, name, step, page.content(), TAGS[language])
            examiner.examine(name, step, (*USUAL, *SPECIAL), keyboard=True)
    assert page.context.cookies() == []


def _set_language(page: Page, site: Site, language: str) -> None:
    page.context.add_cookies([{"name": "lang", "value": language, "domain": "127.0.0.1", "path": "/admin/"}])


def _staff_pages(contents: dict[str, Any], role: str, crawls: dict[str, Crawl]) -> list[str]:
    """Return the paths to check for this role: those listed for it, and some that are found by links."""
    chosen: list[str] = ["/admin/", *contents["staff"].get(role, [])]
    everybody = {path for paths in contents["staff"].values() for path in paths}
    many = Counter[tuple[str, tuple[str, ...]]]()
    for path in crawls[LANGUAGES[0]].pages():
        like = (template_of(path), keys_of(path))
        if path.startswith("/admin/") and path not in everybody and many[like] < (1 if like[1] else MAX_STAFF_PAGES):
            many[like] += 1
            chosen.append(path)
    answers = crawls[LANGUAGES[0]].answers
    return [path for path in dict.fromkeys(chosen) if answers[path].kind == "text/html" and not answers[path].is_file]


@staff_half
@pytest.mark.parametrize("role", ROLES)
def test_staff(
    site: Site,
    sign_in: Callable[..., Page],
    contents: dict[str, Any],
    result_file: ResultFile,
    checks: set[str],
    tools: Path,
    role: str,
) -> None:
    page = sign_in(ACCOUNTS_OF_ROLES.get(role, role))
    cookies = {str(cookie["name"]): str(cookie["value"]) for cookie in page.context.cookies()}
    starts = ["/admin/", *contents["staff"].get(role, [])]
    walk = partial(crawl, site.url, within="/admin/", expected=starts)
    crawls = {LANGUAGES[0]: walk(starts, cookies=cookies | {"lang": LANGUAGES[0]}, most=MAX_STAFF_PAGES)}
    found = [path for path in crawls[LANGUAGES[0]].pages() if path.startswith("/admin/")]
    # The same pages in the other languages, without following links.
    crawls |= {language: walk(found, cookies=cookies | {"lang": language}, most=0) for language in LANGUAGES[1:]}
    for language, crawled in crawls.items():
        if "links" in checks:
            for path, wrong in crawled.faults.items():
                if path.startswith("/admin/"):
                    result_file.write("links", f"{role} {path} [{language}]", wrong, template=template_of(path))
        pages = {
            f"{role} {path} [{language}]": (path, html)
            for path, html in crawled.pages().items()
            if path.startswith("/admin/")
        }
        if "words" in checks:
            for name, (path, html) in pages.items():
                _read(result_file, name, template_of(path), html, TAGS[language])
        if "markup" in checks:
            _validate(result_file, {name: html for name, (_path, html) in pages.items()}, tools)
    if checks & {"display", "keyboard"}:
        examiner = Examiner(page, site.url, result_file, fingers=False, cookies=True)
        _check_staff_displays(examiner, site, contents, role, crawls)
        _check_staff_steps(examiner, site, result_file, role)


def _check_staff_displays(
    examiner: Examiner, site: Site, contents: dict[str, Any], role: str, crawls: dict[str, Crawl]
) -> None:
    turns = itertools.cycle(TURNS)
    own = {"/admin/", *contents["staff"].get(role, [])} - set(contents["samples"])
    owners = _owners(contents)
    for path in _staff_pages(contents, role, crawls):
        turn, display = next(turns)
        if path == "/admin/" or owners.setdefault(template_of(path), (role, path)) == (role, path):
            looks = dict.fromkeys(LANGUAGES, USUAL)
            keyboard = LANGUAGES[0]
        else:
            looks, keyboard = PAIRS if path in own else {turn: (display,)}, ""
        for language, displays in looks.items():
            name, focused = f"{role} {path} [{language}]", language == keyboard
            if not examiner.is_done(name, keyboard=focused):
                _set_language(examiner.page, site, language)
                shown = displays + SPECIAL if focused else displays
                examiner.visit(path, name, template_of(path), shown, keyboard=focused)


def _owners(contents: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return {template: (role, path)}: this page of the template is checked in all languages and displays."""
    owners: dict[str, tuple[str, str]] = {}
    for role in ROLES:
        for path in contents["staff"].get(role, []):
            owners.setdefault(template_of(path), (role, path))
    return owners


def _follow(lead: Callable[[Page], object], result_file: ResultFile, name: str, tag: str, page: Page) -> None:
    lead(page)
    _read(result_file, name, "step", page.evaluate(WITHOUT_ICONS), tag)


def _check_staff_steps(examiner: Examiner, site: Site, result_file: ResultFile, role: str) -> None:
    for step, (who, lead) in STAFF_STEPS.items():
        for language in PAIRS if who == role else ():
            name, keyboard = f"{role} {step} [{language}]", language == LANGUAGES[0]
            if examiner.is_done(name, keyboard=keyboard):
                continue
            _set_language(examiner.page, site, language)
            follow = partial(_follow, lead, result_file, name, TAGS[language])
            examiner.reach(follow, name, "step", USUAL, keyboard=keyboard)


@staff_half
@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in(
    site: Site, visit: Callable[..., Page], result_file: ResultFile, checks: set[str], language: str
) -> None:
    if not checks & {"display", "keyboard"}:
        pytest.skip("not selected")
    page = visit()
    _set_language(page, site, language)
    page.goto("/admin/login/")
    _read(result_file, f"anonymous /admin/login/ [{language}]", "admin:login", page.content(), TAGS[language])
    Examiner(page, site.url, result_file, fingers=False, cookies=True).examine(
        f"anonymous {urlsplit(page.url).path} [{language}]", "admin:login", (*USUAL, *SPECIAL), keyboard=True
    )
