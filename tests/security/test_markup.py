"""Hostile texts written directly to every column of user input: pages show them as text, and machine-readable files stay valid."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urldefrag, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation
from ical.calendar_stream import IcsCalendarStream
from lxml import etree

from clicksafely.common.i18n.language import language_of_path
from tests.clients.staff import signed_in
from tests.factories.whole_portal import fill_text_columns, make_whole_portal
from tests.security.corpus import MARK
from tests.security.html_forms import Page
from tests.staff_access import ROLES, TABLE

pytestmark = pytest.mark.django_db
# Closes an attribute, a title, a field, a script, a comment and a CDATA section, and opens elements.
PLANTED: Final = """'"></title></textarea></script>]]>--><xq7 onxq7=1><img src=x onerror=xq7()>"""
# Number of pages per pattern: their rows are alike.
ALIKE: Final = 1
STARTS: Final = (
    *(f"/{code}/" for code in ("sr", "sr-latn", "en")),
    f"/sr/search/?q={MARK}",
    "/en/search/?q=%22%3E%3Cxq7%20onxq7%3D1%3E",
    "/sr-latn/search/?q=%3C/title%3E%3Cscript%3Exq7()%3C/script%3E",
    "/en/resources/?topic=%22%3E%3Cxq7%3E&type=%22onxq7=1",
    "/en/events/?town=%22%3E%3Cxq7%3E",
    "/en/news/?topic=%3Cxq7%3E",
    "/en/report/status/?receipt=%3Cxq7%3E",
    "/en/nowhere/%3Cxq7%3E/",
    "/sitemap.xml",
    "/events.ics",
    "/api/openapi.json",
    "/api/v1/openapi.json",
)


class Finds:
    """The pages read and the errors found."""

    def __init__(self) -> None:
        self.read: dict[str, int] = {}
        self.marked: set[str] = set()
        self.faults: list[str] = []

    def judge(self, path: str, response: Any) -> Page | None:
        """Check one response."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        self.read[kind] = self.read.get(kind, 0) + 1
        if response.status_code >= 500:
            self.faults.append(f"{path}: {response.status_code}")
            return None
        body = b"".join(response) if response.streaming else response.content
        if MARK.encode() in body:
            self.marked.add(kind)
        if kind == "text/html" and body.strip():
            page = Page(body.decode())
            self.faults += [f"{path}: {each}" for each in page.grown()]
            for script in page.root.iterfind(".//script[@type='application/ld+json']"):
                json.loads(script.text)
            return page
        if check := CHECKS.get(kind):
            try:
                self.faults += [f"{path}: {each}" for each in check(body)]
            except Exception as error:  # noqa: BLE001 - whatever the readers of each format raise
                self.faults.append(f"{path}: {kind} cannot be read: {error!r}")
        return None


def _feed(body: bytes) -> Iterator[str]:
    root = etree.fromstring(body)
    for each in root.iter():
        if isinstance(each.tag, str) and MARK in each.tag:
            yield f"an element {each.tag}"
        if isinstance(each.tag, str) and each.get("type") == "html":
            yield from Page(f"<div>{each.text or ''}</div>").grown()


def _json(body: bytes) -> Iterator[str]:
    yield from _within(json.loads(body))


def _within(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name == "content_html":
                yield from Page(f"<div>{each}</div>").grown()
            yield from _within(each)
    elif isinstance(value, list):
        for each in value:
            yield from _within(each)


def _calendar(body: bytes) -> Iterator[str]:
    for calendar in IcsCalendarStream.from_ics(body.decode()).calendars:
        for event in calendar.events:
            if event.attach or not event.uid:
                yield f"an event with an attachment: {event.summary}"


def _table(body: bytes) -> Iterator[str]:
    text = body.decode("utf-8-sig")
    widths = {len(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)}
    if len(widths) != 1:
        yield f"rows of {widths} cells"


CHECKS: Final = {
    "application/atom+xml": _feed,
    "application/xml": _feed,
    "image/svg+xml": _feed,
    "application/json": _json,
    "application/feed+json": _json,
    "text/calendar": _calendar,
    "text/csv": _table,
}


def follow(client: Client, starts: Any, finds: Finds) -> int:
    """Follow links from `starts` to public pages, up to the limit per URL pattern."""
    queue, seen, alike = list(starts), set(starts), {}
    done = 0
    while queue:
        path = queue.pop(0)
        done += 1
        with transaction.atomic():
            page = finds.judge(path, client.get(path))
        for link in _links(page) if page else ():
            parts = urlsplit(urldefrag(link)[0])
            if (
                parts.netloc not in {"", "testserver"}
                or not parts.path.startswith("/")
                or parts.path.startswith(("/static/", "/admin/"))
            ):
                continue
            try:
                with translation.override(language_of_path(parts.path) or "sr"):
                    route = resolve(parts.path).route
            except Resolver404:
                continue
            like = (
                parts.path.split("/")[1],
                route,
                tuple(sorted(each.partition("=")[0] for each in parts.query.split("&"))),
            )
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if target in seen or alike.get(like, 0) >= (1 if parts.query else ALIKE):
                continue
            alike[like] = alike.get(like, 0) + 1
            seen.add(target)
            queue.append(target)
    return done


def _links(page: Page) -> list[str]:
    return [each.get("href") for each in page.root.iter("a", "link") if each.get("href")]


def test_words_stay_words() -> None:
    paths = make_whole_portal()
    people = {role: signed_in(f"the-{role}", role).client for role in ROLES}
    planted, _refused = fill_text_columns(PLANTED)
    finds = Finds()
    public = Client(raise_request_exception=False)
    followed = follow(public, STARTS, finds)
    for route, path in paths.items():
        who, (got, _posted), _others = TABLE[route]
        role = next((role for role in ROLES if role in who), None)
        if got != 200 or role is None:
            continue
        people[role].raise_request_exception = False
        with transaction.atomic():
            finds.judge(path, people[role].get(path))
            transaction.set_rollback(True)
    assert finds.faults == []
    # A minimum number, so that a broken crawl is not mistaken for success.
    assert planted > 300
    assert followed > 60
    assert finds.read["text/html"] > 250
    assert finds.marked >= {
        "text/html",
        "text/calendar",
        "text/csv",
        "application/atom+xml",
        "application/feed+json",
        "application/json",
    }
