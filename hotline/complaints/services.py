"""Actions on complaints: filing by complainants; opening, acknowledging and answering by supervisors."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.crypto.reporter_keys import ReporterKeyChanged, check_key, key_tag
from clicksafely.common.crypto.sealing import ReporterKey
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import has_role_permission
from hotline.complaints import selectors
from hotline.complaints.selectors import DecryptedAnswer
from hotline.intake.services import SALT_BYTES
from hotline.lifecycle.exceptions import WrongState
from hotline.models import Complaint, ComplaintAnswer, ComplaintDeadlines, ComplaintOutcome, ComplaintState, Report
from hotline.permissions import HANDLE_COMPLAINT


class NumberTaken(Exception):
    """A complaint with this number exists already with other content: the form was changed after it was sent."""


class ComplaintNotAllowed(ActionRefused):
    reason = _("Only a supervisor may do this.")


class OwnWork(ActionRefused):
    reason = _("You worked on the case of this complaint. Another supervisor must handle it.")


class ComplaintErased(ActionRefused):
    reason = _("The text was erased at the end of its retention period.")


class EmptyAnswer(ActionRefused):
    reason = _("Write an answer. The complainant reads it with the complaint number.")


class UnknownOutcome(ActionRefused):
    reason = _("Choose an outcome.")


@dataclass(frozen=True, kw_only=True)
class NewComplaint:
    """A new complaint. `number` identifies it; `form_digest` (32 bytes) is the digest of the form state."""

    number: str
    form_digest: bytes
    about: str
    text: str
    contact: str
    language: str
    report: Report | None = None

    @property
    def state_digest(self) -> bytes:
        """The idempotency key of form and content.

        The form's digest is random and not stored, so the key reveals nothing.
        """
        parts = [self.about, self.text, self.contact, str(self.report.pk if self.report else "")]
        content = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
        return hashlib.sha256(self.form_digest + content).digest()


def file_complaint(*, new: NewComplaint, now: datetime) -> Complaint | None:
    """Store a complaint, sealed; None if it exists already. Raises NumberTaken."""
    hour, salt = hour_of(now), secrets.token_bytes(SALT_BYTES)
    terms = ComplaintDeadlines.objects.get()
    complaint = Complaint(
        about=new.about,
        report=new.report,
        language=new.language,
        received_at=hour,
        acknowledge_by=hour + timedelta(days=terms.acknowledge_days),
        answer_by=hour + timedelta(days=terms.answer_days),
        number_digest=receipts.receipt_digest(new.number),
        state_digest=new.state_digest,
        salt=salt,
        public_key=ReporterKey.derive(new.number, salt).public_bytes,
    )
    complaint.key_tag = key_tag(complaint.public_key, complaint.uuid)
    Complaint.TEXT.seal(complaint, new.text.encode())
    if new.contact:
        Complaint.CONTACT.seal(complaint, new.contact.encode())
    try:
        with transaction.atomic():
            complaint.save(force_insert=True)
            audit_log.record(
                action="complaint.received", subject=complaint, actor=None, now=hour, data={"about": new.about}
            )
    except IntegrityError as error:
        if selectors.is_received(new.state_digest):
            return None
        if selectors.find_complaint(new.number):
            raise NumberTaken from error
        raise
    return complaint


@dataclass(frozen=True)
class DecryptedComplaint:
    """A decrypted complaint, for one response; never stored."""

    text: str
    contact: str
    answers: list[DecryptedAnswer]


def open_complaint(*, complaint: Complaint, actor: User, now: datetime) -> DecryptedComplaint:
    """Decrypt a complaint and its answers; logged. Raises ComplaintNotAllowed, OwnWork, ComplaintErased, SealError."""
    with transaction.atomic():
        complaint = _lock(complaint, actor)
        if complaint.sealed is None:
            raise ComplaintErased
        decrypted = DecryptedComplaint(
            text=Complaint.TEXT.open(complaint).decode(),
            contact=Complaint.CONTACT.read_text(complaint),
            answers=[_open_answer(answer) for answer in complaint.answers.select_related("author")],
        )
        audit_log.record(action="complaint.opened", subject=complaint, actor=actor, now=now)
    return decrypted


def acknowledge_complaint(*, complaint: Complaint, actor: User, now: datetime) -> None:
    """Acknowledge a complaint. Raises ComplaintNotAllowed, OwnWork, WrongState."""
    with transaction.atomic():
        complaint = _lock(complaint, actor)
        if complaint.state != ComplaintState.RECEIVED:
            raise WrongState
        _acknowledge(complaint, actor, now)


def answer_complaint(*, complaint: Complaint, text: str, outcome: str, actor: User, now: datetime) -> None:
    """Answer a complaint, and close it with `outcome` if given. The first answer also acknowledges it.

    Only a withdrawn complaint may be closed without an answer. Raises ComplaintNotAllowed, OwnWork, WrongState,
    UnknownOutcome, EmptyAnswer, ReporterKeyChanged.
    """
    if outcome and outcome not in ComplaintOutcome.values:
        raise UnknownOutcome
    try:
        with transaction.atomic():
            _answer(_lock(complaint, actor), text, outcome, actor, now)
    except ReporterKeyChanged:
        audit_log.record(action="complaint.answer_refused", subject=complaint, actor=actor, now=now)
        raise


def _answer(complaint: Complaint, text: str, outcome: str, actor: User, now: datetime) -> None:
    if complaint.state == ComplaintState.CLOSED:
        raise WrongState
    answered = complaint.answers.exists() or outcome == ComplaintOutcome.WITHDRAWN
    if not text and not (outcome and answered):
        raise EmptyAnswer
    if complaint.state == ComplaintState.RECEIVED:
        _acknowledge(complaint, actor, now)
    if text:
        _write(complaint, text, actor, now)
    if outcome:
        columns = {"state": ComplaintState.CLOSED, "outcome": outcome, "closed_at": now, "closed_by": actor}
        Complaint.objects.filter(pk=complaint.pk).update(**columns)
        data: dict[str, audit_log.AuditValue] = {"outcome": outcome}
        audit_log.record(action="complaint.closed", subject=complaint, actor=actor, now=now, data=data)


def save_deadlines(*, terms: ComplaintDeadlines, actor: User, now: datetime) -> None:
    """Change the deadlines of future complaints; validated by the form."""
    with transaction.atomic():
        terms.save()
        data: dict[str, audit_log.AuditValue] = {"acknowledge": terms.acknowledge_days, "answer": terms.answer_days}
        audit_log.record(action="complaint.deadlines_changed", subject=terms, actor=actor, now=now, data=data)


def _lock(complaint: Complaint, actor: User) -> Complaint:
    if not has_role_permission(actor, HANDLE_COMPLAINT):
        raise ComplaintNotAllowed
    complaint = Complaint.objects.select_for_update(of=("self",)).select_related("report").get(pk=complaint.pk)
    if selectors.has_worked_on(complaint.report, actor):
        raise OwnWork
    return complaint


def _acknowledge(complaint: Complaint, actor: User, now: datetime) -> None:
    complaint.state, complaint.acknowledged_at = ComplaintState.ACKNOWLEDGED, now
    complaint.save(update_fields=["state", "acknowledged_at"])
    audit_log.record(action="complaint.acknowledged", subject=complaint, actor=actor, now=now)


def _write(complaint: Complaint, text: str, actor: User, now: datetime) -> None:
    check_key(complaint.key_tag, complaint.public_key, complaint.uuid)
    answer = ComplaintAnswer(complaint=complaint, author=actor, written_at=now)
    ComplaintAnswer.TEXT.seal(answer, text.encode())
    answer.sealed_reader = sealing.seal_for_reporter(
        text.encode(), public_bytes=complaint.public_key, **ComplaintAnswer.TEXT.binding(answer)
    )
    answer.save(force_insert=True)
    audit_log.record(action="complaint.answered", subject=complaint, actor=actor, now=now, data={"answer": answer.pk})


def _open_answer(answer: ComplaintAnswer) -> DecryptedAnswer:
    text = ComplaintAnswer.TEXT.open(answer).decode()
    return DecryptedAnswer(text, answer.written_at, answer.author.get_username())
