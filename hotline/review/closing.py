"""Setting cases aside without an assessment: duplicates, spam, what is not for this hotline or cannot be assessed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from hotline.lifecycle.errors import WrongState
from hotline.lifecycle.transitions import FREE, move_report
from hotline.models import Report
from hotline.review import selectors
from hotline.states import SET_ASIDE, ItemState, Round, report_may


@dataclass
class SetAside:
    """Ids of the reports that were set aside, and of those that could not be."""

    done: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


def set_aside(*, report_ids: Sequence[int], state: str, actor: User, now: datetime) -> SetAside:
    """Set aside the reports that may be: not held by a colleague, not yet decided, carrying nobody's opinion.

    `state` is one of `states.SET_ASIDE`; anything else raises WrongState.
    """
    if state not in SET_ASIDE:
        raise WrongState(state)
    result = SetAside()
    with transaction.atomic():
        for report in Report.objects.select_for_update().filter(pk__in=report_ids).order_by("pk"):
            if _may_go(report, state, actor, now):
                move_report(report=report, to=state, actor=actor, now=now, queue=None, closed_at=now, **FREE)
                result.done.append(report.pk)
            else:
                result.refused.append(report.pk)
    return result


def _may_go(report: Report, state: str, actor: User, now: datetime) -> bool:
    if not report_may(report.state, state) or (selectors.is_held(report, now) and report.claimed_by_id != actor.pk):
        return False
    # An opinion given in this case would never get its second.
    return not report.assessments.filter(round=Round.FIRST).exclude(item__state=ItemState.ENDED).exists()
