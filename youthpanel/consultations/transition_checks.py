"""Requirements and remarks before a state transition of a consultation. At most eight queries."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from youthpanel.consultations.opinions import current_round
from youthpanel.consultations.phases import PhaseFault, check_phases
from youthpanel.consultations.services import questions_of
from youthpanel.models import Consultation, Phase, Question, QuestionKind
from youthpanel.states import ConsultationState, ContributionState, PhaseActivity

MIN_FACILITATORS = 2
MIN_CHOICES = 2


def missing_for_transition(consultation: Consultation, to: ConsultationState, now: datetime) -> list[str]:
    """Return the messages that prevent the transition to `to`; empty if it is allowed."""
    match to:
        case ConsultationState.OPEN:
            return _before_opening(consultation, now)
        case ConsultationState.REPORTED:
            return _before_reporting(consultation)
    return []


def transition_remarks(consultation: Consultation) -> list[str]:
    """Remarks that do not prevent a transition: times without an activity for members, and missing English texts."""
    phases = list(consultation.phases.all())
    remarks = []
    for place, trouble, other in check_phases(phases):
        if trouble == PhaseFault.GAP and other is not None:
            words = {"from": format_moment(phases[other].ends_at), "to": format_moment(phases[place].starts_at)}
            remarks.append(_("Members can do nothing from %(from)s to %(to)s.") % words)
    opinion_round = current_round(consultation)
    if any(phase.feature == PhaseActivity.OPINIONS for phase in phases) and not (
        opinion_round and opinion_round.statements.all()
    ):
        remarks.append(_("There is a phase for opinion cards, and no statements yet."))
    if not all((consultation.title_en, consultation.summary_en)):  # type: ignore[attr-defined]
        remarks.append(_("There is no English title or summary: English readers see the Serbian one."))
    return remarks


def count_unmoderated_in(consultation: Consultation) -> int:
    """Return how many ideas and posts of a consultation are unmoderated."""
    return (
        consultation.ideas.filter(state=ContributionState.WAITING).count()
        + consultation.posts.filter(state=ContributionState.WAITING).count()
    )


def format_moment(at: datetime) -> str:
    """Return a day with its time, for a sentence."""
    return date_format(localtime(at), "j. n. Y. H:i")


def _before_opening(consultation: Consultation, now: datetime) -> list[str]:
    phases, questions = list(consultation.phases.all()), questions_of(consultation)
    features = {phase.feature for phase in phases}
    checks = (
        (
            consultation.facilitators.count() < MIN_FACILITATORS,
            _("Two facilitators, so that no adult is alone with members."),
        ),
        (not consultation.cohorts.exists(), _("An invited cohort.")),
        (not phases, _("Phases: what members do, and when.")),
        (_is_over(phases, now), _("A phase that has not ended yet.")),
        (
            PhaseActivity.INFORM in features and not consultation.introduction_sr,  # type: ignore[attr-defined]
            _("A description: there is a phase for reading it."),
        ),
        (PhaseActivity.ANSWER in features and not questions, _("Questions: there is a phase for answering them.")),
        (bool(questions) and PhaseActivity.ANSWER not in features, _("A phase for answering the questions.")),
    )
    obstacles = [words for is_missing, words in checks if is_missing]
    return obstacles + [
        _("At least two choices for “%(question)s”.") % {"question": question.text}
        for question in questions
        if _lacks_choices(question)
    ]


def _is_over(phases: list[Phase], now: datetime) -> bool:
    return bool(phases) and max(phase.ends_at for phase in phases) <= now


def _lacks_choices(question: Question) -> bool:
    with_choices = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
    return question.kind in with_choices and len(question.choices.all()) < MIN_CHOICES


def _before_reporting(consultation: Consultation) -> list[str]:
    obstacles = []
    if not consultation.outcome_sr:  # type: ignore[attr-defined]
        obstacles.append(_("A summary of the outcome: members read it first."))
    if waiting := count_unmoderated_in(consultation):
        obstacles.append(
            ngettext("%(n)d idea or post is still to moderate.", "%(n)d ideas or posts are still to moderate.", waiting)
            % {"n": waiting}
        )
    return obstacles
