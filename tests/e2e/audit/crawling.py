"""Follows all links within the portal and reports links to missing pages, to wrong content types, and to missing fragments."""

import contextlib
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import httpx2

from tests.e2e.audit.templates import keys_of, template_of

# Limits of pages with one template and the same query parameters: calendars and filters are endless.
MAX_PAGES, MAX_ASKED = 400, 4
LEADING: Final = {
    "a": "href",
    "area": "href",
    "link": "href",
    "img": "src",
    "script": "src",
    "source": "src",
    "track": "src",
}
LEADING_TOO: Final = {"use": "href", "iframe": "src", "audio": "src", "video": "src"}
KINDS: Final = {
    ".css": ("text/css",),
    ".js": ("text/javascript",),
    ".svg": ("image/svg+xml",),
    ".png": ("image/png",),
    ".webp": ("image/webp",),
    ".woff2": ("font/woff2",),
    ".webmanifest": ("application/manifest+json",),
    ".xml": ("application/xml",),
    ".atom": ("application/atom+xml",),
    ".json": ("application/json", "application/feed+json"),
    ".csv": ("text/csv",),
    ".ics": ("text/calendar",),
    ".vtt": ("text/vtt",),
    ".pdf": ("application/pdf",),
    ".txt": ("text/plain",),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
}


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        for key in ("id", "name" if tag == "a" else "id"):
            if values.get(key):
                self.ids.add(str(values[key]))
        name = LEADING.get(tag) or LEADING_TOO.get(tag)
        if name and values.get(name):
            self.found.append(str(values[name]))
        if tag in {"img", "source"}:
            self.found += [part.split()[0] for part in (values.get("srcset") or "").split(",") if part.strip()]


@dataclass
class Answer:
    """The response to a path after redirects. `links` are (path in the portal, fragment). `is_file`: it is sent as an attachment."""

    status: int
    kind: str
    text: str = ""
    path: str = ""
    is_file: bool = False
    links: list[tuple[str, str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    @property
    def is_page(self) -> bool:
        """Whether it is an HTML page."""
        return self.status == 200 and self.kind == "text/html"


@dataclass
class Crawl:
    """All responses by path, and {page: [(rule, path)]} of wrong links."""

    answers: dict[str, Answer] = field(default_factory=dict)
    faults: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def pages(self) -> dict[str, str]:
        """Return {path: HTML} of the pages, without redirects."""
        return {
            path: answer.text
            for path, answer in self.answers.items()
            if answer.is_page and urlsplit(unquote(answer.path)).path == urlsplit(unquote(path)).path
        }


def crawl(
    site: str,
    starts: Iterable[str],
    *,
    cookies: Mapping[str, str] | None = None,
    within: str = "/",
    expected: Iterable[str] = (),
    most: int = MAX_PAGES,
) -> Crawl:
    """Follow all links from `starts` (paths) within `site` (without a slash at the end). Links on pages outside `within` are not followed.

    `expected` are starts that may return another status than 200; `most` limits the pages of one template besides the starts.
    """
    found, queue = Crawl(), deque(dict.fromkeys(starts))
    seen, alike, expected_paths = set(queue), Counter[tuple[str, tuple[str, ...]]](), set(expected)
    where: dict[str, str] = {path: path for path in queue}
    with httpx2.Client(base_url=site, cookies=dict(cookies or {}), timeout=60) as client:
        while queue:
            path = queue.popleft()
            answer = found.answers[path] = _fetch(client, site, path)
            if path not in expected_paths and (rule := _wrong(path, answer)):
                found.faults.setdefault(where[path], []).append((rule, path))
            for link, _fragment in answer.links if urlsplit(answer.path).path.startswith(within) else ():
                if link in seen:
                    continue
                # Each language has its own limit.
                like = (link.split("/")[1] + template_of(link), keys_of(link))
                if alike[like] >= (min(MAX_ASKED, most) if like[1] else most):
                    continue
                alike[like] += 1
                seen.add(link)
                where[link] = path
                queue.append(link)
    for path, answer in found.answers.items():
        found.faults.setdefault(path, [])
        for link, fragment in answer.links:
            target = found.answers.get(link)
            if fragment and target is not None and target.is_page and fragment not in target.ids:
                found.faults[path].append(("no such part", f"{link}#{fragment}"))
    return found


def _fetch(client: httpx2.Client, site: str, path: str) -> Answer:
    response = client.send(client.build_request("GET", path), stream=True)
    while response.next_request and str(response.next_request.url).startswith(f"{site}/"):
        response.close()
        response = client.send(response.next_request, stream=True)
    with contextlib.closing(response):
        kind = response.headers.get("content-type", "").partition(";")[0]
        is_file = response.headers.get("content-disposition", "").startswith("attachment")
        # A redirect to another site, such as that of leaving a report, is not followed.
        status = 200 if response.next_request else response.status_code
        answer = Answer(status, kind, path=response.url.raw_path.decode(), is_file=is_file)
        if kind == "text/html":
            response.read()
            answer.text = response.text
    if not answer.text:
        return answer
    links = _Links(answer.text)
    answer.ids = links.ids | {"", "top"}
    for link in links.found:
        address, fragment = urldefrag(urljoin(site + answer.path, link))
        # Absolute addresses of the portal name localhost.
        address = address.replace(site.replace("127.0.0.1", "localhost"), site)
        if address == site or address.startswith(f"{site}/"):
            answer.links.append((address.removeprefix(site) or "/", unquote(fragment)))
        elif not urlsplit(address).scheme:
            answer.links.append((address, ""))
    return answer


def _wrong(path: str, answer: Answer) -> str:
    if answer.status != 200:
        return f"leads to {answer.status}"
    if answer.path.startswith("/admin/login/") and not path.startswith("/admin/login/"):
        return "leads to signing in"
    expected = KINDS.get(PurePosixPath(urlsplit(path).path).suffix)
    if expected and answer.kind not in expected:
        return f"is {answer.kind}, not {' or '.join(expected)}"
    return ""
