"""Reads the visible text of every public page with Django's test client."""

import re
from collections import deque
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.test import Client

STARTS: Final = ("/", "/sr/", "/sr-latn/", "/en/", "/robots.txt", "/sitemap.xml")
SHOWN: Final = ("alt", "aria-label", "content", "placeholder", "title", "value")
HIDDEN: Final = ("script", "style", "template", "svg")
BLOCKS: Final = re.compile(
    "address|article|aside|br|button|d[dlt]|div|fieldset|fig.*|footer|form|h[1-6r]|header|html|head|input|label|legend|li|main|nav|"
    "ol|option|p|section|select|summary|t[drh]|table|textarea|time|title|ul|a|meta|img|details"
)
TEXTS: Final = re.compile(r"text/(plain|calendar|csv)|application/(\w+\+)?(xml|json)")
# Tokens of forms, random identifiers, hashes in the names of static files.
RANDOM: Final = re.compile(
    r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<=\.)[0-9a-f]{12}(?=\.)|\b[A-Za-z0-9_-]{40,}(:[\w:-]+)?"
)


class _Page(HTMLParser):
    """The visible text and the links of an HTML page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._hidden += tag in HIDDEN
        if BLOCKS.fullmatch(tag):
            self.parts.append("\n")
        if tag in {"a", "link", "area"}:
            self.links.append(values.get("href", ""))
        if values.get("type") not in {"hidden", "radio", "checkbox"} and tag not in {"option", "link"}:
            named = "" if tag == "meta" and "name" not in values else values.get("name", "")
            self.parts += (
                [f"\n[{name}] {values[name]}\n" for name in SHOWN if values.get(name)] if named or tag != "meta" else []
            )

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in HIDDEN
        if BLOCKS.fullmatch(tag):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def public_pages() -> dict[str, list[str]]:
    """Return {file name: lines} of all pages reachable by links and the sitemap. Query strings are omitted."""
    client, queue = Client(SERVER_NAME="localhost", raise_request_exception=True), deque(STARTS)
    seen, pages = set(queue), dict[str, list[str]]()
    while queue:
        path = queue.popleft()
        response = client.get(path)
        kind = response.get("Content-Type", "").partition(";")[0]
        lines, links = [f"status {response.status_code} {kind}"], list[str]()
        if response.has_header("Location"):
            links = [response["Location"]]
            lines.append(f"to {response['Location']}")
        elif kind == "text/html":
            page = _Page(response.content.decode())
            links, lines = page.links, lines + "".join(page.parts).split("\n")
        elif TEXTS.fullmatch(kind):
            text = b"".join(response).decode() if response.streaming else response.content.decode()
            lines += text.split("\n")
            if path.endswith(".xml") and "sitemap" in path:
                links = [node.text or "" for node in ElementTree.fromstring(text).iter() if node.tag.endswith("loc")]  # noqa: S314 - our own
        response.close()
        pages[file_name(path)] = [
            cleaned for each in lines if (cleaned := RANDOM.sub("(random)", " ".join(each.split())))
        ]
        for link in links:
            parts = urlsplit(urljoin(f"http://localhost{path}", link))
            if parts.hostname != "localhost" or parts.scheme not in {"http", "https"} or parts.path in seen:
                continue
            if not parts.path.startswith(("/admin/", settings.STATIC_URL, "/media/")):
                seen.add(parts.path)
                queue.append(parts.path)
    return pages


def file_name(path: str) -> str:
    """Return the file name of the page at `path`."""
    languages = "|".join(code for code, _name in settings.LANGUAGES)
    found = re.fullmatch(rf"/(?:({languages})/)?(.*)", RANDOM.sub("(random)", unquote(path)))
    language, rest = found.groups() if found else (None, path)
    return f"pages/{language or 'none'}/{(rest or '').strip('/').replace('/', '~') or 'index'}.txt"
