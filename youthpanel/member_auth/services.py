"""Services of invitation codes (create, redeem, revoke) and of member sessions (start, extend, end)."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.timezone import localdate

from clicksafely.common.audit import audit_log
from youthpanel.member_auth import codes
from youthpanel.member_auth.exceptions import CodeRefused, NoMemberToInvite
from youthpanel.member_auth.selectors import invitation_obstacle
from youthpanel.members.selectors import has_valid_consent
from youthpanel.members.services import revoke_codes_and_sessions
from youthpanel.models import ConsentScope, InvitationCode, Member, MemberSession

CODE_DAYS: Final = 30
# Long enough for a consultation in a break or on a bus, but no phone stays signed in overnight.
IDLE_TIMEOUT: Final = timedelta(hours=2)
MAX_SESSION_DURATION: Final = timedelta(hours=12)
# A session is extended only if it gains this much, to avoid a write on each page.
WORTH_WRITING: Final = timedelta(minutes=5)
# How long used and expired codes stay visible.
CODE_RETENTION: Final = timedelta(days=30)


class Invitation(NamedTuple):
    """A code in plain text, only for print."""

    member: Member
    code: str
    expires_at: datetime


def create_invitations(*, members: Iterable[Member], actor: AbstractBaseUser, now: datetime) -> list[Invitation]:
    """Create a code for each member who may take part online now, replacing unused ones. Audited.

    Other members are left out. Raises NoMemberToInvite if none is left.
    """
    with transaction.atomic():
        wanted = [member.pk for member in members]
        locked = Member.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
        invited = [
            member
            for member in locked.select_related("cohort").prefetch_related("consents")
            if invitation_obstacle(member, localdate(now)) is None
        ]
        if not invited:
            raise NoMemberToInvite
        InvitationCode.objects.filter(member__in=invited, used_at=None).delete()
        made = [Invitation(member, codes.generate_receipt(), now + timedelta(days=CODE_DAYS)) for member in invited]
        InvitationCode.objects.bulk_create(
            InvitationCode(member=each.member, digest=codes.digest(each.code), made_at=now, expires_at=each.expires_at)
            for each in made
        )
        audit_log.record_many([audit_log.AuditEntry("code.made", member) for member in invited], actor=actor, now=now)
        return sorted(made, key=lambda each: (each.member.cohort.begins_on, each.member.pseudonym))


def print_invitations(
    *, members: Iterable[Member], draw: Callable[[list[Invitation]], bytes], actor: AbstractBaseUser, now: datetime
) -> bytes:
    """Create codes and render the sheet in one transaction, so that a rendering failure creates no codes.

    Raises NoMemberToInvite and the exceptions of `draw`.
    """
    with transaction.atomic():
        return draw(create_invitations(members=members, actor=actor, now=now))


def revoke_access(*, member: Member, actor: AbstractBaseUser, now: datetime) -> None:
    """Revoke all codes and sessions of a member, for a lost sheet or phone. Audited."""
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member.pk)
        revoke_codes_and_sessions(member)
        audit_log.record(action="code.revoked", subject=member, actor=actor, now=now)


def redeem_code(*, code: str | None, now: datetime) -> str:
    """Redeem a normalised code and start a session, which replaces other sessions of the member.

    Returns the session key for the cookie. Raises CodeRefused, after the same single query for a wrong, used or expired
    code. Redeeming is not audited, because the time of a child's visit is stored no longer than the code.
    """
    digest = codes.digest(code)
    with transaction.atomic():
        good = InvitationCode.objects.filter(digest=digest, used_at=None, expires_at__gt=now)
        found = good.values_list("member_id", flat=True).first()
        if found is None:
            raise CodeRefused
        # Lock the member first, in the same order as `record_leaving`, to prevent deadlocks.
        member = Member.objects.select_for_update().get(pk=found)
        if not good.update(used_at=now) or not has_valid_consent(member, ConsentScope.ONLINE, localdate(now)):
            # Raised inside the transaction, so that a refused code is not marked as used.
            raise CodeRefused
        MemberSession.objects.filter(member=member).delete()
        key = secrets.token_urlsafe(32)
        MemberSession.objects.create(
            member=member, digest=key_digest(key), expires_at=now + IDLE_TIMEOUT, ends_at=now + MAX_SESSION_DURATION
        )
        return key


def extend_session(*, key: str, now: datetime) -> Member | None:
    """The member of the session, with cohort, and extend it. None if it has ended or the consent is no longer valid."""
    session = (
        MemberSession.objects.select_related("member__cohort")
        .filter(digest=key_digest(key), expires_at__gt=now)
        .first()
    )
    if session is None or not has_valid_consent(session.member, ConsentScope.ONLINE, localdate(now)):
        return None
    until = min(now + IDLE_TIMEOUT, session.ends_at)
    if until - session.expires_at >= WORTH_WRITING:
        MemberSession.objects.filter(pk=session.pk).update(expires_at=until)
    return session.member


def end_session(*, key: str) -> None:
    """End a session. Idempotent."""
    MemberSession.objects.filter(digest=key_digest(key)).delete()


def revoke_all_after_restore(now: datetime) -> str:
    """Delete all sessions and unused codes, because a backup may contain codes that were used or revoked since.

    Audited for each member whose code is deleted. Returns a sentence for the administrator; "" if there were none.
    """
    with transaction.atomic():
        MemberSession.objects.all().delete()
        unused = InvitationCode.objects.filter(used_at=None)
        members = [each.member for each in unused.select_related("member").order_by("pk")]
        unused.delete()
        audit_log.record_many([audit_log.AuditEntry("code.revoked", member) for member in members], actor=None, now=now)
    if not members:
        return ""
    return f"{len(members)} unused codes of the youth panel were deleted. Coordinators must print new ones (Codes on paper)."


def delete_expired(*, now: datetime) -> None:
    """Delete sessions that have ended, and old codes."""
    MemberSession.objects.filter(expires_at__lte=now).delete()
    InvitationCode.objects.filter(expires_at__lte=now - CODE_RETENTION).delete()


def key_digest(key: str) -> bytes:
    """The stored digest of a session key of 256 random bits: its SHA-256."""
    return hashlib.sha256(key.encode()).digest()
