"""Simulated users: each performs one action at a time, retries failures, and stops on request."""

import random
import re
import threading
import time
from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4

from PIL import Image

from hotline.categories import CATEGORIES
from tests.clients.page_values import hidden_field, receipt_on
from tests.load.caller import Caller
from tests.load.journal import Acknowledged, Hold

LANGUAGES = ("sr", "sr-latn", "en")
PAGES = (
    "",
    "topics/",
    "resources/",
    "news/",
    "events/",
    "quizzes/",
    "games/",
    "report/",
    "youth-panel/",
    "report/csam/",
)
# The retry delay, as an error page advises.
AGAIN_SECONDS = 0.5
# Reporters retry for this long.
PATIENCE_SECONDS = 45.0


def picture() -> bytes:
    """A square with a pattern that does not compress well."""
    drawn, out = Image.effect_noise((200, 200), 90), BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


@dataclass
class Person:
    """A simulated user. `leave` is set to stop it; an action in progress is completed."""

    caller: Caller
    leave: threading.Event

    def live(self) -> None:
        """Act until stopped."""
        while not self.leave.is_set():
            self.act()

    def act(self) -> None:
        """One action."""
        raise NotImplementedError


class Reader(Person):
    """A reader of public pages."""

    def act(self) -> None:
        """Request one page."""
        language, page = random.choice(LANGUAGES), random.choice(PAGES)
        self.caller.ask("GET", f"/{language}/{page}")
        self.leave.wait(0.05)


@dataclass
class Reporter(Person):
    """A reporter of reports, some with a picture.

    Sometimes the form is submitted twice, as users do after a slow response.
    """

    picture: bytes = b""

    def act(self) -> None:
        """Submit one report, from the form to the receipt."""
        self.report()
        self.leave.wait(0.1)

    def report(self) -> str:
        """The marker of an acknowledged report; empty if the reporter gave up."""
        journal = self.caller.journal
        marker, language = f"m{uuid4().hex}", random.choice(LANGUAGES)
        state, pictured = self._fill_in(marker, language)
        receipt = self._send(language, state) if state else ""
        if not receipt:
            journal.given_up.append(marker)
            return ""
        journal.acknowledged.append(Acknowledged(marker, receipt, pictured))
        if random.random() < 0.25:
            again = self._send(language, state)
            if again and again != receipt:
                journal.two_receipts.append(marker)
        return marker

    def _fill_in(self, marker: str, language: str) -> tuple[str, bool]:
        """The state of a summary (empty after a timeout), and whether it has a picture."""
        category = random.choice(list(CATEGORIES.values()))
        fields = {
            "addresses": f"https://{marker}.example.org/",
            "what": f"Видео сам ово на интернету. {marker}",
            "when_seen": "today",
            "contact": "someone@example.org",
            "consent": "on",
        }
        # The portal may refuse a picture. The report must be accepted without it.
        pictured = bool(self.picture) and category.takes_pictures and random.random() < 0.5
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            upload = {"files": {"images": ("slika.png", self.picture, "image/png")}} if pictured else {}
            answer = self.caller.ask("POST", f"/{language}/report/{category.code}/", data=fields, **upload)
            if answer is not None and (state := hidden_field(answer.text, "state")):
                return state, pictured
            pictured = False
            time.sleep(AGAIN_SECONDS)
        return "", False

    def _send(self, language: str, state: str) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = self.caller.ask("POST", f"/{language}/report/sent/", data={"state": state})
            if answer is not None and (receipt := receipt_on(answer.text)):
                return receipt
            time.sleep(AGAIN_SECONDS)
        return ""


@dataclass
class Pupil(Person):
    """A pupil who answers each question of a class until the answer is acknowledged."""

    code: str = ""
    key: str = ""
    positions: tuple[int, ...] = ()
    pause: float = 1.0

    def live(self) -> None:
        """Answer all questions once."""
        for position in self.positions:
            while not self._answer(position) and not self.leave.is_set():
                time.sleep(AGAIN_SECONDS)
            if self.leave.wait(random.uniform(0.5, 1.5) * self.pause):
                break

    def _answer(self, position: int) -> bool:
        data = {"position": position, "answer": 0}
        path = f"/sr/class/{self.code}/"
        is_accepted = self.caller.ask("POST", path, expected=(303,), params={"p": self.key}, data=data) is not None
        if is_accepted:
            self.caller.journal.class_answers.add((self.key, position))
        return is_accepted


@dataclass
class Analyst(Person):
    """An analyst who takes the next case, opens it and releases it."""

    hold_seconds: float = 0.3

    def sign_in(self, password: str, code: str) -> bool:
        """Whether the sign-in succeeded."""
        page = self.caller.ask("GET", "/admin/login/")
        data = {"username": self.caller.who, "password": password, "otp_token": code, "next": "/admin/"}
        data["csrfmiddlewaretoken"] = hidden_field(page.text, "csrfmiddlewaretoken") if page else ""
        return self.caller.ask("POST", "/admin/login/", expected=(302,), data=data) is not None

    def act(self) -> None:
        """One case, from taking to release."""
        desk_page = self.caller.ask("GET", "/admin/hotline/desk/")
        taken = self._post("/admin/hotline/desk/take/", desk_page.text) if desk_page is not None else ""
        found = re.search(r"/admin/hotline/case/(\d+)/", taken)
        if not found:
            self.leave.wait(AGAIN_SECONDS)
            return
        since, case = time.monotonic(), int(found[1])
        page = self.caller.ask("GET", f"/admin/hotline/case/{case}/")
        time.sleep(self.hold_seconds)
        self.caller.journal.holds.append(Hold(case, self.caller.who, since, time.monotonic()))
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            page = page or self.caller.ask("GET", f"/admin/hotline/case/{case}/")
            if page is not None and self._post(f"/admin/hotline/case/{case}/release/", page.text):
                return
            time.sleep(AGAIN_SECONDS)

    def _post(self, path: str, page: str) -> str:
        """The redirect target of the action; empty if it failed."""
        data = {"csrfmiddlewaretoken": hidden_field(page, "csrfmiddlewaretoken"), "anyway": "1"}
        answer = self.caller.ask("POST", path, expected=(302,), data=data)
        return answer.headers["location"] if answer is not None else ""
