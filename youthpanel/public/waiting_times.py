"""Waiting times of addressees: days from the handover of a recommendation to its decision, or to today."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from youthpanel.public.recommendation_tracker import TrackedRecommendation
from youthpanel.white_papers.content import BilingualText, is_untranslated, text_in_language


@dataclass(frozen=True)
class AddresseeRow:
    """An addressee: `code` and name, and the recommendations handed over to it. `days` is the median of their days."""

    code: str
    name: BilingualText
    handed: int
    decided: int
    overdue: int
    days: int
    longest: int

    @property
    def waiting(self) -> int:
        """Recommendations without a decision."""
        return self.handed - self.decided


@dataclass(frozen=True)
class WaitingTimes:
    """All addressees with a handover, the slowest first, as (row, name, whether the name is Serbian on an English page).

    `drawn` are the rows of the chart of their medians, `alt` its alternative text.
    """

    rows: list[tuple[AddresseeRow, str, bool]]
    drawn: list[dict[str, Any]]
    alt: str


def addressee_rows(proposals: Sequence[TrackedRecommendation]) -> list[AddresseeRow]:
    """Return a row for each addressee with a handover, the slowest first."""
    groups: dict[str, list[TrackedRecommendation]] = {}
    for proposal in proposals:
        if proposal.days is not None:
            groups.setdefault(proposal.to, []).append(proposal)
    rows = [_row(code, group, [each.days for each in group if each.days is not None]) for code, group in groups.items()]
    return sorted(rows, key=lambda row: (-row.days, row.code))


def waiting_times(proposals: Sequence[TrackedRecommendation], language: str) -> WaitingTimes | None:
    """Return the rows with a chart of their medians in `language`; None before the first handover."""
    rows = addressee_rows(proposals)
    if not rows:
        return None
    named = [(row, text_in_language(row.name, language), is_untranslated(row.name, language)) for row in rows]
    most = max(1, rows[0].days)
    drawn = [{"label": name, "share": row.days / most, "text": str(row.days)} for row, name, _foreign in named]
    title = _("Days until the decision, or until today: the median of each decision-maker.")
    figures = "; ".join(f"{row['label']}: {row['text']}" for row in drawn)
    return WaitingTimes(named, drawn, _("Bar chart. %(title)s %(figures)s.") % {"title": title, "figures": figures})


def _row(code: str, group: list[TrackedRecommendation], days: list[int]) -> AddresseeRow:
    return AddresseeRow(
        code,
        group[0].content["addressee"],
        handed=len(group),
        decided=sum(not each.is_waiting for each in group),
        overdue=sum(each.overdue > 0 for each in group),
        days=round(median(days)),
        longest=max(days),
    )
