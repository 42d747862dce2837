"""All simulated users together, for the duration of a block."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.load.caller import Caller
from tests.load.journal import Journal
from tests.load.users import Analyst, Person, Pupil, Reader, Reporter, picture

READERS, REPORTERS = 3, 4
# Pupils spread their answers over this many seconds.
LESSON_SECONDS = 16.0
# Longer than the patience of any simulated user.
DURATION_SECONDS = 120.0


@dataclass(frozen=True)
class Account:
    """The credentials of an analyst; the code is valid for the current half minute."""

    username: str
    password: str
    code: str


@dataclass(frozen=True)
class Lesson:
    """A started class: its code, the keys of its pupils, and the positions of single-choice questions."""

    code: str
    keys: Sequence[str]
    positions: Sequence[int]


class Crowd:
    """`doors` are the URLs of the web servers. Analysts sign in once and work in each `present`."""

    def __init__(self, doors: Sequence[str]) -> None:
        self._doors = tuple(doors)
        self._picture = picture()
        self._sessions: list[Caller] = []

    def sign_in(self, accounts: Sequence[Account]) -> None:
        """Fails if an analyst cannot sign in."""
        for account in accounts:
            caller = Caller(Journal(), account.username, self._doors)
            assert Analyst(caller, threading.Event()).sign_in(account.password, account.code), account.username
            self._sessions.append(caller)

    @contextlib.contextmanager
    def present(self, journal: Journal, lesson: Lesson) -> Iterator[None]:
        """All users are active inside the block, and complete their actions at its end."""
        leave = threading.Event()
        everybody = list(self._all_people(journal, leave, lesson))
        threads = [threading.Thread(target=person.live, daemon=True) for person in everybody]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            leave.set()
            for thread in threads:
                thread.join(DURATION_SECONDS)
            for person in everybody:
                if person.caller not in self._sessions:
                    person.caller.close()
        assert not any(thread.is_alive() for thread in threads), "a simulated user did not stop"

    def reporter(self, journal: Journal) -> Reporter:
        """An additional reporter, started on demand."""
        return Reporter(Caller(journal, "late reporter", self._doors), threading.Event())

    def _all_people(self, journal: Journal, leave: threading.Event, lesson: Lesson) -> Iterator[Person]:
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
