"""Forgetting a member: what is left is a shadow without a name, under which every figure stays what it was. See docs/adr/0030."""

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
    IncidentNote,
    InvitationCode,
    MeetingFile,
    Member,
    MemberSession,
    Quotation,
)

_NO_DOCUMENT: Final = "-"
# Where files of the panel lie below MEDIA_ROOT.
MEDIA_FOLDER: Final = "panel"


def erase_member(member: Member, actor: AbstractBaseUser | None, now: datetime) -> None:
    """Make a member a shadow: at once on somebody's wish, or `PANEL_RETENTION_DAYS` after leaving. Who is one already stays it.

    First the list of erasures has it, then the database. `actor` None is the system. Raises ErasureLogUnwritable, and NoPrivateKey where
    the name cannot be read, and so not be taken out of texts; then nothing was erased.
    """
    with transaction.atomic():
        # A sheet that is written anew meanwhile would keep the name; and who answers takes this lock before members, too.
        unlinkable_answers.lock_answer_sheets()
        member = Member.objects.select_for_update().get(pk=member.pk)
        if not member.erased_at:
            _forget(member, actor, now, replayed=False)
            erasure_log.append(member.uuid, localdate(now))


def replay_erasures(*, now: datetime) -> int:
    """After a backup was restored: forget everybody who is on the list and is known again; returns how many.

    Raises ErasureLogDamaged, and NoPrivateKey where somebody is to be forgotten and the name cannot be read; then nobody is.
    """
    listed = erasure_log.read()
    with transaction.atomic():
        unlinkable_answers.lock_answer_sheets()
        known = list(Member.objects.select_for_update().filter(uuid__in=listed, erased_at=None))
        for member in known:
            _forget(member, None, now, replayed=True)
    # Media that were restored alone bring pictures back, too.
    media_storage().erase(*photograph_paths(MeetingFile.objects.filter(erased=True)))
    return len(known)


def unlogged_erased_members() -> list[Member]:
    """Shadows that the list of erasures does not have: it was lost, or is an old one itself. Raises ErasureLogDamaged."""
    return list(Member.objects.exclude(erased_at=None).exclude(uuid__in=erasure_log.read()))


def restore_log_entries(shadows: list[Member]) -> None:
    """Put shadows on the list that it lost. Raises ErasureLogUnwritable."""
    for member in shadows:
        erasure_log.append(member.uuid, localdate(member.erased_at))


def erased_member_name(member: Member) -> str:
    """What a shadow is called where a pseudonym stands: a number, which was never anybody's."""
    return f"№ {member.pk}"


def _forget(member: Member, actor: AbstractBaseUser | None, now: datetime, *, replayed: bool) -> None:
    today = localdate(now)
    _take_out_the_name(member)
    _release_quotations(member, now)
    _forget_photographs(member)
    IncidentNote.objects.filter(member=member).update(member=None)
    InvitationCode.objects.filter(member=member).delete()
    MemberSession.objects.filter(member=member).delete()
    # That there was a consent is a figure; where its paper lies leads to a name.
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
    # A page that everybody sees may have had the name or a picture.
    content_version.bump()
    audit_log.record(action="member.erased", subject=member, actor=actor, now=now, data={"replayed": replayed})


def _blurred_month(member: Member) -> int:
    """January or December: the age at which the member joined stays, the month of birth does not."""
    born = {"year": member.birth_year, "month": member.birth_month}
    had_birthday = age_on(member.joined_on, **born) == member.joined_on.year - member.birth_year
    return 1 if had_birthday else 12


def _take_out_the_name(member: Member) -> None:
    """Out of every text of the panel. Raises NoPrivateKey."""
    try:
        identity = unseal_identity(member)
    except (SealedValueDamaged, WrongKey):
        # Then nobody can say any more what the name was.
        return
    redaction.redact_name(identity.name)


def _release_quotations(member: Member, now: datetime) -> None:
    """Words that were cleared under a consent stay as nobody's; the others have to be cleared anew, and can be, without a name."""
    cleared = has_valid_consent(member, ConsentScope.QUOTATION, localdate(now))
    quotations = Quotation.objects.filter(member=member)
    if not cleared:
        quotations.update(cleared_at=None)
    quotations.update(member=None)


def _forget_photographs(member: Member) -> None:
    """Pictures that show the member: their bytes are erased, also of pictures with others; that there was a picture stays."""
    pictures = list(MeetingFile.objects.filter(shown=member))
    paths = photograph_paths(pictures)
    for picture in pictures:
        picture.shown.clear()
        MeetingFile.objects.filter(pk=picture.pk).update(name=_NO_DOCUMENT, description=_NO_DOCUMENT, erased=True)
    transaction.on_commit(lambda: media_storage().erase(*paths))


def photograph_paths(pictures: Iterable[MeetingFile]) -> list[Path]:
    """Every file of the panel's media that bears the UUID of one of the pictures: the picture, and smaller ones made of it."""
    names = [str(picture.uuid) for picture in pictures]
    if not names:
        return []
    kept = media_storage().below(Path(settings.MEDIA_ROOT) / MEDIA_FOLDER)
    return [found.path for found in kept if any(name in found.path.name for name in names)]
