"""Crawls, reads, validates and looks. What is wrong goes into the ledger; a test here fails only if something could not be looked at."""

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
import httpx
import pytest
from ical.calendar_stream import IcsCalendarStream
from playwright.sync_api import Page, Route

from tests.e2e.audit.crawling import Crawl, crawl
from tests.e2e.audit.examining import SPECIAL, USUAL, Examiner, Pose
from tests.e2e.audit.ledger import Ledger
from tests.e2e.audit.markup import validate
from tests.e2e.audit.templates import first_of_each, keys_of, template_of
from tests.e2e.audit.words import language_tag, stray_words
from tests.e2e.looking import LANGUAGES
from tests.e2e.pages import STEPS
from tests.site import Site

WHO = {"analyst": "analyst1"}
ROLES = ("supervisor", "editor", "coordinator", "analyst", "auditor", "safeguarding")
TAGS = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "en": "en"}
# Each half is one process's, which crawls it once.
public_half, staff_half = pytest.mark.xdist_group("public"), pytest.mark.xdist_group("staff")
# Every page that is not the first of its template is looked at in one of these.
TURNS = tuple(itertools.product(LANGUAGES, USUAL))
# Pages that only links lead to: so many of a template for each role.
MOST_OF_STAFF = 3
PREVIEW = re.compile(r"/preview/(sr|sr-latn|en)/")
STRUCTURED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def _public_name(names: dict[str, str], path: str) -> str:
    parts = path.split("/")
    return "/".join(names.get(part, part) for part in parts)


def _read(ledger: Ledger, name: str, template: str, html: str, tag: str) -> None:
    # A word that was searched for stands in titles, which cannot say that it is nobody's language.
    typed = dict(parse_qsl(urlsplit(name).query)).get("q")
    wrong = [("stray words", line) for line in stray_words(html.replace(typed, " ") if typed else html)]
    # A preview is in the language that its address ends with, whatever the member of staff reads.
    if shown := PREVIEW.search(name):
        tag = TAGS[shown[1]]
    if language_tag(html) not in {tag, tag.removesuffix("-Cyrl")}:
        wrong.append(("language", f"{language_tag(html)} instead of {tag}"))
    ledger.write("words", name, wrong, template=template)


def _validate(ledger: Ledger, pages: dict[str, str], tools: Path) -> None:
    left = {name: html for name, html in pages.items() if not ledger.is_clean("markup", name)}
    for name, wrong in validate(left, tools=tools, folder=ledger.folder / "pages").items():
        ledger.write("markup", name, wrong)


def _language(path: str) -> str:
    return path.split("/")[1]


@public_half
def test_links_and_words(public: Crawl, names: dict[str, str], ledger: Ledger, checks: set[str]) -> None:
    assert len(public.pages()) > 300
    if "links" in checks:
        for path, wrong in public.faults.items():
            ledger.write("links", _public_name(names, path), wrong, template=template_of(path))
    if "words" in checks:
        for path, html in public.pages().items():
            if _language(path) in LANGUAGES:
                _read(ledger, _public_name(names, path), template_of(path), html, TAGS[_language(path)])


@public_half
def test_markup(
    public: Crawl, contents: dict[str, Any], names: dict[str, str], ledger: Ledger, checks: set[str], tools: Path
) -> None:
    if "markup" not in checks:
        pytest.skip("not asked for")
    pages = {_public_name(names, path): html for path, html in public.pages().items()}
    for language, errors in contents["errors"].items():
        pages |= {f"/{language}/error-{status}/": html for status, html in errors.items()}
    _validate(ledger, pages, tools)


@public_half
def test_feeds(site: Site, public: Crawl, ledger: Ledger, checks: set[str]) -> None:
    if "feeds" not in checks:
        pytest.skip("not asked for")
    readers = {"application/atom+xml": _wrong_feed, "text/calendar": _wrong_calendar, "application/json": _wrong_json}
    for path, answer in public.answers.items():
        if answer.status == 200 and (reader := readers.get(answer.kind)):
            ledger.write("feeds", path, reader(httpx.get(site.url + path).text), template=template_of(path))
        elif answer.is_page:
            wrong = [fault for text in STRUCTURED.findall(answer.text) for fault in _wrong_data(text)]
            ledger.write("feeds", path, wrong, template=template_of(path))


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
) -> Iterator[tuple[str, str, tuple[Pose, ...], bool]]:
    """(path, name, poses, whether by keyboard) of what is looked at in one language."""
    paths = [path for path in public.pages() if _language(path) == language and not public.answers[path].is_file]
    tails = sorted({path.split("/", 2)[2] for path in public.pages() if _language(path) in LANGUAGES})
    turns = dict(zip(tails, itertools.cycle(TURNS), strict=False))
    first = set(first_of_each(path for path in paths if not keys_of(path)).values())
    alone = set(first_of_each(path for path in paths if keys_of(path)).values())
    for path in paths:
        turn, pose = turns[path.split("/", 2)[2]]
        name = _public_name(names, path)
        if path in first or (path in alone and not {template_of(path)} & {template_of(each) for each in first}):
            yield path, name, (*USUAL, *SPECIAL) if language == LANGUAGES[0] else USUAL, language == LANGUAGES[0]
        elif turn == language or f"/{turn}/" + path.split("/", 2)[2] not in public.answers:
            yield path, name, (pose,), False


