"""What a report by e-mail is about: nobody has chosen it until somebody at the desk has read the message."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.common import audit
from hotline.lifecycle.closings import people_who_opened
from hotline.lifecycle.errors import WrongState
from hotline.models import Category, Channel, Report
from hotline.reasons import OF_CATEGORY, Reason, priority_of
from hotline.review.claims import lock_held
from hotline.review.errors import InvalidAnswers


def change_category(*, report: Report, category: str, actor: User, now: datetime) -> None:
    """Put a report that came by e-mail under a category, and its priority with it; also again, after a mistake.

    On the web reporters choose for themselves, and their choice stands. Until a person has chosen, a message counts as sexual abuse of a
    child; only a person who has opened it chooses another category, and a category that was chosen once keeps the rule of two people.
    Raises NotHolder, WrongState (another channel, or a proposed closing) or InvalidAnswers (under `category`).
    """
    if category not in Category.values:
        raise InvalidAnswers({"category": _("Choose what it is about.")})
    with transaction.atomic():
        report = lock_held(report_id=report.pk, actor=actor, now=now)
        if report.channel != Channel.EMAIL or report.proposed_end:
            raise WrongState(report.channel)
        if report.category == category and not report.category_assumed:
            return
        if category != Category.CSAM and actor.pk not in people_who_opened(report):
            raise InvalidAnswers({"category": _("Open and read the message before you choose what it is about.")})
        old = "" if report.category_assumed else report.category
        report.was_csam = report.was_csam or old == Category.CSAM
        codes = {*report.priority_reasons} - {reason.value for reason in OF_CATEGORY.values()}
        if category in OF_CATEGORY:
            codes.add(OF_CATEGORY[category].value)
        report.category, report.category_assumed = category, False
        report.priority_reasons = [reason.value for reason in Reason if reason.value in codes]
        report.priority = priority_of(report.priority_reasons)
        report.save(update_fields=["category", "category_assumed", "was_csam", "priority_reasons", "priority"])
        audit.record(
            action="category.changed", subject=report, actor=actor, now=now, data={"from": old, "category": category}
        )
