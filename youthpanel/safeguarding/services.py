"""Safeguarding notes: written by staff or a child, opened by the lead and the deputy only, worked on as cases, erased after five years."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.alerts.services import claim_subject, raise_alert
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.plain_text import TextError, clean_text
from clicksafely.common.queue.enqueue import enqueue_task
from youthpanel.members.staff_mail import can_send, send_to_staff
from youthpanel.models import (
    ActionKind,
    IdentityOpening,
    Member,
    NoteOutcome,
    NoteSource,
    SafeguardingAction,
    SafeguardingNote,
)
from youthpanel.permissions import OPEN_NOTE
from youthpanel.safeguarding.alerts import ALERT_TASK, OVERDUE, URGENT
from youthpanel.safeguarding.selectors import HANDED_OVER, OPENED, unopened_handovers

ALREADY_CLOSED = _("This note is already closed.")
ALREADY_TAKEN = _("Another person has taken this note. Reload the page.")

MAX_CHILD_TEXT_LENGTH: Final = 4000
# E-mail is retried each minute for this long. The start pages of both list the note in any case.
RETRY_PERIOD: Final = timedelta(days=3)
# data_inventory.FOR_SAFETY and docs/privacy.md state the same period.
RETENTION: Final = timedelta(days=5 * 365)


@dataclass(frozen=True, kw_only=True)
class NoteData:
    """The content of a note; `member` is optional. `source` is that of a text which a member of staff sends to the lead."""

    text: str
    member: Member | None
    urgent: bool
    source: NoteSource = NoteSource.STAFF


@dataclass(frozen=True)
class NoteContent:
    """The decrypted texts of a note: the incident, the outcome, and by ID planned actions, their results, and reasons of openings."""

    text: str
    outcome: str = ""
    planned: Mapping[int, str] = field(default_factory=dict)
    results: Mapping[int, str] = field(default_factory=dict)
    openings: Mapping[int, str] = field(default_factory=dict)


def is_safeguarding_lead(user: AbstractBaseUser) -> bool:
    """Return whether `user` may open and work on notes: the lead or the deputy, who have the same permission."""
    return has_role_permission(user, OPEN_NOTE)


def check_lead(user: AbstractBaseUser) -> None:
    """Raises PermissionDenied unless `user` is the lead or the deputy."""
    if not is_safeguarding_lead(user):
        raise PermissionDenied


def write_note(*, draft: NoteData, actor: AbstractBaseUser, now: datetime) -> None:
    """Seal and save a note of a member of staff. Raises NoPublicKey; then nothing is saved.

    The text of an answer without a member gets the day only, also in the audit trail.
    """
    if draft.source == NoteSource.ANSWER and draft.member is None:
        now = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    note = SafeguardingNote(
        source=draft.source, member=draft.member, urgent=draft.urgent, written_at=now, written_by_id=actor.pk
    )
    SafeguardingNote.TEXT.seal(note, draft.text.encode())
    with transaction.atomic():
        note.save()
        audit_log.record(
            action="safeguarding_note.reported", subject=note, actor=actor, now=now, data={"source": draft.source}
        )
        transaction.on_commit(partial(enqueue_task, ALERT_TASK))


def write_note_as_child(*, member: Member, text: str, form: UUID, now: datetime) -> None:
    """Seal and save what a member wrote; it is always urgent. The same text of the same `form` is saved once.

    Only inserts a row, so that the public site needs no privilege to read notes. Raises ActionRefused for an empty or too long text, and
    NoPublicKey; then nothing is saved.
    """
    try:
        words = clean_text(text, max_length=MAX_CHILD_TEXT_LENGTH)
    except TextError as error:
        message = error.message % error.params if error.params else error.message
        raise ActionRefused([FieldFault("text", message)]) from error
    if not words:
        raise ActionRefused([FieldFault("text", _("Your message is empty. Write at least a few words."))])
    # `form` is random and stored nowhere, so this digest does not verify a guess of the text.
    digest = hashlib.sha256(form.bytes + member.uuid.bytes + words.encode()).digest()
    row = UUID(bytes=digest[:16], version=4)
    note = SafeguardingNote(uuid=row, source=NoteSource.CHILD, member=member, urgent=True, written_at=now)
    SafeguardingNote.TEXT.seal(note, words.encode())
    with transaction.atomic():
        SafeguardingNote.objects.bulk_create([note], ignore_conflicts=True)
        transaction.on_commit(partial(enqueue_task, ALERT_TASK))


def read_note(*, note: SafeguardingNote, actor: User, now: datetime) -> NoteContent:
    """Return all texts of a note; this is audited. Ends the alert of a note that the actor has, such as one that was handed over.

    Raises SealError, and PermissionDenied unless the actor is the lead or the deputy.
    """
    check_lead(actor)
    actions, openings = list(note.actions.all()), list(note.openings.all())
    content = NoteContent(
        text=SafeguardingNote.TEXT.read_text(note),
        outcome=SafeguardingNote.OUTCOME.read_text(note),
        planned={action.pk: SafeguardingAction.TEXT.read_text(action) for action in actions},
        results={action.pk: SafeguardingAction.RESULT.read_text(action) for action in actions},
        openings={opening.pk: IdentityOpening.WORDS.read_text(opening) for opening in openings},
    )
    with transaction.atomic():
        audit_log.record(action=OPENED, subject=note, actor=actor, now=now)
        if note.assigned_to_id == actor.pk:
            claim_subject(kinds=[URGENT], reference=note.pk, actor=actor, now=now)
    return content


def take_note(*, note: SafeguardingNote, actor: User, now: datetime) -> None:
    """Assign a note without a case worker to the actor, and end its alert. Raises PermissionDenied and ActionRefused."""
    check_lead(actor)
    with transaction.atomic():
        taken = SafeguardingNote.objects.filter(pk=note.pk, assigned_to=None, closed_at=None).update(assigned_to=actor)
        if not taken:
            raise ActionRefused(ALREADY_TAKEN)
        audit_log.record(action="safeguarding_note.claimed", subject=note, actor=actor, now=now)
        claim_subject(kinds=[URGENT], reference=note.pk, actor=actor, now=now)


def hand_over_note(*, note: SafeguardingNote, to: User, actor: User, now: datetime) -> None:
    """Assign a note to the other person. An urgent note alerts until the receiver opens it, unless the actor takes it over.

    Raises PermissionDenied, and ActionRefused if `note` has changed in the meantime.
    """
    check_lead(actor)
    if not is_safeguarding_lead(to):
        raise ActionRefused([FieldFault("to", _("This person may not open notes. Choose another one."))])
    with transaction.atomic():
        found = SafeguardingNote.objects.filter(pk=note.pk, assigned_to=note.assigned_to_id, closed_at=None)
        if not found.update(assigned_to=to):
            raise ActionRefused(ALREADY_TAKEN)
        audit_log.record(action=HANDED_OVER, subject=note, actor=actor, now=now, data={"to": to.pk})
        if to == actor:
            claim_subject(kinds=[URGENT], reference=note.pk, actor=actor, now=now)
            return
        SafeguardingNote.objects.filter(pk=note.pk).update(notified=False)
        if note.urgent:
            raise_alert(kind=URGENT, reference=note.pk, again=True)


def plan_action(
    *, note: SafeguardingNote, kind: ActionKind, text: str, due_on: date, actor: AbstractBaseUser, now: datetime
) -> None:
    """Add an action or follow-up. Raises PermissionDenied, NoPublicKey, and ActionRefused for a past day or a closed note."""
    check_lead(actor)
    if due_on < localdate(now):
        raise ActionRefused([FieldFault("due_on", _("This day is in the past."))])
    action = SafeguardingAction(note=note, kind=kind, due_on=due_on, planned_at=now, planned_by_id=actor.pk)
    SafeguardingAction.TEXT.seal(action, text.encode())
    with transaction.atomic():
        _lock_open(note)
        action.save()
        audit_log.record(
            action="safeguarding_note.action_planned",
            subject=note,
            actor=actor,
            now=now,
            data={"action": action.pk, "kind": kind, "due_on": due_on.isoformat()},
        )


def finish_action(*, action: SafeguardingAction, result: str, actor: User, now: datetime) -> None:
    """Record that an action is done, and what came of it. Raises PermissionDenied, NoPublicKey and ActionRefused."""
    check_lead(actor)
    SafeguardingAction.RESULT.seal(action, result.encode())
    with transaction.atomic():
        done = SafeguardingAction.objects.filter(pk=action.pk, done_at=None, note__closed_at=None).update(
            done_at=now, done_by=actor, sealed_result=action.sealed_result
        )
        if not done:
            raise ActionRefused(_("This is already done, or the note is closed."))
        audit_log.record(
            action="safeguarding_note.action_done",
            subject=action.note,
            actor=actor,
            now=now,
            data={"action": action.pk},
        )
        claim_subject(kinds=[OVERDUE], reference=action.pk, actor=actor, now=now)


def close_note(*, note: SafeguardingNote, outcome: NoteOutcome, words: str, actor: User, now: datetime) -> None:
    """Close a note with its outcome. Raises PermissionDenied, NoPublicKey, and ActionRefused with open actions or if it is closed."""
    check_lead(actor)
    if outcome == NoteOutcome.OTHER and not words:
        raise ActionRefused([FieldFault("words", _("Describe the outcome."))])
    with transaction.atomic():
        _lock_open(note)
        if note.actions.filter(done_at=None).exists():
            raise ActionRefused(_("There are open actions. Record their results first."))
        if words:
            SafeguardingNote.OUTCOME.seal(note, words.encode())
        SafeguardingNote.objects.filter(pk=note.pk).update(
            closed_at=now, outcome=outcome, sealed_outcome=note.sealed_outcome
        )
        audit_log.record(
            action="safeguarding_note.closed", subject=note, actor=actor, now=now, data={"outcome": outcome}
        )
        claim_subject(kinds=[URGENT], reference=note.pk, actor=actor, now=now)


def _lock_open(note: SafeguardingNote) -> None:
    """Lock a note until the end of the transaction. Raises ActionRefused if it is closed."""
    if not SafeguardingNote.objects.select_for_update().filter(pk=note.pk, closed_at=None).exists():
        raise ActionRefused(ALREADY_CLOSED)


def notify_leads(*, now: datetime) -> int:
    """Send the lead and the deputy one e-mail for all notes without a notification, without any content of a note.

    Returns how many recipients the server accepted. A note that is handed over needs another notification. Notes are marked after sending.
    A crash in between sends the e-mail twice, but never loses it.
    """
    recent = Q(written_at__gt=now - RETRY_PERIOD) | Q(pk__in=unopened_handovers().values("pk"))
    pending = SafeguardingNote.objects.filter(recent, notified=False, closed_at=None)
    notes = list(pending.values_list("pk", flat=True))
    if not notes or not can_send():
        return 0
    sent = send_to_staff(permission=OPEN_NOTE, words=_notification, path="", now=now)
    if sent:
        SafeguardingNote.objects.filter(pk__in=notes).update(notified=True)
    return sent


def _notification() -> tuple[str, str]:
    text = gettext("There is something new for you on the staff site. Please sign in and check your start page.")
    return gettext("Something new on the staff site"), text


def erase_closed_notes(*, now: datetime) -> int:
    """Erase the notes that were closed more than RETENTION ago, with their actions and openings; returns their number. Open notes stay."""
    old = SafeguardingNote.objects.filter(closed_at__lt=now - RETENTION)
    with transaction.atomic():
        count = old.count()
        if count:
            old.delete()
            audit_log.record(
                action="safeguarding_notes.erased", subject=None, actor=None, now=now, data={"count": count}
            )
    return count
