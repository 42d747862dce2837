"""Injection of one fault under load: requests before, during and after it, then verification of acknowledged work."""

import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from awareness.quizzes.live import services as classes
from awareness.quizzes.live.models import ClassSession, Pace
from awareness.quizzes.live.snapshot import quiz_snapshot
from awareness.quizzes.models import Quiz
from awareness.quizzes.selectors import find_quiz
from clicksafely.devserver.mock_services.messages import ADDRESS, AUTHSERV_ID
from hotline.intake.email.tasks import fetch_mail
from tests.faults import verification
from tests.faults.faults import Fault
from tests.faults.system import System
from tests.load.crowd import Crowd, Lesson
from tests.load.journal import FAULTS, Journal, Outcome, double_holds
from tests.waiting import until

BEFORE_SECONDS, AFTER_SECONDS = 4.0, 12.0
PUPILS, MIN_QUESTIONS = 15, 2
RECOVERY_BAR = 10.0


@dataclass(frozen=True)
class Tried:
    """One result. `recovery_s`: from the end of the fault until all clients are served and a new report is triaged.

    `refused` requests got an error page of the portal, `broken` ones no response.
    """

    fault: str
    what: str
    requests: int
    acknowledged: int
    lost: int
    duplicated: int
    wrong_receipts: int
    halves: int
    pictures: int
    pictures_lost: int
    answers: int
    answers_lost: int
    holds: int
    double_claims: int
    server_errors: int
    refused: int
    broken: int
    recovery_s: float
    ok: bool


def try_fault(system: System, crowd: Crowd, fault: Fault) -> Tried:
    """Inject the fault; returns the counts."""
    journal = Journal()
    row, event = verification.last_report(), verification.last_event()
    session, lesson = _open_class()
    connection.close()
    with crowd.present(journal, lesson):
        time.sleep(BEFORE_SECONDS)
        began = time.monotonic()
        letters = [_deliver(system) for _each in range(fault.letters)]
        fault.happen(system)
        over = time.monotonic()
        late = crowd.reporter(journal).report()
        triaged = _triaged_at(late)
        time.sleep(AFTER_SECONDS)
    recovery = max(triaged, journal.troubled_until(began)) - over
    if letters:
        fetch_mail.delay()
        until(lambda: set(letters) <= set(verification.marks(row)), what="the messages")
    until(lambda: verification.is_triaged(row), what="triage of everything")
    stored_reports = verification.marks(row)
    lost, duplicated, wrong, halves = verification.compare(journal, letters, stored_reports)
    pictures, pictures_lost = (0, 0) if fault.forgets else verification.pictures(journal, stored_reports)
    answers_lost = verification.answers_lost(journal, lesson.code)
    doubles = double_holds(journal.holds) + verification.double_claims(event)
    errors = journal.count(*FAULTS)
    classes.erase_class(session_id=session.pk, now=timezone.now())
    connection.close()
    broken_rules = (lost, duplicated, wrong, halves, pictures_lost, answers_lost, doubles, errors)
    done = journal.acknowledged and journal.class_answers and journal.holds
    return Tried(
        fault=fault.name,
        what=fault.what,
        requests=len(journal.answers),
        acknowledged=len(journal.acknowledged) + len(letters),
        lost=lost,
        duplicated=duplicated,
        wrong_receipts=wrong,
        halves=halves,
        pictures=pictures,
        pictures_lost=pictures_lost,
        answers=len(journal.class_answers),
        answers_lost=answers_lost,
        holds=len(journal.holds),
        double_claims=doubles,
        server_errors=errors,
        refused=journal.count(Outcome.REFUSED),
        broken=journal.count(Outcome.BROKEN),
        recovery_s=round(max(recovery, 0), 1),
        ok=bool(done) and not any(broken_rules) and recovery <= RECOVERY_BAR,
    )


def _triaged_at(marker: str) -> float:
    """The time (monotonic seconds) at which the report with this marker was triaged."""
    assert marker, "no report was acknowledged after the fault"
    after = verification.last_report() - 1000
    found: list[verification.StoredReport] = []

    def is_done() -> bool:
        found[:] = found or verification.marks(after).get(marker, [])
        return bool(found) and verification.is_triaged_row(found[0].row)

    until(is_done, what="triage of a report sent after the fault")
    return time.monotonic()


def _open_class() -> tuple[ClassSession, Lesson]:
    """A started class in self-paced mode, with a quiz of single-choice questions."""
    for slug in Quiz.objects.values_list("slug", flat=True):
        quiz = find_quiz(slug)
        if quiz is None:
            continue
        session = classes.open_class(quiz=quiz, pace=Pace.SELF, now=timezone.now()).session
        places = [place for place, each in enumerate(quiz_snapshot(session).questions) if each.kind == "single"]
        if len(places) >= MIN_QUESTIONS:
            classes.start_class(session=session)
            keys = [classes.join_class(session=session, now=timezone.now()) for _pupil in range(PUPILS)]
            return session, Lesson(session.code, keys, places)
        classes.erase_class(session_id=session.pk, now=timezone.now())
    raise AssertionError(f"no quiz of the demonstration has {MIN_QUESTIONS} single choices")


def _deliver(system: System) -> str:
    """Deliver a message to the mailbox; returns its marker."""
    marker = f"m{uuid4().hex}"
    message = EmailMessage()
    message["Authentication-Results"] = (
        f"{AUTHSERV_ID}; dmarc=pass header.from=example.org; dkim=pass header.d=example.org"
    )
    message["From"], message["To"], message["Subject"] = "someone@example.org", ADDRESS, "Пријава"
    message["Date"], message["Message-ID"] = format_datetime(timezone.now()), f"<{uuid4()}@example.org>"
    message.set_content(f"Видео сам ово: https://{marker}.example.org/")
    system.imap.append(bytes(message))
    return marker
