"""Intake without the database, the broker or the rate-limit counters."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from django.db import connection

from hotline.models import Message, Report
from tests.factories.hotline import ReportFactory
from tests.hotline.intake.journey import GOOD, Reporter, hidden, picture, receipt_on

pytestmark = pytest.mark.django_db(transaction=True)

BASE_DIR = Path(__file__).resolve().parents[3]


@dataclass
class Answer:
    """An answer of the portal that ran apart."""

    status_code: int
    headers: dict[str, str]
    text: str
    seconds: float

    @property
    def content(self) -> bytes:
        """As Django's responses have it."""
        return self.text.encode()


def closed_port() -> int:
    """A port without a listener."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def apart(requests: list[tuple[str, str, dict[str, Any]]], **environment: str) -> list[Answer]:
    """Ask a portal that runs with another environment, from one network."""
    network = f"2001:db8:{uuid4().hex[:4]}:1::1"
    sent = json.dumps([[method, path, fields, network] for method, path, fields in requests])
    with TemporaryDirectory() as folder:
        # Not on its standard output, which the log shares.
        answers = Path(folder) / "answers.json"
        run = subprocess.run(
            [sys.executable, "-m", "tests.hotline.intake.request_process", str(answers)],
            input=sent,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "clicksafely.settings", **environment},
            cwd=BASE_DIR,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert answers.exists(), run.stdout + run.stderr
        return [Answer(*answer) for answer in json.loads(answers.read_text())]


def own_database() -> str:
    """The address of this test's database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


def test_the_database_is_away() -> None:
    """Every step up to the button works; the button keeps the text, and pressing it again later sends it."""
    reporter = Reporter("en")
    report = ReportFactory()
    case = hidden(reporter.open(report.receipt), "case")
    state = reporter.state(what="остаје овде")
    away = f"postgresql://clicksafely@127.0.0.1:{closed_port()}/clicksafely"
    form, summary, sent, case_page, message = apart(
        [
            ("get", "/en/report/other/", {}),
            ("post", "/en/report/other/", GOOD),
            ("post", "/en/report/sent/", {"state": state}),
            ("post", "/en/report/case/", {"receipt": report.receipt}),
            ("post", "/en/report/case/", {"case": case, "act": "message", "text": "и ово остаје"}),
        ],
        DATABASE_URL=away,
    )
    assert (form.status_code, summary.status_code) == (200, 200)
    for answer in (sent, case_page, message):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "tel:192" in answer.text
    assert "остаје овде" in sent.text
    assert hidden(sent, "state") == state  # type: ignore[arg-type]
    assert "и ово остаје</textarea>" in message.text
    assert hidden(message, "case") == case  # type: ignore[arg-type]
    assert Report.objects.get() == report

    assert receipt_on(reporter.send(state))
    assert Report.objects.count() == 2
    reporter.post("report/case/", {"case": case, "act": "message", "text": "и ово остаје"})
    assert Message.objects.get().report == report


def test_without_the_database_a_message_and_its_pictures_stay() -> None:
    """Stored pictures and the words stay, new pictures are asked for again; so does another contact."""
    reporter, report = Reporter("en"), ReportFactory()
    page = reporter.act(reporter.open(report.receipt), "refresh", text="", images=[picture("stigla.png")])  # type: ignore[arg-type]
    fields = {"case": hidden(page, "case"), "sealed_pictures": hidden(page, "sealed_pictures"), "text": "и ово остаје"}
    file = {"name": "nova.png", "text": "a"}
    message, contact = apart(
        [
            ("post", "/en/report/case/", {**fields, "act": "message", "images": file}),
            ("post", "/en/report/case/", {**fields, "act": "contact", "contact": "ana@example.org"}),
        ],
        DATABASE_URL=f"postgresql://clicksafely@127.0.0.1:{closed_port()}/clicksafely",
    )
    assert (message.status_code, contact.status_code) == (503, 503)
    assert "Pictures cannot be stored right now" in message.text
    assert "и ово остаје</textarea>" in message.text
    assert "stigla.png" in message.text
    assert hidden(contact, "contact") == "ana@example.org"  # type: ignore[arg-type]
    assert "и ово остаје</textarea>" in contact.text
    assert "stigla.png" in contact.text
    again = {"case": hidden(message, "case"), "sealed_pictures": hidden(message, "sealed_pictures")}  # type: ignore[arg-type]
    reporter.post("report/case/", {**again, "act": "message", "text": "и ово остаје"})
    assert Message.objects.get().uploads.count() == 1


def test_redis_hangs() -> None:
    """The server accepts the connection but never answers."""
    assert [answer.status_code for answer in sent_while_redis_hangs()] == [200] * 4
    assert Report.objects.count() == 4


def sent_while_redis_hangs() -> list[Answer]:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        return sent(REDIS_URL=f"redis://127.0.0.1:{silent.getsockname()[1]}/0")


def sent(**environment: str) -> list[Answer]:
    """Send four reports."""
    states = [Reporter("en").state() for _ in range(4)]
    requests = [("post", "/en/report/sent/", {"state": state}) for state in states]
    return apart(requests, DATABASE_URL=own_database(), **environment)


def test_the_limit_holds_without_redis() -> None:
    states = [Reporter("en").state() for _ in range(3)]
    answers = apart(
        [("post", "/en/report/sent/", {"state": state}) for state in states],
        DATABASE_URL=own_database(),
        REDIS_URL=f"redis://127.0.0.1:{closed_port()}/0",
        REPORTS_PER_HOUR="2",
    )
    assert ["challenge_question" in answer.text for answer in answers] == [False, False, True]
    assert Report.objects.count() == 2
