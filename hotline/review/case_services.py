"""Services for the site type, host look-up and category of a case, and for content opened outside the portal."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused
from hotline.categories import CATEGORIES, SEXUAL_ABUSE
from hotline.hosting.lookup import request_lookup_of_item
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.transitions import set_priority
from hotline.lifecycle.welfare_counters import ExposureKind, count_exposure
from hotline.models import Channel, ContentItem, LocationKind, Report, SiteType
from hotline.priority import CATEGORY_REASONS
from hotline.review import selectors
from hotline.review.claims import lock_claimed_case
from hotline.review.exceptions import InvalidAnswers
from hotline.review.openings import OPEN_LOG_INTERVAL, unopened_by


def set_site_type(*, report: Report, item: ContentItem, actor: User, site_type: str, now: datetime) -> None:
    """Set the site type of an item. It then no longer counts as a guess.

    `site_type` is the ICCAM id as submitted. Raises NotClaimHolder, or InvalidAnswers (under `site_type`). Nothing is
    written when an exception is raised.
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        item = report.items.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        chosen = int(site_type) if site_type.isascii() and site_type.isdecimal() and len(site_type) < 4 else None
        if chosen not in SiteType.values:
            raise InvalidAnswers({"site_type": _("Choose a site type from the list.")})
        data = {"item": item.pk, "from": item.site_type, "to": chosen}
        item.site_type, item.site_type_guessed = chosen, False
        item.save(update_fields=["site_type", "site_type_guessed"])
        audit_log.record(action="item.site_type", subject=report, actor=actor, now=now, data=data)


def record_opened_elsewhere(*, report: Report, item: ContentItem, actor: User, now: datetime) -> None:
    """Log that the holder opened the content outside the portal, and count it as exposure.

    Repeated calls about the item within `OPEN_LOG_INTERVAL` count once. Raises NotClaimHolder.
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        action, data = "item.opened_elsewhere", {"item": item.pk}
        since = now - OPEN_LOG_INTERVAL
        if not selectors.has_audit_event(action, report=report, user=actor, since=since, data=data):
            audit_log.record(action=action, subject=report, actor=actor, now=now, data={"item": item.pk})
            count_exposure(actor=actor, kind=ExposureKind.ELSEWHERE, now=now)


def request_item_lookup(*, report: Report, item: ContentItem, actor: User, now: datetime) -> None:
    """Request another look-up of an item's host. Raises ActionRefused."""
    if item.do_not_fetch:
        raise ActionRefused(_("A rule forbids automatic requests for this content. Its host is not checked."))
    if item.kind != LocationKind.URL or not (item.host_override or item.host):
        raise ActionRefused(_("This item has no host to check."))
    request_lookup_of_item(item=item, report=report, actor=actor, now=now)


def change_category(*, report: Report, category: str, actor: User, now: datetime) -> None:
    """Set the category and priority of a report received by e-mail. The category can be corrected later.

    Categories chosen by reporters on the web cannot be changed. Until an analyst has chosen a category, an e-mail
    counts as sexual abuse of a child. Any other category requires that the analyst has opened the message. A report
    that ever had the category sexual abuse of a child still needs two people.

    Raises NotClaimHolder, WrongState (another channel, or a proposed closing) or InvalidAnswers (under `category`).
    """
    if category not in CATEGORIES:
        raise InvalidAnswers({"category": _("Choose what it is about.")})
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        if report.channel != Channel.EMAIL or report.proposed_end:
            raise WrongState
        if report.category == category and not report.category_assumed:
            return
        unopened = unopened_by(report, actor)
        if category not in SEXUAL_ABUSE and (unopened.text or unopened.dialogue):
            raise InvalidAnswers({"category": _("Open and read the message before you choose what it is about.")})
        old = "" if report.category_assumed else report.category
        report.was_csam = report.was_csam or old in SEXUAL_ABUSE
        report.category, report.category_assumed = category, False
        priority = set_priority(report, add=CATEGORY_REASONS & {category}, remove=CATEGORY_REASONS)
        report.save(update_fields=["category", "category_assumed", "was_csam", *priority])
        audit_log.record(
            action="category.changed", subject=report, actor=actor, now=now, data={"from": old, "category": category}
        )
