"""Services of member records: joining, changes, leaving, and reminders of consents that end. See `erasure` for erasure."""

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, FieldFault
from clicksafely.common.page_cache import content_version
from clicksafely.common.permissions import has_role_permission
from youthpanel.members import pseudonyms
from youthpanel.members.access import end_access
from youthpanel.members.consents import build_consent
from youthpanel.members.erasure import erase_member
from youthpanel.members.identity import Identity, identity_digest, seal_identity, unseal_identity
from youthpanel.members.selectors import DUE_PERIOD, duplicate_faults, unannounced_consents
from youthpanel.members.staff_mail import can_send, send_to_staff
from youthpanel.members.validation import ConsentData, MemberData, birth_faults, member_faults, name_faults
from youthpanel.models import Cohort, Consent, Member, School
from youthpanel.permissions import OPEN_IDENTITY

__all__ = [
    "add_member",
    "add_members",
    "erase_member",
    "read_identity",
    "record_leaving",
    "remind_coordinators",
    "replace_identity",
    "save_record",
]

# Of coordinators.
CHANGE_MEMBER: Final = "youthpanel.change_member"
DUE_PAGE: Final = "youthpanel/due/"


def read_identity(*, member: Member, actor: AbstractBaseUser, now: datetime) -> Identity:
    """Decrypt the real identity of a member. Each call is audited and appears in the member's timeline.

    Raises PermissionDenied, ValueError for an erased member, and SealError.
    """
    if not has_role_permission(actor, OPEN_IDENTITY):
        raise PermissionDenied
    identity = unseal_identity(member)
    audit_log.record(action="identity.opened", subject=member, actor=actor, now=now)
    return identity


def add_member(*, draft: MemberData, actor: AbstractBaseUser, now: datetime) -> Member:
    """Create a member from a draft.

    Raises ActionRefused, also after a concurrent request created the person or the pseudonym.
    """
    faults = [*member_faults(draft, today=localdate(now)), *_taken(draft)]
    if faults:
        raise ActionRefused(faults)
    with _two_at_once(lambda: list(_taken(draft))):
        member = _member_of(draft, now)
        member.save(force_insert=True)
        content_version.bump()
        audit_log.record(
            action="member.added", subject=member, actor=actor, now=now, data={"cohort": draft.cohort.slug}
        )
    return member


def add_members(
    *, drafts: Sequence[tuple[MemberData, Sequence[ConsentData]]], actor: AbstractBaseUser, now: datetime
) -> list[Member]:
    """Create members with their consents from validated drafts, in the current transaction.

    Raises IntegrityError; then no member is created.
    """
    members = Member.objects.bulk_create([_member_of(draft, now) for draft, _consents in drafts])
    Consent.objects.bulk_create(
        build_consent(member, consent, actor)
        for member, (_draft, consents) in zip(members, drafts, strict=True)
        for consent in consents
    )
    content_version.bump()
    audit_log.record_many(
        [
            audit_log.AuditEntry(
                "member.added",
                member,
                {"cohort": draft.cohort.slug, "consents": [consent.scope for consent in consents]},
            )
            for member, (draft, consents) in zip(members, drafts, strict=True)
        ],
        actor=actor,
        now=now,
    )
    return members


def save_record(
    *, record: School | Cohort | Member, changed: Sequence[str], actor: AbstractBaseUser, now: datetime
) -> None:
    """Save a school, a cohort, or the unsealed fields of a member. The names of changed fields are audited.

    Raises ActionRefused if a concurrent request saved another record of the same name.
    """
    action = f"{record._meta.model_name}.{'changed' if record.pk else 'added'}"
    try:
        with transaction.atomic():
            if isinstance(record, Member):
                record.changed_at = now
                record.save(update_fields=[*changed, "changed_at"])
            else:
                record.save()
            # The public page counts towns of members and names cohorts.
            if not isinstance(record, Member) or "school" in changed:
                content_version.bump()
            audit_log.record(action=action, subject=record, actor=actor, now=now, data={"fields": list(changed)})
    except IntegrityError as error:
        text = _("Another user has just saved an entry with the same name. Check the list.")
        raise ActionRefused([FieldFault("", text)]) from error


def delete_record(*, record: School | Cohort, actor: AbstractBaseUser, now: datetime) -> None:
    """Delete a school or a cohort without members. Raises ProtectedError."""
    with transaction.atomic():
        audit_log.record(action=f"{record._meta.model_name}.removed", subject=record, actor=actor, now=now)
        record.delete()


