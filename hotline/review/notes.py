"""Internal notes of a case: written and read by those who work it, sealed, kept from a second reviewer where they could give away the first opinion."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import sealing
from clicksafely.common.permissions import has_role_permission
from hotline.models import ContentItem, Note, Report
from hotline.permissions import ANNOTATE_CASE
from hotline.review import selectors
from hotline.review.claims import lock_claimed_case
from hotline.review.exceptions import Anonymised, NotClaimHolder, TooManyNotes
from hotline.states import ReportState

MAX_NOTES = 200
OPEN_LOG_INTERVAL = timedelta(minutes=10)
TABLE = Note._meta.db_table


@dataclass(frozen=True)
class DecryptedNote:
    """A note in clear, for one answer to one request; never stored."""

    author: str
    text: str
    written_at: datetime


@dataclass(frozen=True)
class DecryptedNotes:
    """The notes that may be shown, oldest first, and how many are kept back until this person has given an opinion."""

    shown: list[DecryptedNote]
    withheld: int


def may_write(*, report: Report, user: User, now: datetime) -> bool:
    """Whether `user` may add a note: its holder, and an account with the duty ANNOTATE_CASE at any time, ended cases included."""
    return has_role_permission(user, ANNOTATE_CASE) or (
        report.claimed_by_id == user.pk and selectors.is_claimed(report, now)
    )


def write_note(*, report: Report, actor: User, text: str, row: UUID, now: datetime) -> bool:
    """Keep a note, sealed for the hotline; the same `row` makes one note, however often it is sent. Whether it is new.

    Raises NotClaimHolder, Anonymised or TooManyNotes.
    """
    try:
        with transaction.atomic():
            report = _lock_writable(report, actor, now)
            if report.state == ReportState.ANONYMISED:
                raise Anonymised
            if report.notes.count() >= MAX_NOTES:
                raise TooManyNotes
            sealed = sealing.seal(text.encode(), ring="hotline", table=TABLE, field="text", row=row)
            note = Note.objects.create(report=report, uuid=row, author=actor, sealed=sealed, written_at=now)
            audit_log.record(action="note.written", subject=report, actor=actor, now=now, data={"note": note.pk})
    except IntegrityError:
        if not report.notes.filter(uuid=row, author=actor).exists():
            raise
        return False
    return True


def open_notes(*, report: Report, items: Iterable[ContentItem], actor: User, now: datetime) -> DecryptedNotes:
    """Open the notes of a case that no colleague holds; logged once in `STAYS_OPEN`, and again with every new note.

    Notes of somebody whose first opinion `actor` has yet to give a second one to are kept back. Raises NotClaimHolder, SealError.
    """
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report.pk)
        if selectors.is_claimed(report, now) and report.claimed_by_id != actor.pk:
            raise NotClaimHolder
        notes = list(report.notes.select_related("author"))
        unseen = selectors.unseen_authors(report, items, actor)
        shown = [note for note in notes if note.author_id not in unseen]
        since = now - OPEN_LOG_INTERVAL
        if shown and not selectors.has_audit_event(
            "notes.opened", report=report, user=actor, since=since, data={"notes": len(shown)}
        ):
            audit_log.record(action="notes.opened", subject=report, actor=actor, now=now, data={"notes": len(shown)})
        return DecryptedNotes([_open(note) for note in shown], len(notes) - len(shown))


def _lock_writable(report: Report, actor: User, now: datetime) -> Report:
    if has_role_permission(actor, ANNOTATE_CASE):
        return Report.objects.select_for_update().get(pk=report.pk)
    return lock_claimed_case(report_id=report.pk, actor=actor, now=now)


def _open(note: Note) -> DecryptedNote:
    text = sealing.open_sealed(note.sealed, ring="hotline", table=TABLE, field="text", row=note.uuid).decode()
    return DecryptedNote(note.author.get_username(), text, note.written_at)