@public_half
@pytest.mark.parametrize("language", LANGUAGES)
def test_public_looks(
    site: Site,
    visit: Callable[..., Page],
    contents: dict[str, Any],
    public: Crawl,
    names: dict[str, str],
    ledger: Ledger,
    checks: set[str],
    language: str,
) -> None:
    if not checks & {"looks", "keyboard"}:
        pytest.skip("not asked for")
    page = visit()
    examiner = Examiner(page, site.url, ledger, fingers=True, cookies=False)
    for path, name, poses, keyboard in _public_plan(public, names, language):
        if not examiner.is_done(name, keyboard=keyboard):
            examiner.visit(path, name, template_of(path), poses, keyboard=keyboard)
    for status, html in contents["errors"][language].items():
        path = f"/{language}/error-{status}/"
        if not examiner.is_done(path, keyboard=False):
            page.route(f"**{path}", partial(_fulfil, html))
            page.goto(path)
            _read(ledger, path, "error", html, TAGS[language])
            examiner.examine(path, "error", USUAL, keyboard=False)
    for step, lead in STEPS.items():
        name = f"/{language}/ {step}"
        if not examiner.is_done(name, keyboard=True):
            lead(page, language)
            _read(ledger, name, step, page.content(), TAGS[language])
            examiner.examine(name, step, (*USUAL, *SPECIAL), keyboard=True)
    assert page.context.cookies() == []


def _say_language(page: Page, site: Site, language: str) -> None:
    page.context.add_cookies([{"name": "lang", "value": language, "domain": "127.0.0.1", "path": "/admin/"}])


def _staff_pages(contents: dict[str, Any], role: str, crawls: dict[str, Crawl]) -> list[str]:
    """What this role looks at: what was chosen for it, and some of what links lead it to."""
    chosen: list[str] = ["/admin/", *contents["staff"].get(role, [])]
    everybody = {path for paths in contents["staff"].values() for path in paths}
    many = Counter[tuple[str, tuple[str, ...]]]()
    for path in crawls[LANGUAGES[0]].pages():
        like = (template_of(path), keys_of(path))
        if path.startswith("/admin/") and path not in everybody and many[like] < (1 if like[1] else MOST_OF_STAFF):
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
    ledger: Ledger,
    checks: set[str],
    tools: Path,
    role: str,
) -> None:
    page = sign_in(WHO.get(role, role))
    cookies = {str(cookie["name"]): str(cookie["value"]) for cookie in page.context.cookies()}
    starts = ["/admin/", *contents["staff"].get(role, [])]
    walk = partial(crawl, site.url, within="/admin/", expected=starts)
    crawls = {LANGUAGES[0]: walk(starts, cookies=cookies | {"lang": LANGUAGES[0]}, most=MOST_OF_STAFF)}
    found = [path for path in crawls[LANGUAGES[0]].pages() if path.startswith("/admin/")]
    # The same links in the other languages: they are read, not followed.
    crawls |= {language: walk(found, cookies=cookies | {"lang": language}, most=0) for language in LANGUAGES[1:]}
    for language, crawled in crawls.items():
        if "links" in checks:
            for path, wrong in crawled.faults.items():
                if path.startswith("/admin/"):
                    ledger.write("links", f"{role} {path} [{language}]", wrong, template=template_of(path))
        pages = {
            f"{role} {path} [{language}]": (path, html)
            for path, html in crawled.pages().items()
            if path.startswith("/admin/")
        }
        if "words" in checks:
            for name, (path, html) in pages.items():
                _read(ledger, name, template_of(path), html, TAGS[language])
        if "markup" in checks:
            _validate(ledger, {name: html for name, (_path, html) in pages.items()}, tools)
    if checks & {"looks", "keyboard"}:
        _look_at_staff(Examiner(page, site.url, ledger, fingers=False, cookies=True), site, contents, role, crawls)


def _look_at_staff(
    examiner: Examiner, site: Site, contents: dict[str, Any], role: str, crawls: dict[str, Crawl]
) -> None:
    # The template of a page is looked at closely by the first role that has one.
    owners: dict[str, tuple[str, str]] = {}
    for each in ROLES:
        for path in contents["staff"].get(each, []):
            owners.setdefault(template_of(path), (each, path))
    turns = itertools.cycle(TURNS)
    for path in _staff_pages(contents, role, crawls):
        closely = path == "/admin/" or owners.setdefault(template_of(path), (role, path)) == (role, path)
        turn, pose = next(turns)
        for language in LANGUAGES if closely else (turn,):
            keyboard = closely and language == LANGUAGES[0]
            name = f"{role} {path} [{language}]"
            if examiner.is_done(name, keyboard=keyboard):
                continue
            _say_language(examiner.page, site, language)
            poses = USUAL + SPECIAL if keyboard else USUAL if closely else (pose,)
            examiner.visit(path, name, template_of(path), poses, keyboard=keyboard)


@staff_half
@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in(site: Site, visit: Callable[..., Page], ledger: Ledger, checks: set[str], language: str) -> None:
    if not checks & {"looks", "keyboard"}:
        pytest.skip("not asked for")
    page = visit()
    _say_language(page, site, language)
    page.goto("/admin/login/")
    _read(ledger, f"nobody /admin/login/ [{language}]", "admin:login", page.content(), TAGS[language])
    Examiner(page, site.url, ledger, fingers=False, cookies=True).examine(
        f"nobody {urlsplit(page.url).path} [{language}]", "admin:login", (*USUAL, *SPECIAL), keyboard=True
    )
