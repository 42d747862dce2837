"""The support of a recommendation, counted from closed votes or typed where there were none."""

from collections.abc import Collection
from dataclasses import dataclass

from youthpanel.consultations.opinions import Figures
from youthpanel.consultations.selectors import answer_results, disclosed_counts
from youthpanel.models import Endorsement, Idea, QuestionChoice, Recommendation, Statement
from youthpanel.models.consultations import MIN_PUBLISHED_ANSWERS
from youthpanel.states import ContributionState


@dataclass(frozen=True)
class Support:
    """The members in favour, and those who voted or were asked; both None if they are not published.

    `is_counted`: the recommendation has a source with votes, so that no figure may be typed.
    """

    in_favour: int | None = None
    asked: int | None = None
    is_counted: bool = False


def support_of(recommendation: Recommendation) -> Support:
    """The support for publication. Figures of votes follow the rules of the results: nothing before they are shown, nothing under five."""
    counted = counted_support(recommendation.choice, recommendation.statement, recommendation.ideas.all())
    if counted is not None:
        return counted
    if recommendation.support is None or recommendation.support < MIN_PUBLISHED_ANSWERS:
        return Support()
    return Support(recommendation.support, recommendation.asked)


def counted_support(
    choice: QuestionChoice | None, statement: Statement | None, ideas: Collection[Idea]
) -> Support | None:
    """Return the support from the votes of one source: the option, else the statement, else the ideas. None without a source with votes."""
    if choice is not None:
        return _of_choice(choice)
    if statement is not None:
        return _of_statement(statement)
    return _of_ideas(ideas) if ideas else None


def _of_choice(choice: QuestionChoice) -> Support:
    _sheets, questions = answer_results(choice.question.consultation)
    for result in questions:
        if result.question.pk == choice.question_id and result.answered is not None:
            options = [option.pk for option in result.question.choices.all()]
            return _published(disclosed_counts(result)[options.index(choice.pk)], result.answered)
    return Support(is_counted=True)


def _of_statement(statement: Statement) -> Support:
    opinion_round = statement.round
    figures: Figures | None = opinion_round.figures
    if opinion_round.consultation.results_shown_on is None or figures is None or figures["sheets"] is None:
        return Support(is_counted=True)
    return _published(sum(group["counts"][str(statement.pk)][0] for group in figures["groups"]), figures["sheets"])


def _of_ideas(ideas: Collection[Idea]) -> Support | None:
    """Return the number of members who supported or chose one of the ideas.

    It is a part of the members who supported or chose any idea of the same consultations. Raised hands of a meeting are
    no votes, because the number of members present is unknown.
    """
    shown = [idea.pk for idea in ideas if idea.state == ContributionState.SHOWN]
    votes = Endorsement.objects.filter(
        idea__consultation__in={idea.consultation_id for idea in ideas}, idea__state=ContributionState.SHOWN
    )
    if not votes.exists():
        return None
    if votes.filter(idea__consultation__results_shown_on=None).exists():
        return Support(is_counted=True)
    in_favour = votes.filter(idea__in=shown).values("member").distinct().count()
    return _published(in_favour, votes.values("member").distinct().count())


def _published(in_favour: int | None, total: int) -> Support:
    if in_favour is None or in_favour < MIN_PUBLISHED_ANSWERS:
        return Support(is_counted=True)
    return Support(in_favour, total, is_counted=True)