def replace_identity(
    *, member: Member, identity: Identity, year: int, month: int, actor: AbstractBaseUser, now: datetime
) -> None:
    """Replace the identity of a member: name, contacts, month of birth.

    The old identity is decrypted for this, which is audited. Raises ActionRefused, PermissionDenied and SealError.
    """
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member.pk)
        before = read_identity(member=member, actor=actor, now=now)
        faults = [
            *name_faults(identity),
            *birth_faults(year, month, joined_on=member.joined_on, today=localdate(now)),
            *duplicate_faults(name=identity.name, pseudonym=member.pseudonym, year=year, month=month, besides=member),
        ]
        if pseudonyms.reveals_name(member.pseudonym, name=identity.name):
            faults.append(FieldFault("name", _("The pseudonym would reveal this name: change the pseudonym first.")))
        if faults:
            raise ActionRefused(faults)
        changed = [name for name in Identity.__slots__ if getattr(before, name) != getattr(identity, name)]
        changed += ["birth"] * ((member.birth_year, member.birth_month) != (year, month))
        seal_identity(member, identity)
        Member.objects.filter(pk=member.pk).update(
            birth_year=year,
            birth_month=month,
            identity=identity_digest(identity.name, year=year, month=month),
            sealed=member.sealed,
            changed_at=now,
        )
        audit_log.record(action="identity.changed", subject=member, actor=actor, now=now, data={"fields": changed})


def record_leaving(*, member: Member, on: date, actor: AbstractBaseUser | None, now: datetime) -> None:
    """Record the last day of a membership. The slip and the session end at once. Raises ActionRefused."""
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member.pk)
        if not member.joined_on <= on <= localdate(now):
            raise ActionRefused([FieldFault("left_on", _("Choose a day between joining and today."))])
        if member.left_on:
            raise ActionRefused([FieldFault("left_on", _("This member has already left."))])
        Member.objects.filter(pk=member.pk).update(left_on=on, changed_at=now)
        end_access(member=member, actor=actor, now=now)
        audit_log.record(action="member.left", subject=member, actor=actor, now=now, data={"on": on.isoformat()})


def undo_leaving(*, member: Member, actor: AbstractBaseUser, now: datetime) -> None:
    """Undo the leaving of a member. Raises ActionRefused for an erased member."""
    with transaction.atomic():
        if not Member.objects.filter(pk=member.pk, erased_at=None).update(left_on=None, changed_at=now):
            raise ActionRefused([FieldFault("left_on", _("The personal data of this member was erased."))])
        audit_log.record(action="member.leaving_undone", subject=member, actor=actor, now=now)


def _member_of(draft: MemberData, now: datetime) -> Member:
    born = {"year": draft.birth_year, "month": draft.birth_month}
    member = Member(
        cohort=draft.cohort,
        school=draft.school,
        pseudonym=draft.pseudonym,
        birth_year=draft.birth_year,
        birth_month=draft.birth_month,
        role=draft.role,
        joined_on=draft.joined_on,
        identity=identity_digest(draft.identity.name, **born),
        changed_at=now,
    )
    seal_identity(member, draft.identity)
    return member


def _taken(draft: MemberData) -> Any:
    return duplicate_faults(
        name=draft.identity.name, pseudonym=draft.pseudonym, year=draft.birth_year, month=draft.birth_month
    )


@contextmanager
def _two_at_once(taken: Any) -> Any:
    """A transaction that turns the IntegrityError of a concurrent duplicate into ActionRefused."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        faults = taken()
        if not faults:
            raise
        raise ActionRefused(faults) from error


def remind_coordinators(*, now: datetime) -> int:
    """Send the coordinators one e-mail about the consents that end within `DUE_PERIOD` and were in no e-mail yet.

    Returns how many recipients got it. It has the number of consents and no name. Children and families get none. Consents are marked after
    sending. A crash in between sends the e-mail twice, but never loses it.
    """
    today = localdate(now)
    ending = unannounced_consents(today=today)
    if not ending or not can_send():
        return 0
    sent = send_to_staff(permission=CHANGE_MEMBER, words=partial(_reminder, len(ending)), path=DUE_PAGE, now=now)
    if sent:
        Consent.objects.filter(pk__in=ending).update(announced_on=today)
    return sent


def _reminder(number: int) -> tuple[str, str]:
    text = ngettext(
        "%(n)d consent of the panel ends within %(days)d days, or has ended. Please sign in: the page of due dates shows it.",
        "%(n)d consents of the panel end within %(days)d days, or have ended. Please sign in: the page of due dates shows them.",
        number,
    )
    return gettext("Consents of the panel end soon"), text % {"n": number, "days": DUE_PERIOD.days}
