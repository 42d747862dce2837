"""Everybody together, for as long as a block runs."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.load.caller import Caller
from tests.load.journal import Journal
from tests.load.people import Analyst, Person, Pupil, Reader, Reporter, picture

READERS, REPORTERS = 3, 4
# Over so long pupils spread their answers.
LESSON_SECONDS = 16.0
# Longer than anybody's patience.
GOING_SECONDS = 120.0


@dataclass(frozen=True)
class Account:
    """With what an analyst signs in; the code is of this half minute."""

    username: str
    password: str
    code: str


@dataclass(frozen=True)
class Lesson:
    """A class that has begun: its code, the keys of its pupils, the places of the questions that one press answers."""

    code: str
    keys: Sequence[str]
    positions: Sequence[int]


class Crowd:
    """`doors` are the addresses of the web servers. The analysts sign in once and come again with every `present`."""

    def __init__(self, doors: Sequence[str]) -> None:
        self._doors = tuple(doors)
        self._picture = picture()
        self._sessions: list[Caller] = []

    def sign_in(self, accounts: Sequence[Account]) -> None:
        """Fails where one of them is not let in."""
        for account in accounts:
            caller = Caller(Journal(), account.username, self._doors)
            assert Analyst(caller, threading.Event()).sign_in(account.password, account.code), account.username
            self._sessions.append(caller)

    @contextlib.contextmanager
    def present(self, journal: Journal, lesson: Lesson) -> Iterator[None]:
        """Everybody is there while the block runs, and ends afterwards what was begun."""
        leave = threading.Event()
        everybody = list(self._everybody(journal, leave, lesson))
        threads = [threading.Thread(target=person.live, daemon=True) for person in everybody]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            leave.set()
            for thread in threads:
                thread.join(GOING_SECONDS)
            for person in everybody:
                if person.caller not in self._sessions:
                    person.caller.close()
        assert not any(thread.is_alive() for thread in threads), "somebody does not go"

    def reporter(self, journal: Journal) -> Reporter:
        """One more, who comes when called."""
        return Reporter(Caller(journal, "late reporter", self._doors), threading.Event())

    def _everybody(self, journal: Journal, leave: threading.Event, lesson: Lesson) -> Iterator[Person]:
        def caller(who: str) -> Caller:
            return Caller(journal, who, self._doors)

        yield from (Reader(caller(f"reader {number}"), leave) for number in range(READERS))
        yield from (Reporter(caller(f"reporter {number}"), leave, self._picture) for number in range(REPORTERS))
        for number, key in enumerate(lesson.keys):
            positions = tuple(lesson.positions)
            yield Pupil(caller(f"pupil {number}"), leave, lesson.code, key, positions, LESSON_SECONDS / len(positions))
        for session in self._sessions:
            session.journal = journal
            yield Analyst(session, leave)
