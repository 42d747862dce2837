"""What complainants set in motion, and what supervisors do about it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.crypto.sealing import ReporterKey
from clicksafely.common.permissions import has_role_permission
from hotline.complaints import selectors
from hotline.complaints.selectors import DecryptedAnswer
from hotline.intake.services import SALT_BYTES, hour_of
from hotline.lifecycle.exceptions import CaseError, WrongState
from hotline.models import Complaint, ComplaintAnswer, ComplaintDeadlines, ComplaintOutcome, ComplaintState, Report
from hotline.permissions import HANDLE_COMPLAINT

TABLE = Complaint._meta.db_table


class NumberTaken(Exception):
    """A complaint with this number is here already and says something else: the form was changed after it was sent."""


class ComplaintNotAllowed(CaseError):
    message = _("Only a supervisor may do this.")


class OwnWork(CaseError):
    message = _("You worked on the case that this complaint is about: another supervisor must handle it.")


class ComplaintErased(CaseError):
    message = _("What was written here has been kept long enough and is erased.")


class EmptyAnswer(CaseError):
    message = _("Write an answer: whoever complained reads it with their number.")


class UnknownOutcome(CaseError):
    message = _("Choose what the complaint came to.")


@dataclass(frozen=True, kw_only=True)
class NewComplaint:
    """What somebody complains of. `number` is what the complaint will be found by; `form_digest` (32 bytes) is the sent form's own."""

    number: str
    form_digest: bytes
    about: str
    text: str
    contact: str
    language: str
    report: Report | None = None

    @property
    def state_digest(self) -> bytes:
        """The idempotency key: the same form saying the same. The form's digest is random and stored nowhere, so this tells nothing."""
        parts = [self.about, self.text, self.contact, str(self.report.pk if self.report else "")]
        said = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
        return hashlib.sha256(self.form_digest + said).digest()


def file_complaint(*, new: NewComplaint, now: datetime) -> Complaint | None:
    """Keep a complaint, sealed; returns None where it was there already. Raises NumberTaken."""
    row, hour, salt = uuid4(), hour_of(now), secrets.token_bytes(SALT_BYTES)
    terms = ComplaintDeadlines.objects.get()
    complaint = Complaint(
        uuid=row,
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
        sealed=sealing.seal(new.text.encode(), ring="hotline", table=TABLE, field="text", row=row),
    )
    if new.contact:
        complaint.sealed_contact = sealing.seal(
            new.contact.encode(), ring="hotline", table=TABLE, field="contact", row=row
        )
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
    """A complaint in clear, for one answer to one request; never stored."""

    text: str
    contact: str
    answers: list[DecryptedAnswer]


def open_complaint(*, complaint: Complaint, actor: User, now: datetime) -> DecryptedComplaint:
    """Open what was written, and what was answered; logged. Raises NotAllowed, OwnWork, Erased, SealError."""
    with transaction.atomic():
        complaint = _lock(complaint, actor)
        if complaint.sealed is None:
            raise ComplaintErased
        opened = DecryptedComplaint(
            text=_open(bytes(complaint.sealed), complaint, "text"),
            contact=_open(bytes(complaint.sealed_contact), complaint, "contact") if complaint.sealed_contact else "",
            answers=[_open_answer(answer) for answer in complaint.answers.select_related("author")],
        )
        audit_log.record(action="complaint.opened", subject=complaint, actor=actor, now=now)
    return opened


def acknowledge_complaint(*, complaint: Complaint, actor: User, now: datetime) -> None:
    """Somebody has read it and looks into it. Raises NotAllowed, OwnWork, WrongState."""
    with transaction.atomic():
        complaint = _lock(complaint, actor)
        if complaint.state != ComplaintState.RECEIVED:
            raise WrongState
        _acknowledge(complaint, actor, now)


def answer_complaint(*, complaint: Complaint, text: str, outcome: str, actor: User, now: datetime) -> None:
    """Write to the complainant, and close the complaint where there is an `outcome`; its first answer acknowledges it too.

    Only a withdrawn one is closed without any answer. Raises NotAllowed, OwnWork, WrongState, UnknownOutcome, EmptyAnswer.
    """
    if outcome and outcome not in ComplaintOutcome.values:
        raise UnknownOutcome
    with transaction.atomic():
        complaint = _lock(complaint, actor)
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
    """Other deadlines for complaints that arrive from now on; checked by their form."""
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
    row, plain, table = uuid4(), text.encode(), ComplaintAnswer._meta.db_table
    answer = ComplaintAnswer.objects.create(
        complaint=complaint,
        uuid=row,
        author=actor,
        sealed_hotline=sealing.seal(plain, ring="hotline", table=table, field="text", row=row),
        sealed_reader=sealing.seal_for_reporter(
            plain, public_bytes=complaint.public_key, table=table, field="text", row=row
        ),
        written_at=now,
    )
    audit_log.record(action="complaint.answered", subject=complaint, actor=actor, now=now, data={"answer": answer.pk})


def _open(sealed: bytes, complaint: Complaint, field: str) -> str:
    return sealing.open_sealed(sealed, ring="hotline", table=TABLE, field=field, row=complaint.uuid).decode()


def _open_answer(answer: ComplaintAnswer) -> DecryptedAnswer:
    table = ComplaintAnswer._meta.db_table
    text = sealing.open_sealed(answer.sealed_hotline, ring="hotline", table=table, field="text", row=answer.uuid)
    return DecryptedAnswer(text.decode(), answer.written_at, answer.author.get_username())
