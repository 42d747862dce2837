"""The end of a member's access: the slip becomes void, the session ends."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from youthpanel.models import InvitationCode, Member, MemberSession, SlipReplacement


def end_access(*, member: Member, actor: AbstractBaseUser | None, now: datetime) -> None:
    """Make the slip of a member void and end the session. `actor` None is the system.

    If its pictures were chosen, the next slip needs the approval of another person than `actor`. The caller has locked the member.
    """
    slip = InvitationCode.objects.filter(member=member, void_since=None)
    if slip.filter(pictures__isnull=False, expires_at__gt=now).exists():
        requested = {"requested_by_id": actor.pk if actor else None, "requested_at": now}
        SlipReplacement.objects.update_or_create(member=member, defaults=requested)
    void_slips(slip, now=now)
    MemberSession.objects.filter(member=member).delete()


def void_slips(slips: QuerySet[InvitationCode], *, now: datetime) -> None:
    """Make slips void: they lose their digests, and the rows remain for their members to see."""
    slips.filter(void_since=None).update(void_since=now, digest=None, pictures=None, wrong_tries=0)
