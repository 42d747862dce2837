"""Which reasons a report has to be worked sooner. Pure."""

from collections.abc import Sequence

from hotline.models import Report
from hotline.priority import OF_CATEGORY, PriorityReason
from hotline.triage.url_normalisation import Location

# .rs and .срб
_SERBIAN_ENDINGS = frozenset({"rs", "xn--90a3ac"})


def reasons_of(
    report: Report, locations: Sequence[Location], *, repeated: bool, serbian: bool, ruled: bool
) -> list[str]:
    """The codes, the heaviest first. `repeated`: one of its items was reported before; `serbian`: one is known to be in Serbia;
    `ruled`: a rule puts one forward.
    """
    found = {
        PriorityReason.DANGER_NOW: report.danger_now,
        PriorityReason.ABOUT_ME: report.about_me,
        PriorityReason.REPEATED: repeated,
        PriorityReason.RULE: ruled,
        PriorityReason.SERBIAN_HOST: serbian
        or any(location.host.rpartition(".")[2] in _SERBIAN_ENDINGS for location in locations),
    }
    if report.category in OF_CATEGORY:
        found[OF_CATEGORY[report.category]] = True
    return [reason.value for reason in PriorityReason if found.get(reason)]
