"""Openings of the identity of the child behind a note: first name and school, then contacts. Each needs a reason and is audited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.places import TOWNS
from youthpanel.members.identity import Identity, unseal_identity
from youthpanel.models import IdentityOpening, Member, OpenedIdentity, OpeningReason, SafeguardingNote
from youthpanel.safeguarding.services import check_lead

AUDIT_ACTIONS: Final = {
    OpenedIdentity.NAME: "safeguarding_note.name_opened",
    OpenedIdentity.CONTACTS: "safeguarding_note.contact_opened",
}
NO_MEMBER = _("There is no child with a name behind this note.")


@dataclass(frozen=True)
class ChildIdentity:
    """The name, the school and its town."""

    name: str
    school: str
    town: str


def open_identity(
    *, note: SafeguardingNote, reason: OpeningReason, words: str, actor: AbstractBaseUser, now: datetime
) -> ChildIdentity:
    """Return the name and school of the child behind a note. `words` explain the reason and are sealed.

    Raises PermissionDenied, SealError, and ActionRefused without words or without a child. Nothing is recorded then.
    """
    check_lead(actor)
    if not words:
        raise ActionRefused([FieldFault("words", _("Write why you need the name."))])
    member = _child_of(note)
    child = _identity_of(unseal_identity(member), member)
    _record(note=note, opened=OpenedIdentity.NAME, reason=reason, words=words, actor=actor, now=now)
    return child


def open_contacts(*, note: SafeguardingNote, actor: AbstractBaseUser, now: datetime) -> tuple[ChildIdentity, Identity]:
    """Return the contacts of the child and of a guardian, for the reason for which the actor has opened the name.

    Raises PermissionDenied, SealError, and ActionRefused if the actor has not opened the name.
    """
    check_lead(actor)
    member = _child_of(note)
    before = note.openings.filter(opened=OpenedIdentity.NAME, opened_by=actor.pk).first()
    if before is None:
        raise ActionRefused(_("Open the name first, with a reason."))
    identity = unseal_identity(member)
    reason, words = OpeningReason(before.reason), IdentityOpening.WORDS.read_text(before)
    _record(note=note, opened=OpenedIdentity.CONTACTS, reason=reason, words=words, actor=actor, now=now)
    return _identity_of(identity, member), identity


def _child_of(note: SafeguardingNote) -> Member:
    member = Member.objects.select_related("school").filter(safeguarding_notes=note, erased_at=None).first()
    if member is None:
        raise ActionRefused(NO_MEMBER)
    return member


def _identity_of(identity: Identity, member: Member) -> ChildIdentity:
    return ChildIdentity(identity.name, member.school.name, str(TOWNS.get(member.school.town, "")))


def _record(
    *,
    note: SafeguardingNote,
    opened: OpenedIdentity,
    reason: OpeningReason,
    words: str,
    actor: AbstractBaseUser,
    now: datetime,
) -> None:
    """Record an opening at the note. An event of the member would show the note to coordinators, in the member's timeline."""
    opening = IdentityOpening(note=note, opened=opened, reason=reason, opened_at=now, opened_by_id=actor.pk)
    IdentityOpening.WORDS.seal(opening, words.encode())
    with transaction.atomic():
        opening.save()
        audit_log.record(action=AUDIT_ACTIONS[opened], subject=note, actor=actor, now=now, data={"reason": reason})
