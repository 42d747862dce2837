"""Erasure of members: an anonymous row remains, so that statistics stay unchanged. See docs/adr/0030."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.timezone import localdate

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.sealing import SealedValueDamaged, WrongKey
from clicksafely.common.files.storage import media_storage
from clicksafely.common.page_cache import content_version
from youthpanel.ages import age_on
from youthpanel.members import erasure_log, redaction, unlinkable_answers
from youthpanel.members.identity import unseal_identity
from youthpanel.members.selectors import has_valid_consent
from youthpanel.models import (
    Consent,
    ConsentScope,
    InvitationCode,
    MeetingFile,
    Member,
    MemberSession,
    Quotation,
    SafeguardingNote,
    SlipReplacement,
)

_NO_DOCUMENT: Final = "-"
# The folder of the panel's files below MEDIA_ROOT.
MEDIA_FOLDER: Final = "panel"


def erase_member(member: Member, actor: AbstractBaseUser | None, now: datetime) -> None:
    """Erase a member on request, or `RETENTION_DAYS` after leaving. Does nothing for erased members.

    The erasure log is written before the database commits. `actor` None is the system. Raises ErasureLogUnwritable.
    Raises NoPrivateKey if the name cannot be decrypted and therefore not be removed from texts. Nothing is erased in
    these cases.
    """
    with transaction.atomic():
        # A concurrent rewrite of answer sheets would restore the name. Saving answers takes this lock before members,
        # too.
        unlinkable_answers.lock_answer_sheets()
        member = Member.objects.select_for_update().get(pk=member.pk)
        if not member.erased_at:
            _forget(member, actor, now, replayed=False)
            erasure_log.append(member.uuid, localdate(now))


def replay_erasures(*, now: datetime) -> int:
    """Erase all logged members that a restored backup contains; return their number.

    Raises ErasureLogDamaged. Raises NoPrivateKey if a name cannot be decrypted, and ProgrammingError if the database
    role may not erase. Then no member is erased.
    """
    returned = Member.objects.filter(uuid__in=erasure_log.read(), erased_at=None)
    members: list[Member] = []
    # Every process runs this before it starts, and the database role of most may only look.
    if returned.exists():
        with transaction.atomic():
            unlinkable_answers.lock_answer_sheets()
            members = list(returned.select_for_update())
            for member in members:
                _forget(member, None, now, replayed=True)
    # A restore of the media alone brings back pictures, too.
    media_storage().erase(*photograph_paths(MeetingFile.objects.filter(erased=True).only("uuid").order_by()))
    return len(members)


def unlogged_erased_members() -> list[Member]:
    """Erased members that are missing in the erasure log, because it was lost or is an old copy. Raises ErasureLogDamaged."""
    erased = Member.objects.exclude(erased_at=None).only("uuid", "erased_at").order_by()
    return list(erased.exclude(uuid__in=erasure_log.read()))


def restore_log_entries(shadows: list[Member]) -> None:
    """Add erased members to the erasure log. Raises ErasureLogUnwritable."""
    for member in shadows:
        erasure_log.append(member.uuid, localdate(member.erased_at))


def erased_member_name(member: Member) -> str:
    """Return the display name of an erased member in place of the pseudonym.

    It is a number that was never used as a pseudonym.
    """
    return f"№ {member.pk}"


def _forget(member: Member, actor: AbstractBaseUser | None, now: datetime, *, replayed: bool) -> None:
    today = localdate(now)
    _take_out_the_name(member)
    _release_quotations(member, now)
    _forget_photographs(member)
    SafeguardingNote.objects.filter(member=member).update(member=None)
    InvitationCode.objects.filter(member=member).delete()
    SlipReplacement.objects.filter(member=member).delete()
    MemberSession.objects.filter(member=member).delete()
    # The existence of a consent counts for statistics. The filing place of its paper leads to a name.
    Consent.objects.filter(member=member).update(document=_NO_DOCUMENT, reminded_on=None)
    for consent in Consent.objects.filter(member=member, withdrawn_on=None):
        Consent.objects.filter(pk=consent.pk).update(withdrawn_on=max(today, consent.given_on))
    Member.objects.filter(pk=member.pk).update(
        sealed=None,
        identity=None,
        pseudonym=erased_member_name(member),
        birth_month=_blurred_month(member),
        left_on=member.left_on or max(today, member.joined_on),
        erased_at=now,
        changed_at=now,
    )
    # A public page may contain the name or a picture.
    content_version.bump()
    audit_log.record(action="member.erased", subject=member, actor=actor, now=now, data={"replayed": replayed})


def _blurred_month(member: Member) -> int:
    """January or December: keeps the age at joining, hides the month of birth."""
    born = {"year": member.birth_year, "month": member.birth_month}
    had_birthday = age_on(member.joined_on, **born) == member.joined_on.year - member.birth_year
    return 1 if had_birthday else 12


def _take_out_the_name(member: Member) -> None:
    """Remove the name from all texts of the panel. Raises NoPrivateKey."""
    try:
        identity = unseal_identity(member)
    except (SealedValueDamaged, WrongKey):
        # The name cannot be recovered.
        return
    redaction.redact_name(identity.name)


def _release_quotations(member: Member, now: datetime) -> None:
    """Detach quotations from the member. Approved ones with a valid consent stay approved, others need a new approval."""
    cleared = has_valid_consent(member, ConsentScope.QUOTATION, localdate(now))
    quotations = Quotation.objects.filter(member=member)
    if not cleared:
        quotations.update(approved_at=None)
    quotations.update(member=None)


def _forget_photographs(member: Member) -> None:
    """Erase the files of pictures that show the member, including pictures with others. The rows remain."""
    pictures = list(MeetingFile.objects.filter(shown=member))
    paths = photograph_paths(pictures)
    for picture in pictures:
        picture.shown.clear()
        MeetingFile.objects.filter(pk=picture.pk).update(name=_NO_DOCUMENT, description=_NO_DOCUMENT, erased=True)
    transaction.on_commit(lambda: media_storage().erase(*paths))


def photograph_paths(pictures: Iterable[MeetingFile]) -> list[Path]:
    """Return every file of the panel's media whose name contains the UUID of one of the pictures.

    These are the pictures in full size and their thumbnails.
    """
    names = [str(picture.uuid) for picture in pictures]
    if not names:
        return []
    files = media_storage().below(Path(settings.MEDIA_ROOT) / MEDIA_FOLDER)
    return [found.path for found in files if any(name in found.path.name for name in names)]
