"""The whole way with a real worker: due to its host, told, answered by e-mail, read at the desk."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from clicksafely.celery import app
from hotline.intake.email.services import ingest_message
from hotline.models import Notice
from hotline.referral.takedown.replies import open_reply
from hotline.referral.takedown.tasks import send_notices
from tests.hotline.intake.test_faults import own_database
from tests.hotline.referral.takedown.test_replies import answer
from tests.hotline.referral.takedown.told import ABUSE, contact, due_item, referral_of, reports_of, text_of
from tests.hotline.review.conftest import make_user
from tests.servers import BASE_DIR
from tests.standins.smtp import SmtpSink
from tests.waiting import until

SENT = ["MAIL_SMTP_URL", "MAIL_ADDRESS", "MAIL_SECRET"]


@pytest.fixture
def worker(settings: Settings, sink: SmtpSink, tmp_path: Path) -> Iterator[None]:
    """The part that speaks to servers of others, as the Procfile starts it, without the private keys; notices go out at once, on any day."""
    command = [sys.executable, "-m", "celery", "--app", "clicksafely", "worker", "--queues", "outside"]
    quiet = [
        "--pool",
        "threads",
        "--concurrency",
        "2",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "critical",
    ]
    env = os.environ | {name: str(getattr(settings, name)) for name in SENT}
    env |= {"DATABASE_URL": own_database(), "PORTAL": "public", "SEALING_PRIVATE_KEYS": str(tmp_path / "nothing.json")}
    env |= {
        "TAKEDOWN_FIRST_AFTER_MINUTES": "0",
        "TAKEDOWN_WEEKDAYS": "1,2,3,4,5,6,7",
        "SITE_URL": "https://portal.example.org",
    }
    process = subprocess.Popen([*command, *quiet], cwd=BASE_DIR, env=env)
    yield
    process.kill()
    process.wait()
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge("outside")


@pytest.mark.django_db(transaction=True)
def test_a_notice_and_its_answer_with_a_worker_that_holds_no_private_key(sink: SmtpSink, worker: None) -> None:
    contact()
    item = due_item("https://www.example.org/a", at=timezone.now())
    send_notices.apply_async()
    until(lambda: sink.letters, what="the notice")
    until(lambda: Notice.objects.get().state == "sent", what="its end")
    assert referral_of(item).state == "sent"
    (letter,) = sink.letters
    assert letter.recipients == [ABUSE]
    assert item.canonical in text_of(letter)
    assert reports_of(letter)[0]["url"] == item.canonical
    notice = Notice.objects.get()
    ingest_message(raw=answer(notice, text="Уклонили смо."), now=timezone.now())
    reply = notice.replies.get()
    assert open_reply(reply=reply, actor=make_user("ana", "analyst"), now=timezone.now())["text"] == "Уклонили смо."
