"""Incident notes: written by panel staff, opened only by the safeguarding lead, and each opening is audited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import sealing
from clicksafely.common.permissions import has_role_permission
from youthpanel.meetings.exceptions import NotPossible
from youthpanel.models import IncidentNote, Member
from youthpanel.permissions import OPEN_NOTE

ALREADY_CLOSED = _("This note was settled before.")
CANNOT_SEAL = _(
    "The note was not kept: it cannot be sealed here, for the keys of the panel are not at hand. Your text is still below. Tell the safeguarding lead yourself now."
)
CANNOT_OPEN = _("The note cannot be opened here: the keys of the panel are not at hand. Nothing else is wrong.")


TABLE: Final = IncidentNote._meta.db_table
ADD_NOTE: Final = "youthpanel.add_incidentnote"
LONGEST_NOTE: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class IncidentNoteData:
    """The content of a note; `member` is optional."""

    text: str
    member: Member | None
    urgent: bool


def is_safeguarding_lead(user: AbstractBaseUser) -> bool:
    """Whether `user` may open and close notes."""
    return has_role_permission(user, OPEN_NOTE)


def write_note(*, draft: IncidentNoteData, actor: AbstractBaseUser, now: datetime) -> None:
    """Seal and save a note. Raises NoPublicKey; then nothing is saved."""
    row = uuid4()
    with transaction.atomic():
        note = IncidentNote.objects.create(
            uuid=row,
            member=draft.member,
            sealed=sealing.seal(draft.text.encode(), ring="panel", table=TABLE, field="sealed", row=row),
            urgent=draft.urgent,
            written_at=now,
            written_by_id=actor.pk,
        )
        audit_log.record(action="incident.reported", subject=note, actor=actor, now=now)


def list_notes() -> QuerySet[IncidentNote]:
    """All notes without their content: open notes first, urgent ones before others."""
    waiting_first = (F("settled_at").desc(nulls_first=True), "-urgent", "-written_at", "-pk")
    return IncidentNote.objects.defer("sealed").select_related("member", "written_by").order_by(*waiting_first)


def count_open_notes() -> int:
    return IncidentNote.objects.filter(settled_at=None).count()


def read_note(*, note: IncidentNote, actor: AbstractBaseUser, now: datetime) -> str:
    """The content of a note; this is audited.

    Raises SealError, and PermissionDenied unless the actor is a safeguarding lead.
    """
    if not is_safeguarding_lead(actor):
        raise PermissionDenied
    text = sealing.open_sealed(bytes(note.sealed), ring="panel", table=TABLE, field="sealed", row=note.uuid).decode()
    audit_log.record(action="incident.opened", subject=note, actor=actor, now=now)
    return text


def close_note(*, note: IncidentNote, actor: AbstractBaseUser, now: datetime) -> None:
    """Close a note. Raises PermissionDenied, and NotPossible if it is already closed."""
    if not is_safeguarding_lead(actor):
        raise PermissionDenied
    with transaction.atomic():
        if not IncidentNote.objects.filter(pk=note.pk, settled_at=None).update(settled_at=now):
            raise NotPossible(ALREADY_CLOSED)
        audit_log.record(action="incident.closed", subject=note, actor=actor, now=now)
