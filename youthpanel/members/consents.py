"""Consents: recorded from paper, renewed, withdrawn. A withdrawal takes effect at once."""

from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from clicksafely.common.audit import audit_log
from youthpanel.members.exceptions import FieldFault, RecordRefused
from youthpanel.members.validation import ConsentData, consent_faults
from youthpanel.models import Consent, ConsentScope, InvitationCode, Member, MemberSession


def build_consent(member: Member, draft: ConsentData, actor: AbstractBaseUser) -> Consent:
    """The row of a validated consent."""
    return Consent(
        member=member,
        scope=draft.scope,
        giver=draft.giver,
        document=draft.document.strip(),
        given_on=draft.given_on,
        expires_on=draft.expires_on,
        recorded_by_id=actor.pk,
    )


def give_consent(*, member: Member, draft: ConsentData, actor: AbstractBaseUser, now: datetime) -> Consent:
    """Record a consent. An earlier one for the same scope ends on the day of the new one. Raises RecordRefused."""
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member.pk)
        faults = list(consent_faults(draft, member=member, today=localdate(now)))
        if member.erased_at:
            faults.append(FieldFault("scope", _("Nobody knows any more who this was.")))
        earlier = member.consents.filter(scope=draft.scope, withdrawn_on=None).first()
        if earlier and earlier.given_on > draft.given_on:
            faults.append(FieldFault("given_on", _("There is a consent that was given later.")))
        if faults:
            raise RecordRefused(faults)
        if earlier:
            Consent.objects.filter(pk=earlier.pk).update(withdrawn_on=draft.given_on)
        consent = build_consent(member, draft, actor)
        consent.save(force_insert=True)
        _record("consent.renewed" if earlier else "consent.given", consent, actor, now)
        return consent


def withdraw_consent(*, consent: Consent, actor: AbstractBaseUser | None, now: datetime) -> None:
    """Withdraw a consent today.

    Without a consent to online participation, sessions and codes of the member are deleted.

    Raises RecordRefused if it was already withdrawn.
    """
    with transaction.atomic():
        today: date = localdate(now)
        open_ones = Consent.objects.filter(pk=consent.pk, withdrawn_on=None)
        if not open_ones.update(withdrawn_on=max(today, consent.given_on)):
            raise RecordRefused([FieldFault("scope", _("This consent was withdrawn already."))])
        if consent.scope in (ConsentScope.ONLINE, ConsentScope.MEMBERSHIP):
            InvitationCode.objects.filter(member=consent.member_id, used_at=None).delete()
            MemberSession.objects.filter(member=consent.member_id).delete()
        _record("consent.withdrawn", consent, actor, now)


def record_reminder(*, consent: Consent, actor: AbstractBaseUser, now: datetime) -> None:
    """Record that the family was reminded today."""
    with transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(reminded_on=localdate(now))
        _record("consent.reminded", consent, actor, now)


def _record(action: str, consent: Consent, actor: AbstractBaseUser | None, now: datetime) -> None:
    data: dict[str, audit_log.AuditValue] = {"consent": consent.pk, "scope": consent.scope, "giver": consent.giver}
    audit_log.record(action=action, subject=consent.member, actor=actor, now=now, data=data)
