"""Template filters for times, priorities and states of cases."""

from datetime import datetime

from django import template
from django.template import Context
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hotline.models import Report
from hotline.priority import REASON_LABELS
from hotline.review.timeline_labels import unicode_host
from hotline.review.welfare import wants_single_keys
from hotline.states import ItemState, Outcome, ReportState, Verdict

register = template.Library()

_DAY = 24


@register.filter
def waiting_since(received_at: datetime, now: datetime) -> str:
    """Return the age of the oldest case. Reports are stored with the hour of receipt, so minutes are unknown."""
    hours = int((now - received_at).total_seconds() // 3600)
    if hours < 1:
        return _("the oldest arrived within the last hour")
    if hours < 2 * _DAY:
        return ngettext("the oldest is %(n)s hour old", "the oldest is %(n)s hours old", hours) % {"n": hours}
    days = hours // _DAY
    return ngettext("the oldest is %(n)s day old", "the oldest is %(n)s days old", days) % {"n": days}


@register.filter
def reasons(report: Report) -> list[str]:
    """Return the labels of the priority reasons. An assumed category is shown as not sorted yet."""
    return [
        _("by e-mail, not sorted yet")
        if report.category_assumed and code == report.category
        else str(REASON_LABELS[code])
        for code in report.priority_reasons
    ]


@register.filter
def claim_state(report: Report) -> str:
    """Return the state of a held case. A closed case is shown as in second review, to hide the first decision."""
    closed = report.state == ReportState.CLOSED
    return str(ReportState.SECOND_REVIEW.label if closed else report.get_state_display())


@register.simple_tag(takes_context=True)
def keys_class(context: Context) -> str:
    """Return the class of the page's body for users who have switched off single-letter keys, otherwise ""."""
    return "" if wants_single_keys(context["request"].user) else "no-single-keys"


@register.filter
def verdict_label(verdict: str) -> str:
    return str(Verdict(verdict).label)


register.filter(unicode_host)


@register.filter
def item_state(item: object) -> str:
    """Return the label of the item's state, or of its outcome if it has ended."""
    state, outcome = str(getattr(item, "state", "")), str(getattr(item, "outcome", ""))
    if state == ItemState.ENDED:
        return str(Outcome(outcome).label)
    return str(ItemState(state).label)
