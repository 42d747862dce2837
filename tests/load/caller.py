"""A client connection whose responses are recorded in the journal."""

import random
import re
from collections.abc import Mapping
from typing import Any

import httpx2

from tests.load.journal import Journal, Outcome

SECONDS = 20.0
LANGUAGE = re.compile(rb'<html lang="([\w-]+)"')
TAGS = {"sr": "sr-Cyrl", "sr-latn": "sr-Latn", "en": "en"}


class Caller:
    """A client of one of `doors` (URLs of web servers), with a client network of its own."""

    def __init__(self, journal: Journal, who: str, doors: tuple[str, ...]) -> None:
        self.who = who
        self.journal = journal
        self._doors = doors
        network = f"10.{random.randrange(256)}.{random.randrange(256)}.7"
        # Requests carry the headers of a trusted proxy.
        headers = {"X-Forwarded-For": network, "Sec-Fetch-Site": "same-origin"}
        self._client = httpx2.Client(timeout=SECONDS, headers=headers, verify=False)

    def ask(
        self, method: str, path: str, *, expected: tuple[int, ...] = (200,), **options: Any
    ) -> httpx2.Response | None:
        """The response if its status is expected, otherwise None."""
        try:
            answer = self._client.request(method, random.choice(self._doors) + path, **options)
        except httpx2.HTTPError:
            self.journal.answered(self.who, path, Outcome.BROKEN)
            return None
        outcome = outcome_of(answer.status_code, answer.headers, answer.content, expected)
        if outcome == Outcome.FINE and path.split("/")[1] in TAGS:
            outcome = self._in_its_language(path, answer)
        self.journal.answered(self.who, path, outcome)
        return answer if outcome == Outcome.FINE else None

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @staticmethod
    def _in_its_language(path: str, answer: httpx2.Response) -> Outcome:
        tag = LANGUAGE.search(answer.content)
        return Outcome.FINE if tag is None or tag[1].decode() == TAGS[path.split("/")[1]] else Outcome.WRONG


def outcome_of(status: int, headers: Mapping[str, str], content: bytes, expected: tuple[int, ...]) -> Outcome:
    """The outcome of a request that expected one of the statuses `expected`."""
    if status in expected:
        return Outcome.FINE
    designed = headers.get("content-type", "").startswith("text/html") and b"<main" in content
    return Outcome.REFUSED if designed and status != 500 else Outcome.BARE
