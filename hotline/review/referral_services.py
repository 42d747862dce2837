"""Services of the case holder for referrals and urgent police referrals."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import has_role_permission
from hotline.lifecycle.exceptions import WrongState
from hotline.models import ContentItem, PoliceHold, Referral, Report, Route
from hotline.permissions import REVIEW_URGENT_REFERRAL
from hotline.referral import police_holds, services
from hotline.referral.routing import host_name_of
from hotline.review.claims import lock_claimed_case
from hotline.review.exceptions import InvalidAnswers, NeedsSupervisor
from hotline.states import ItemState

MAX_REASON_LENGTH = 2000
NO_HOST = _("There is no host to notify: the content is described in words, in an app or on an onion service.")


def refer(
    *, report: Report, item: ContentItem, actor: User, routes: Sequence[str], now: datetime, unsure: bool = False
) -> list[Referral]:
    """Refer an illegal item on one or more `routes`.

    `unsure` refers the item although its host could not be looked up again. Raises NotClaimHolder, WrongState or
    InvalidAnswers (under `routes`). Nothing is written when an exception is raised.
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        item = report.items.select_for_update(of=("self",)).get(pk=item.pk)
        if report.proposed_end:
            raise WrongState
        if not routes or not set(routes) <= set(Route.values):
            raise InvalidAnswers({"routes": _("Choose the recipients.")})
        if Route.HOST in routes and not host_name_of(item):
            raise InvalidAnswers({"routes": NO_HOST})
        return services.refer_item(
            report=report, item=item, actor=actor, routes=[Route(route) for route in routes], now=now, unsure=unsure
        )


def refer_urgently(*, report: Report, item: ContentItem, actor: User, reason: str, now: datetime) -> Referral:
    """Refer an item to the police at once because a child is in imminent danger. No second person is needed.

    Raises NotClaimHolder, WrongState, InvalidAnswers (under `reason`), or ActionRefused if it was referred before.
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        item = report.items.select_for_update(of=("self",)).get(pk=item.pk)
        if not reason.strip():
            raise InvalidAnswers({"reason": _("Enter the reason why it cannot wait for a second opinion.")})
        if len(reason) > MAX_REASON_LENGTH:
            raise InvalidAnswers({"reason": _("The text is too long. At most 2,000 characters are allowed.")})
        if item.state == ItemState.ENDED:
            raise WrongState
        try:
            return services.refer_urgently(report=report, item=item, actor=actor, reason=reason.strip(), now=now)
        except WrongState as error:
            raise ActionRefused(_("It has already been sent to the police, or is being sent.")) from error


def withdraw(*, referral: Referral, actor: User, now: datetime) -> None:
    """Withdraw a referral that has not been sent yet. Raises ActionRefused."""
    try:
        services.withdraw_referral(referral=referral, actor=actor, now=now)
    except WrongState as error:
        raise ActionRefused(_("It has been sent in the meantime and can no longer be withdrawn.")) from error


def record_handover(*, referral: Referral, actor: User, now: datetime) -> None:
    """Record that `actor` has handed over a referral by hand. Raises WrongState if it is not waiting for that."""
    if not referral.awaits_handover or not services.mark_sent(referral=referral, actor=actor, now=now):
        raise WrongState


def release_hold(*, hold: PoliceHold, actor: User, now: datetime) -> None:
    """End a police hold, so that the host may be notified. Raises WrongState if the hold has ended."""
    police_holds.release_hold(hold=hold, actor=actor, now=now)


def review_urgent(*, referral: Referral, actor: User, now: datetime) -> None:
    """Record a supervisor's review of an urgent referral. Raises NeedsSupervisor, and ActionRefused if it was reviewed before."""
    if not has_role_permission(actor, REVIEW_URGENT_REFERRAL):
        raise NeedsSupervisor
    try:
        services.review_urgent(referral=referral, actor=actor, now=now)
    except WrongState as error:
        raise ActionRefused(
            _(
                "A supervisor has already reviewed this, or you made the decision yourself. Another supervisor must review it."
            )
        ) from error
