"""Template filters for times, priorities, states and form values of cases."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hotline.models import Report
from hotline.priority import PriorityReason
from hotline.review.timeline_labels import unicode_host
from hotline.states import ItemState, Outcome, ReportState, Verdict

register = template.Library()

_DAY = 24


@register.filter
def waiting_since(received_at: datetime, now: datetime) -> str:
    """Return the age of the oldest case. Reports are stored with the hour of receipt, so minutes are unknown."""
    hours = int((now - received_at).total_seconds() // 3600)
    if hours < 1:
        return _("the oldest came within the last hour")
    if hours < 2 * _DAY:
        return ngettext("the oldest waits %(n)s hour", "the oldest waits %(n)s hours", hours) % {"n": hours}
    days = hours // _DAY
    return ngettext("the oldest waits %(n)s day", "the oldest waits %(n)s days", days) % {"n": days}


@register.filter
def reasons(report: Report) -> list[str]:
    """Return the labels of the priority reasons. An assumed category is shown as not sorted yet."""
    return [
        _("by e-mail, not sorted yet")
        if report.category_assumed and code == PriorityReason.CSAM
        else str(PriorityReason(code).label)
        for code in report.priority_reasons
    ]


@register.filter
def held_state(report: Report) -> str:
    """Return the state of a held case. A closed case is shown as in second review, to hide the first decision."""
    closed = report.state == ReportState.CLOSED
    return str(ReportState.SECOND_REVIEW.label if closed else report.get_state_display())


@register.filter
def verdict_label(verdict: str) -> str:
    return str(Verdict(verdict).label)


@register.filter
def field_error(errors: Mapping[str, object], code: str) -> str:
    """Return the error message of a question, or ""."""
    return str(errors.get(code, ""))


@register.filter
def chosen(answers: Mapping[str, str] | str, code: str) -> str:
    """Return the submitted answer to a question, or ""."""
    return answers.get(code, "") if isinstance(answers, Mapping) else ""


register.filter(unicode_host)


@register.filter
def item_state(item: object) -> str:
    """Return the label of the item's state, or of its outcome if it has ended."""
    state, outcome = str(getattr(item, "state", "")), str(getattr(item, "outcome", ""))
    if state == ItemState.ENDED:
        return str(Outcome(outcome).label)
    return str(ItemState(state).label)
