"""Results of opinion cards for pages and spreadsheets, from the published figures only: points of agreement, then divisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from youthpanel.consultations.opinion_groups import MIN_SHEETS, Counts
from youthpanel.consultations.opinions import Figures
from youthpanel.models import Consultation, OpinionRound, Statement

# Per cent of every group that vote the same way on a point of agreement.
AGREEMENT: Final = 60


@dataclass(frozen=True)
class OpinionBar:
    """The votes of a group on a statement, in per cent from 1 to 99. `group` is None for all members together.

    `segments`: x and width of agree, unsure and disagree in a bar of 100.
    """

    label: str
    group: int | None
    agree: int
    unsure: int
    disagree: int
    segments: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class StatementResult:
    """A statement with the bar of all members and, if there are groups, one bar for each.

    `agreement`: what every group votes: "agree", "disagree" or nothing.
    """

    statement: Statement
    bars: tuple[OpinionBar, ...]
    agreement: str = ""


@dataclass(frozen=True)
class OpinionResults:
    """A round. `sheets` is None if too few members voted. `groups`: label and size of each; empty without groups.

    `agreements` and `divisions` are the points of agreement, and all other statements with the most divided first. Below `MIN_SHEETS`
    points of agreement are not separated: all statements are in `divisions`, in their own order.
    """

    round: OpinionRound
    sheets: int | None
    groups: tuple[tuple[str, int], ...] = ()
    agreements: tuple[StatementResult, ...] = ()
    divisions: tuple[StatementResult, ...] = ()

    @property
    def has_groups(self) -> bool:
        return bool(self.groups)

    @property
    def is_split(self) -> bool:
        """Whether enough members voted to look for groups and points of agreement."""
        return self.sheets is not None and self.sheets >= MIN_SHEETS

    @property
    def statements(self) -> tuple[StatementResult, ...]:
        """All statements, in the order of the page."""
        return self.agreements + self.divisions


def opinion_results(consultation: Consultation) -> list[OpinionResults]:
    """Return the results of all rounds, in the active language; two queries. Empty before the results are shown."""
    if consultation.results_shown_on is None:
        return []
    rounds = consultation.opinion_rounds.filter(figures__isnull=False).prefetch_related("statements")
    return [_of_round(opinion_round) for opinion_round in rounds]


def _of_round(opinion_round: OpinionRound) -> OpinionResults:
    figures: Figures = opinion_round.figures  # type: ignore[assignment]  # of its JSON field
    if figures["sheets"] is None:
        return OpinionResults(opinion_round, None)
    groups = figures["groups"]
    labels = (_("Group A"), _("Group B"), _("Group C"), _("Group D"))
    shown = tuple((labels[at], group["size"]) for at, group in enumerate(groups)) if len(groups) > 1 else ()
    found = [
        (_statement(each, [group["counts"][str(each.pk)] for group in groups], shown), _spread(each, figures))
        for each in opinion_round.statements.all()
    ]
    if figures["sheets"] < MIN_SHEETS:
        return OpinionResults(opinion_round, figures["sheets"], divisions=tuple(result for result, _width in found))
    agreed = sorted((each for each in found if each[0].agreement), key=lambda each: -_strength(each[0]))
    divided = sorted((each for each in found if not each[0].agreement), key=lambda each: -each[1])
    return OpinionResults(
        opinion_round,
        figures["sheets"],
        shown,
        tuple(result for result, _width in agreed),
        tuple(result for result, _width in divided),
    )


def _statement(statement: Statement, counts: Sequence[Counts], groups: Sequence[tuple[str, int]]) -> StatementResult:
    # The sum of the published counts, not of the votes: nothing is left to subtract.
    together = tuple(map(sum, zip(*counts, strict=True)))
    bars = [_bar(pgettext("opinion groups", "Everyone"), None, together)]
    if groups:
        bars += [_bar(label, at, counts[at]) for at, (label, _size) in enumerate(groups)]
    agreement = ""
    for name, option in (("agree", 0), ("disagree", 2)):
        if all(100 * each[option] >= AGREEMENT * sum(each) for each in counts):
            agreement = name
    return StatementResult(statement, tuple(bars), agreement)


def _bar(label: str, group: int | None, counts: Sequence[int]) -> OpinionBar:
    size = sum(counts)
    shares = [100 * count / size for count in counts]
    starts = [0.0, shares[0], shares[0] + shares[1]]
    segments = tuple((round(start, 2), round(width, 2)) for start, width in zip(starts, shares, strict=True))
    agree, unsure, disagree = (min(99, max(1, round(share))) for share in shares)
    return OpinionBar(label, group, agree, unsure, disagree, segments)


def _spread(statement: Statement, figures: Figures) -> float:
    """Return the distance of the groups on a statement; with one group, the balance of its two sides, negative."""
    balances = [_balance(group["counts"], statement) for group in figures["groups"]]
    return max(balances) - min(balances) if len(balances) > 1 else -abs(balances[0])


def _balance(counts: Mapping[str, Counts], statement: Statement) -> float:
    agree, unsure, disagree = counts[str(statement.pk)]
    return (agree - disagree) / (agree + unsure + disagree)


def _strength(result: StatementResult) -> int:
    """Return the share of the group with the weakest agreement."""
    return min(bar.agree if result.agreement == "agree" else bar.disagree for bar in result.bars)
