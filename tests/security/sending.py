"""Sends a form again and again, each time with other hostile texts in what a person types, and judges every answer.

Nothing that is sent remains: each answer is judged within a transaction that is taken back.
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
from tests.security.reading import Form, Page

# How often each form is sent with every field changed, and how often it is mended after that.
ROUNDS: Final = 2
MENDED: Final = 4
# A code opens what it names, so no page holds one that somebody typed; and nobody sees the trap for programs.
NOT_SHOWN_AGAIN: Final = {"receipt", "number"}
_WRITES: Final = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM) "([^"]+)"')
# That somebody looked, was counted or signed in is written whether a form was accepted or not.
ALWAYS_WRITTEN: Final = {
    "clicksafely_common_auditevent",
    "common_auditevent",
    "django_session",
    "accounts_user",
    "hotline_exposurecount",
}


@dataclass
class Judged:
    """What was tried: cases (one hostile text in one field), answers, and what is wrong with them."""

    cases: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)


class Sender:
    """`ask` and `post` take a path (and a dictionary) and return a response."""

    def __init__(self, ask: Callable[[str], Any], post: Callable[[str, dict[str, Any]], Any], judged: Judged) -> None:
        self.ask, self.post, self.judged = ask, post, judged

    def send(self, name: str, where: str, form: Form, *, rounds: int = ROUNDS) -> None:
        """Each of `rounds` with the next texts of the corpus in every field, then with those that were refused as they were before."""
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
        left = dict(hostile)
        self.judged.cases += len(hostile)
        for _turn in range(MENDED):
            refused: dict[str, str] = {}
            with taken_back(), noting_writes() as written:
                response = self.post(path, good | {one: each.text for one, each in left.items()})
                said = f"{name} {response.status_code} { ({one: each.text[:60] for one, each in left.items()})!r}"
                self.judged.answers[f"{response.status_code // 100}xx"] += 1
                if response.status_code >= 500:
                    self.judged.faults.append(f"SERVER ERROR {said}")
                    return
                page = read(response)
                if page is not None and (grown := page.grown()):
                    self.judged.faults.append(f"MARKUP {grown[:2]} {said}")
                if 300 <= response.status_code < 400 or (page is not None and not page.complains()):
                    self._accepted(name, path, response, said)
                    return
                refused = page.wrong() if page is not None else {}
                self._refused(name, page, left, written, said)
            if not left:
                return
            # What is said to be wrong is mended; where that is another field, half of what was typed.
            for one in [one for one in left if one in refused] or list(left)[len(left) // 2 :]:
                del left[one]

    def _accepted(self, name: str, path: str, response: Any, said: str) -> None:
        self.judged.accepted.add(name)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except DatabaseError as error:
            self.judged.faults.append(f"THE DATABASE REFUSES AT THE END {said} {error}")
            return
        if 300 <= response.status_code < 400:
            shown = self.ask(urljoin(path, response.headers["Location"]))
            if shown.status_code >= 500:
                self.judged.faults.append(f"SERVER ERROR after {said}")
            elif (page := read(shown)) is not None and (grown := page.grown()):
                self.judged.faults.append(f"MARKUP afterwards {grown[:2]} {said}")

    def _refused(self, name: str, page: Page | None, sent: dict[str, Hostile], written: set[str], said: str) -> None:
        if page is None:
            if sent:
                self.judged.faults.append(f"REFUSED WITHOUT A PAGE {said}")
            return
        if remaining := changed(written):
            self.judged.faults.append(f"HALF WRITTEN {sorted(remaining)} {said}")
        for one, words in page.wrong().items():
            if one in sent and not words:
                self.judged.faults.append(f"NO WORDS at {one} {said}")
        values = page.values()
        for one, each in sent.items():
            if (
                one in values
                and one not in NOT_SHOWN_AGAIN
                and not any(same(each.text, value) for value in values[one])
            ):
                self.judged.faults.append(f"NOT KEPT {one}={[v[:60] for v in values[one]]} {said}")


def read(response: HttpResponseBase) -> Page | None:
    """The page, if the answer is one."""
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return None
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    return Page(content.decode()) if content.strip() else None


def same(typed: str, shown: str) -> bool:
    """Whether the field still holds it; line ends are those of browsers, and a zero byte cannot be written in HTML."""
    return plain(typed) == plain(shown)


def plain(text: str) -> str:
    """Without what differs between what was sent and what a page can hold."""
    return re.sub(r"[\x00\ufffd]", "", re.sub(r"\r\n?", "\n", text)).strip()


@contextmanager
def taken_back() -> Iterator[None]:
    """Nothing that is written in the block remains."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def noting_writes() -> Iterator[set[str]]:
    """The tables that statements wrote to, in the meantime."""
    written: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if match := _WRITES.match(sql):
            written.add(match[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written


_known: dict[str, str] = {}


def fingerprint(table: str) -> str:
    """Of every row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM \"{table}\" t")  # noqa: S608
        return str(cursor.fetchone()[0])


def remember() -> None:
    """How every table is, before anything is sent."""
    _known.clear()
    _known.update({table: fingerprint(table) for table in connection.introspection.table_names()})


def changed(tables: set[str]) -> set[str]:
    """Which of them are not as they were remembered."""
    return {table for table in tables - ALWAYS_WRITTEN if fingerprint(table) != _known[table]}
