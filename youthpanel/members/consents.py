"""Consents: recorded from paper, renewed, withdrawn. A withdrawal takes effect at once."""

from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused, FieldFault
from youthpanel.members.access import end_access
from youthpanel.members.consent_validity import required_giver
from youthpanel.members.validation import ConsentData, consent_faults
from youthpanel.models import Consent, ConsentScope, Member


def build_consent(member: Member, draft: ConsentData, actor: AbstractBaseUser) -> Consent:
    """Return the row of a validated consent."""
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
    """Record a consent. An earlier one for the same scope ends on the day of the new one. Raises ActionRefused."""
    with transaction.atomic():
        member = Member.objects.select_for_update().get(pk=member.pk)
        faults = list(consent_faults(draft, member=member, today=localdate(now)))
        if member.erased_at:
            faults.append(FieldFault("scope", _("The personal data of this member was erased.")))
        earlier = member.consents.filter(scope=draft.scope, withdrawn_on=None).first()
        if earlier and earlier.given_on > draft.given_on:
            faults.append(FieldFault("given_on", _("There is a later consent.")))
        if faults:
            raise ActionRefused(faults)
        if earlier:
            Consent.objects.filter(pk=earlier.pk).update(withdrawn_on=draft.given_on)
        consent = build_consent(member, draft, actor)
        consent.save(force_insert=True)
        _record("consent.renewed" if earlier else "consent.given", consent, actor, now)
        return consent


def renew_consent(
    *, consent: Consent, given_on: date, expires_on: date, document: str, actor: AbstractBaseUser, now: datetime
) -> Consent:
    """Record the consent that follows `consent`; its giver follows from the age on the day. Raises ActionRefused."""
    member = consent.member
    giver = required_giver(given_on, year=member.birth_year, month=member.birth_month)
    draft = ConsentData(scope=consent.scope, giver=giver, document=document, given_on=given_on, expires_on=expires_on)
    return give_consent(member=member, draft=draft, actor=actor, now=now)


def withdraw_consent(*, consent: Consent, actor: AbstractBaseUser | None, now: datetime) -> None:
    """Withdraw a consent today.

    Without a consent to online participation, the slip and the session of the member end.

    Raises ActionRefused if it was already withdrawn.
    """
    with transaction.atomic():
        today: date = localdate(now)
        member = Member.objects.select_for_update().get(pk=consent.member_id)
        open_ones = Consent.objects.filter(pk=consent.pk, withdrawn_on=None)
        if not open_ones.update(withdrawn_on=max(today, consent.given_on)):
            raise ActionRefused([FieldFault("scope", _("This consent is already withdrawn."))])
        if consent.scope in (ConsentScope.ONLINE, ConsentScope.MEMBERSHIP):
            end_access(member=member, actor=actor, now=now)
        _record("consent.withdrawn", consent, actor, now)


def record_reminder(*, consent: Consent, actor: AbstractBaseUser, now: datetime) -> None:
    """Record that the family was reminded today."""
    with transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(reminded_on=localdate(now))
        _record("consent.reminded", consent, actor, now)


def _record(action: str, consent: Consent, actor: AbstractBaseUser | None, now: datetime) -> None:
    data: dict[str, audit_log.AuditValue] = {"consent": consent.pk, "scope": consent.scope, "giver": consent.giver}
    audit_log.record(action=action, subject=consent.member, actor=actor, now=now, data=data)
