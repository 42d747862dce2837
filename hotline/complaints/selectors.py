"""Queries of complaints."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.sealing import ReporterKey
from hotline.models import (
    Action,
    Assessment,
    Complaint,
    ComplaintAnswer,
    ComplaintState,
    Direction,
    Message,
    Referral,
    Report,
)

COUNT_CAP = 1000


@dataclass(frozen=True)
class DecryptedAnswer:
    """A decrypted answer, for one response; never stored."""

    text: str
    written_at: datetime
    author: str = ""


def is_received(state_digest: bytes) -> bool:
    """Return whether the form with this state has become a complaint."""
    return Complaint.objects.filter(state_digest=state_digest).exists()


def find_complaint(number: str | None) -> Complaint | None:
    """Return the complaint with a normalised number. A miss takes the same work, so that timing reveals nothing."""
    digest = receipts.receipt_digest(number or receipts.generate_code())
    # The columns that the public site may read.
    read = Complaint.objects.only("about", "state", "outcome", "acknowledge_by", "answer_by", "salt")
    complaint = read.filter(number_digest=digest).first()
    return complaint if number else None


def read_answers(complaint: Complaint, number: str) -> list[DecryptedAnswer]:
    """Return the hotline's answers, oldest first, decrypted with the complainant's key."""
    answers = list(complaint.answers.only("complaint", "uuid", "sealed_reader", "written_at"))
    if not answers:
        return []
    key = ReporterKey.derive(number, bytes(complaint.salt))
    return [
        DecryptedAnswer(
            key.open(answer.sealed_reader, **ComplaintAnswer.TEXT.binding(answer)).decode(), answer.written_at
        )
        for answer in answers
    ]


def unclosed_complaints() -> QuerySet[Complaint]:
    """Open complaints, the most urgent first."""
    return Complaint.objects.exclude(state=ComplaintState.CLOSED).order_by("answer_by", "pk")


def overdue(now: datetime) -> QuerySet[Complaint]:
    """Complaints not acknowledged or answered by their deadlines at `now`."""
    unread = Q(state=ComplaintState.RECEIVED, acknowledge_by__lt=now)
    return unclosed_complaints().filter(unread | Q(answer_by__lt=now))


def is_overdue(complaint: Complaint, now: datetime) -> bool:
    """Return whether a deadline of one complaint has passed."""
    if complaint.state == ComplaintState.CLOSED:
        return False
    return complaint.answer_by < now or (complaint.state == ComplaintState.RECEIVED and complaint.acknowledge_by < now)


def has_worked_on(report: Report | None, user: User) -> bool:
    """Return whether `user` assessed, acted, referred or wrote in this case, or holds it: a conflict of interest."""
    if report is None:
        return False
    items = report.items.all()
    return (
        report.claimed_by_id == user.pk
        or Assessment.objects.filter(Q(report=report) | Q(item__in=items), author=user).exists()
        or Action.objects.filter(Q(report=report) | Q(item__in=items), author=user).exists()
        or Referral.objects.filter(Q(report=report) | Q(item__in=items), author=user).exists()
        or Message.objects.filter(report=report, direction=Direction.HOTLINE, author=user).exists()
    )
