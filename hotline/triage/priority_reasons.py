"""Priority reasons of a report. Pure."""

from collections.abc import Sequence

from hotline.models import Report
from hotline.priority import WEIGHTS, PriorityReason, reported_reasons
from hotline.triage.url_normalisation import Location

# .rs and .срб
_SERBIAN_ENDINGS = frozenset({"rs", "xn--90a3ac"})


def reasons_of(
    report: Report, locations: Sequence[Location], *, repeated: bool, serbian: bool, ruled: bool
) -> list[str]:
    """Return the codes, the most important first.

    `repeated`: one of its items was reported before. `serbian`: one is hosted in Serbia. `ruled`: a rule raises the
    priority.
    """
    found = {
        PriorityReason.REPEATED: repeated,
        PriorityReason.RULE: ruled,
        PriorityReason.FLOOD: PriorityReason.FLOOD in report.priority_reasons,
        PriorityReason.SERBIAN_HOST: serbian
        or any(location.host.rpartition(".")[2] in _SERBIAN_ENDINGS for location in locations),
    }
    reported = reported_reasons(report.category, danger_now=report.danger_now, about_me=report.about_me)
    reasons = reported | {reason for reason, is_found in found.items() if is_found}
    return [code for code in WEIGHTS if code in reasons]
