"""How the desk words times, priorities and labels."""

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
    """How long the oldest has waited. Reports are stored by the hour they came in, so no minute is known."""
    hours = int((now - received_at).total_seconds() // 3600)
    if hours < 1:
        return _("the oldest came within the last hour")
    if hours < 2 * _DAY:
        return ngettext("the oldest waits %(n)s hour", "the oldest waits %(n)s hours", hours) % {"n": hours}
    days = hours // _DAY
    return ngettext("the oldest waits %(n)s day", "the oldest waits %(n)s days", days) % {"n": days}


@register.filter
def reasons(report: Report) -> list[str]:
    """Why the case has its priority, in words; nobody has said yet what one is about whose category is only assumed."""
    return [
        _("by e-mail, not sorted yet")
        if report.category_assumed and code == PriorityReason.CSAM
        else str(PriorityReason(code).label)
        for code in report.priority_reasons
    ]


@register.filter
def held_state(report: Report) -> str:
    """The state of a case that somebody holds; a closed one is held by a second person, who does not learn that it is closed."""
    closed = report.state == ReportState.CLOSED
    return str(ReportState.SECOND_REVIEW.label if closed else report.get_state_display())


@register.filter
def verdict_label(verdict: str) -> str:
    """The word for a verdict."""
    return str(Verdict(verdict).label)


@register.filter
def field_error(errors: Mapping[str, object], code: str) -> str:
    """The message at a question, or nothing."""
    return str(errors.get(code, ""))


@register.filter
def chosen(answers: Mapping[str, str] | str, code: str) -> str:
    """The answer that was sent for a question and has to be sent again."""
    return answers.get(code, "") if isinstance(answers, Mapping) else ""


register.filter(unicode_host)


@register.filter
def item_state(item: object) -> str:
    """State and, where it has ended, outcome."""
    state, outcome = str(getattr(item, "state", "")), str(getattr(item, "outcome", ""))
    if state == ItemState.ENDED:
        return str(Outcome(outcome).label)
    return str(ItemState(state).label)
