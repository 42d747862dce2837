"""Services of slips (create, replace, open with pictures) and of member sessions (start, extend, end)."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.receipts import generate_code
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.serbian.alphabet import page_order
from youthpanel.member_auth import codes, selectors
from youthpanel.member_auth.pictures import pictures_hash
from youthpanel.member_auth.selectors import MAX_WRONG_TRIES
from youthpanel.members.access import end_access, void_slips
from youthpanel.members.identity import unseal_identity
from youthpanel.members.selectors import active_members, has_valid_consent
from youthpanel.models import Cohort, ConsentScope, InvitationCode, Member, MemberSession, SlipReplacement
from youthpanel.models.members import NAMING_FIELDS
from youthpanel.permissions import APPROVE_SLIP, OPEN_IDENTITY

# Long enough for a consultation in a break or on a bus, but no phone stays signed in overnight.
IDLE_TIMEOUT: Final = timedelta(hours=2)
MAX_SESSION_DURATION: Final = timedelta(hours=12)
# A session is extended only if it gains this much, to avoid a write on each page.
WORTH_WRITING: Final = timedelta(minutes=5)
# How long expired and void slips stay visible.
CODE_RETENTION: Final = timedelta(days=30)


class CodeRefused(Exception):
    """The slip was not accepted. Not said: whether it is unknown, void, expired, locked, has other pictures, or lacks a consent."""


class Invitation(NamedTuple):
    """A code in plain text, only for print."""

    member: Member
    code: str
    expires_at: datetime


def create_invitations(*, members: Iterable[Member], actor: AbstractBaseUser, now: datetime) -> list[Invitation]:
    """Create a slip for each member who may take part online now, replacing earlier ones. Audited.

    Other members are left out, as are those whose next slip another person must approve. Raises ActionRefused if none is left.
    """
    with transaction.atomic():
        eligible = _lock_eligible(members, now)
        approval = selectors.members_needing_approval(eligible, now=now)
        invited = [member for member in eligible if member.pk not in approval]
        if not invited:
            raise ActionRefused(
                _("No codes were created: none of these members may get one now. The list shows the reasons.")
            )
        return _create_slips(invited, actor, now)


def print_invitations(
    *, members: Iterable[Member], draw: Callable[[list[Invitation]], bytes], actor: AbstractBaseUser, now: datetime
) -> bytes:
    """Create slips and render the sheet in one transaction, so that a rendering failure creates none.

    Raises ActionRefused and the exceptions of `draw`.
    """
    with transaction.atomic():
        return draw(create_invitations(members=members, actor=actor, now=now))


def revoke_access(*, member: Member, actor: AbstractBaseUser, now: datetime) -> None:
    """Make the slip of a member void and end the session. Audited.

    Reasons are a lost slip or phone, or forgotten pictures. If its pictures were chosen, this requests a new slip,
    which another person approves (`approve_replacements`).
    """
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member.pk)
        end_access(member=member, actor=actor, now=now)
        # The system ended the membership, which has begun again since.
        unrequested = SlipReplacement.objects.filter(member=member, requested_by=None)
        unrequested.update(requested_by=actor.pk, requested_at=now)
        audit_log.record(action="code.revoked", subject=member, actor=actor, now=now)


def approve_replacements(
    *, members: Iterable[Member], draw: Callable[[list[Invitation]], bytes], actor: AbstractBaseUser, now: datetime
) -> bytes:
    """Create and render the slips of members whose replacement another person requested. Audited.

    Raises PermissionDenied, ActionRefused if there are none, and the exceptions of `draw`.
    """
    if not has_role_permission(actor, APPROVE_SLIP):
        raise PermissionDenied
    with transaction.atomic():
        eligible = {member.pk: member for member in _lock_eligible(members, now)}
        requests = selectors.replacements_to_approve(actor).filter(member__in=eligible)
        requested_by = {request.member_id: request.requested_by_id for request in requests}
        if not requested_by:
            raise ActionRefused(
                _("No slip was created: another person must request it first, and the member must be able to get one.")
            )
        SlipReplacement.objects.filter(member__in=requested_by).delete()
        audit_log.record_many(
            [
                audit_log.AuditEntry("code.approved", eligible[pk], {"requested_by": person})
                for pk, person in requested_by.items()
            ],
            actor=actor,
            now=now,
        )
        return draw(_create_slips([eligible[pk] for pk in requested_by], actor, now))


def choose_pictures(*, code: str, chosen: Sequence[str], now: datetime) -> str:
    """Store the pictures of a slip at the first visit and start a session; return its key.

    At later visits, also after a double click, the same as `sign_in`. Raises CodeRefused.
    """
    digest = codes.digest(code)
    if found := selectors.awaits_pictures(digest, now=now):
        chosen_hash = pictures_hash(chosen, code=code, digest=digest)
        with transaction.atomic():
            member = _lock_member(found.pk)
            slip = InvitationCode.objects.filter(member=member, digest=digest, pictures=None)
            if _may_visit(member, now) and slip.update(pictures=chosen_hash):
                return _start_session(member, now)
    return sign_in(code=code, chosen=chosen, now=now)


def sign_in(*, code: str | None, chosen: Sequence[str], now: datetime) -> str:
    """Start a session with a slip and its pictures, and return its key for the cookie.

    It replaces another session of the member. Raises CodeRefused if the slip is unknown, void or expired, or the
    pictures are wrong. All refusals need the same queries and one slow hash. Visits are not audited. No time of a visit
    is stored, because it would reveal when a child took part.
    """
    digest = codes.digest(code)
    slips = InvitationCode.objects.filter(digest=digest, pictures__isnull=False, expires_at__gt=now)
    # Counted before the comparison, so that simultaneous tries share one limit.
    counted = slips.filter(wrong_tries__lt=MAX_WRONG_TRIES).update(wrong_tries=F("wrong_tries") + 1)
    slip = slips.values_list("member_id", "pictures").first()
    stored = bytes(slip[1] or b"") if slip else bytes(32)
    is_right = hmac.compare_digest(pictures_hash(chosen, code=code, digest=digest), stored)
    if slip is None or not counted or not is_right:
        raise CodeRefused
    with transaction.atomic():
        member = _lock_member(slip[0])
        # The slip may have become void meanwhile.
        if slips.update(wrong_tries=0) and _may_visit(member, now):
            return _start_session(member, now)
    raise CodeRefused


def extend_session(*, key: str, now: datetime) -> Member | None:
    """Return the member of the session, with cohort, and extend it. None if it has ended or the consent is no longer valid."""
    session = (
        MemberSession.objects.select_related("member__cohort")
        .defer(*(f"member__{name}" for name in NAMING_FIELDS))
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


class NamedMember(NamedTuple):
    """A member with the real name, for one page."""

    name: str
    member: Member


def read_names(*, cohort: Cohort, actor: AbstractBaseUser, now: datetime) -> list[NamedMember]:
    """Decrypt the names of the current members of a cohort, in the order of the page's language. One audited opening with their number.

    Raises PermissionDenied, ActionRefused without members, and SealError.
    """
    if not has_role_permission(actor, OPEN_IDENTITY):
        raise PermissionDenied
    members = list(active_members().filter(cohort=cohort).select_related("school"))
    if not members:
        raise ActionRefused(_("There are no members in this cohort yet."))
    named = [NamedMember(unseal_identity(member).name, member) for member in members]
    audit_log.record(action="cohort.names_opened", subject=cohort, actor=actor, now=now, data={"members": len(named)})
    return sorted(named, key=lambda each: page_order(each.name))


def revoke_all_after_restore(now: datetime) -> str:
    """Delete all sessions and make all slips void, because a backup may contain slips that were replaced since.

    Requests of replacements end, too: every member gets a new slip. Audited for each member with a slip. Returns a sentence for the
    administrator; "" if there were none.
    """
    with transaction.atomic():
        MemberSession.objects.all().delete()
        SlipReplacement.objects.all().delete()
        slips = InvitationCode.objects.filter(void_since=None)
        members = [each.member for each in slips.select_related("member").order_by("pk")]
        void_slips(slips, now=now)
        audit_log.record_many([audit_log.AuditEntry("code.revoked", member) for member in members], actor=None, now=now)
    if not members:
        return ""
    return f"{len(members)} slips of the youth panel are void. Coordinators must print new ones (Printed codes)."


def delete_expired(*, now: datetime) -> None:
    """Delete sessions that have ended, and old slips."""
    MemberSession.objects.filter(expires_at__lte=now).delete()
    InvitationCode.objects.filter(expires_at__lte=now - CODE_RETENTION).delete()


def _lock_eligible(members: Iterable[Member], now: datetime) -> list[Member]:
    """Lock the members and return those who may take part online now."""
    member_ids = [member.pk for member in members]
    locked = Member.objects.select_for_update(of=("self",)).filter(pk__in=member_ids).order_by("pk")
    candidates = locked.select_related("cohort").prefetch_related("consents")
    return [member for member in candidates if selectors.invitation_obstacle(member, localdate(now)) is None]


def _create_slips(members: Sequence[Member], actor: AbstractBaseUser, now: datetime) -> list[Invitation]:
    former = InvitationCode.objects.filter(member__in=members)
    former.filter(expires_at__lte=now).delete()
    void_slips(former, now=now)
    # The holder of a former slip may be signed in.
    MemberSession.objects.filter(member__in=members).delete()
    invitations = [Invitation(member, generate_code(), selectors.season_end(member.cohort, now)) for member in members]
    InvitationCode.objects.bulk_create(
        InvitationCode(member=each.member, digest=codes.digest(each.code), created_at=now, expires_at=each.expires_at)
        for each in invitations
    )
    audit_log.record_many([audit_log.AuditEntry("code.made", member) for member in members], actor=actor, now=now)
    return invitations


def _lock_member(pk: int) -> Member:
    """Lock a member first, in the same order as `record_leaving`, to prevent deadlocks."""
    return Member.objects.select_for_update().defer(*NAMING_FIELDS).get(pk=pk)


def _may_visit(member: Member, now: datetime) -> bool:
    return has_valid_consent(member, ConsentScope.ONLINE, localdate(now))


def _start_session(member: Member, now: datetime) -> str:
    MemberSession.objects.filter(member=member).delete()
    key = secrets.token_urlsafe(32)
    MemberSession.objects.create(
        member=member, digest=key_digest(key), expires_at=now + IDLE_TIMEOUT, ends_at=now + MAX_SESSION_DURATION
    )
    return key


def key_digest(key: str) -> bytes:
    """Return the stored digest of a session key of 256 random bits: its SHA-256."""
    return hashlib.sha256(key.encode()).digest()
