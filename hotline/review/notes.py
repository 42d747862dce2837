"""Encrypted internal notes of a case, hidden from second reviewers until they have given their opinion."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.permissions import has_role_permission
from hotline.models import ContentItem, Note, Report
from hotline.permissions import ANNOTATE_CASE
from hotline.review import selectors
from hotline.review.claims import lock_claimed_case
from hotline.review.exceptions import Anonymised, NotClaimHolder, TooManyNotes
from hotline.states import ReportState

MAX_NOTES = 200
OPEN_LOG_INTERVAL = timedelta(minutes=10)


@dataclass(frozen=True)
class DecryptedNote:
    """A note in clear text, for a single response. It is never stored."""

    author: str
    text: str
    written_at: datetime


@dataclass(frozen=True)
class DecryptedNotes:
    """The visible notes, oldest first, and the number withheld until the user has given an opinion."""

    shown: list[DecryptedNote]
    withheld: int


def may_write(*, report: Report, user: User, now: datetime) -> bool:
    """Return whether `user` may add a note.

    The holder of the case may. Users with the permission ANNOTATE_CASE may at any time, also after the case has ended.
    """
    return has_role_permission(user, ANNOTATE_CASE) or (
        report.claimed_by_id == user.pk and selectors.is_claimed(report, now)
    )


def write_note(*, report: Report, actor: User, text: str, row: UUID, now: datetime) -> bool:
    """Store a note, encrypted for the hotline. Returns whether it is new.

    Repeated calls with the same `row` create one note. Raises NotClaimHolder, Anonymised or TooManyNotes.
    """
    try:
        with transaction.atomic():
            report = _lock_writable(report, actor, now)
            if report.state == ReportState.ANONYMISED:
                raise Anonymised
            if report.notes.count() >= MAX_NOTES:
                raise TooManyNotes
            note = Note(report=report, uuid=row, author=actor, written_at=now)
            Note.TEXT.seal(note, text.encode())
            note.save(force_insert=True)
            audit_log.record(action="note.written", subject=report, actor=actor, now=now, data={"note": note.pk})
    except IntegrityError:
        if not report.notes.filter(uuid=row, author=actor).exists():
            raise
        return False
    return True


def open_notes(*, report: Report, items: Iterable[ContentItem], actor: User, now: datetime) -> DecryptedNotes:
    """Decrypt the notes of a case that no colleague holds.

    The access is logged once per `OPEN_LOG_INTERVAL`, and again after each new note. Notes are withheld if their author
    gave the first opinion and `actor` has not given the second one yet. Raises NotClaimHolder, SealError.
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
    return DecryptedNote(note.author.get_username(), Note.TEXT.open(note).decode(), note.written_at)
