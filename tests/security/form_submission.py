"""Submits a form repeatedly with hostile texts in its text fields, and checks every response.

Nothing persists: each response is checked in a transaction that is rolled back.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin

from django.db import DatabaseError, connection, transaction
from django.http.response import HttpResponseBase

from clicksafely.common.http.cookieless_forms import HONEYPOT
from tests.security.corpus import CORPUS, Hostile
from tests.security.html_forms import Form, Page

# How often each form is sent with every field changed, and how often it is corrected after that.
ROUNDS: Final = 1
MENDED: Final = 3
# Typed codes never appear on a page, and honeypot fields are invisible.
NOT_SHOWN_AGAIN: Final = {"receipt", "number"}
_WRITES: Final = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "([^"]+)"')
# Views, counters and sign-ins are written whether or not a form is accepted.
ALWAYS_WRITTEN: Final = {
    "clicksafely_common_auditevent",
    "common_auditevent",
    "django_session",
    "accounts_user",
    "hotline_exposurecount",
}


@dataclass
class Judged:
    """Statistics of a run: cases (one hostile text in one field), responses, and errors."""

    cases: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)


class Sender:
    """`ask` and `post` take a path (and a dictionary) and return a response."""

    def __init__(self, ask: Callable[[str], Any], post: Callable[[str, dict[str, Any]], Any], judged: Judged) -> None:
        self.ask, self.post, self.judged = ask, post, judged

    def send(self, name: str, where: str, form: Form, *, rounds: int = ROUNDS) -> None:
        """Send `rounds` times with the next texts of the corpus in every field, then with rejected ones reset."""
        start = sum(map(ord, name))
        typed = [name for name in dict.fromkeys(each.name for each in form.typed()) if name != HONEYPOT]
        for turn in range(rounds):
            hostile = {
                one: CORPUS[(start + turn * (len(typed) + 37) + place * 11) % len(CORPUS)]
                for place, one in enumerate(typed)
            }
            self._send(name, urljoin(where, form.action), form, hostile)

    def _send(self, name: str, path: str, form: Form, hostile: dict[str, Hostile]) -> None:
        good = form.filled()
        remaining = dict(hostile)
        self.judged.cases += len(hostile)
        for _turn in range(MENDED):
            refused: dict[str, str] = {}
            with rolled_back(), noting_writes() as written:
                response = self.post(path, good | {one: each.text for one, each in remaining.items()})
                summary = (
                    f"{name} {response.status_code} { ({one: each.text[:60] for one, each in remaining.items()})!r}"
                )
                self.judged.answers[f"{response.status_code // 100}xx"] += 1
                if response.status_code >= 500:
                    self.judged.faults.append(f"SERVER ERROR {summary}")
                    return
                page = read(response)
                if page is not None and (grown := page.grown()):
                    self.judged.faults.append(f"MARKUP {grown[:2]} {summary}")
                if 300 <= response.status_code < 400 or (page is not None and not page.complains()):
                    self._accepted(name, path, response, summary)
                    return
                refused = page.wrong() if page is not None else {}
                self._refused(name, page, remaining, written, summary)
            if not remaining:
                return
            # Fields reported as invalid are reset; if another field is reported, half of the typed texts.
            for one in [one for one in remaining if one in refused] or list(remaining)[len(remaining) // 2 :]:
                del remaining[one]

    def _accepted(self, name: str, path: str, response: Any, summary: str) -> None:
        self.judged.accepted.add(name)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except DatabaseError as error:
            self.judged.faults.append(f"THE DATABASE REFUSES AT THE END {summary} {error}")
            return
        if 300 <= response.status_code < 400:
            shown = self.ask(urljoin(path, response.headers["Location"]))
            if shown.status_code >= 500:
                self.judged.faults.append(f"SERVER ERROR after {summary}")
            elif (page := read(shown)) is not None and (grown := page.grown()):
                self.judged.faults.append(f"MARKUP afterwards {grown[:2]} {summary}")

    def _refused(self, name: str, page: Page | None, sent: dict[str, Hostile], written: set[str], summary: str) -> None:
        if page is None:
            if sent:
                self.judged.faults.append(f"REFUSED WITHOUT A PAGE {summary}")
            return
        if remaining := changed(written):
            self.judged.faults.append(f"HALF WRITTEN {sorted(remaining)} {summary}")
        for one, words in page.wrong().items():
            if one in sent and not words:
                self.judged.faults.append(f"NO WORDS at {one} {summary}")
        values = page.values()
        for one, each in sent.items():
            if (
                one in values
                and one not in NOT_SHOWN_AGAIN
                and not any(same(each.text, value) for value in values[one])
            ):
                self.judged.faults.append(f"NOT KEPT {one}={[v[:60] for v in values[one]]} {summary}")


def read(response: HttpResponseBase) -> Page | None:
    """Return the page of the response, if there is one."""
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        if response.streaming:
            # The file of an export is closed at its end.
            list(response)  # type: ignore[call-overload]
        return None
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    return Page(content.decode()) if content.strip() else None


def same(typed: str, shown: str) -> bool:
    """Whether the field still contains the text; browsers normalise line ends, and HTML cannot contain a NUL byte."""
    return plain(typed) == plain(shown)


def plain(text: str) -> str:
    """Remove the differences between a sent text and its form on a page."""
    return re.sub(r"[\x00\ufffd]", "", re.sub(r"\r\n?", "\n", text)).strip()


@contextmanager
def rolled_back() -> Iterator[None]:
    """Roll back all writes of the block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def noting_writes() -> Iterator[set[str]]:
    """Record the tables written by statements of the block."""
    written: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := _WRITES.match(sql):
            written.add(match[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


_fingerprints: dict[str, str] = {}


def fingerprint(table: str) -> str:
    """Return a digest of every row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM \"{table}\" t")  # noqa: S608
        return str(cursor.fetchone()[0])


def remember() -> None:
    """Record the state of every table before anything is sent."""
    _fingerprints.clear()
    _fingerprints.update({table: fingerprint(table) for table in connection.introspection.table_names()})


def changed(tables: set[str]) -> set[str]:
    """Return the tables that differ from the recorded state."""
    return {table for table in tables - ALWAYS_WRITTEN if fingerprint(table) != _fingerprints[table]}
