"""Actions of the consultation page: each action calls a service and returns a result for the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.fields import add_faults
from youthpanel.consultations import opinions, services
from youthpanel.consultations.forms import QuestionnaireForm, questionnaire_form
from youthpanel.consultations.participation.cards import CardsForm
from youthpanel.consultations.participation.selectors import find_own_contribution
from youthpanel.consultations.pii_hints import CONFIRMED, PersonalDataHint, hints_for_author
from youthpanel.models import Consultation, Member, Question

GENERAL: Final = ""


@dataclass(frozen=True)
class Submission:
    """A submitted form with its consultation, member and time (the time of the database)."""

    consultation: Consultation
    member: Member
    now: datetime
    form: QueryDict

    @property
    def text(self) -> str:
        return self.form.get("text", "")

    def uuid(self, name: str) -> UUID:
        """Return the UUID in a field. Raises EditConflict for any other value; the site's own pages always send a UUID."""
        return _uuid(self.form.get(name, ""))


@dataclass
class SubmissionResult:
    """`done` names the success message, `place` is the fragment to scroll to.

    Otherwise the problems and the submitted text.
    """

    done: str = ""
    place: str = ""
    text: str = ""
    about: str = GENERAL
    problems: list[str | Promise] = field(default_factory=list)
    noticed: list[PersonalDataHint] = field(default_factory=list)
    # Questions of a complete form that have no answer yet.
    unanswered: list[Question] = field(default_factory=list)
    questionnaire: QuestionnaireForm | None = None
    # The cards, and whether all have a vote and the member has to check them.
    cards: CardsForm | None = None
    is_review: bool = False


# Shown after a successful action.
SUCCESS_MESSAGES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "propose": _("Thank you! An adult reads your idea first. Then everyone in the consultation sees it."),
        "say": _("Thank you! An adult reads it first. Then everyone in the consultation sees it."),
        "endorse": _("You support this idea."),
        "unendorse": _("You no longer support this idea."),
        "choose": _("Your choice is saved. You can change it until this part ends."),
        "answer": _("Thank you for your answers!"),
        "vote": _("Thank you for your votes!"),
        "take-back": _("You withdrew it. Others can no longer see it."),
    }
)


def propose(sent: Submission) -> SubmissionResult:
    """Propose an idea. A text with personal data needs confirmation first."""
    if problem := _look_again(sent):
        return problem
    try:
        services.propose_idea(consultation=sent.consultation, member=sent.member, text=sent.text, now=sent.now)
    except ActionRefused as refused:
        return _refused(sent, refused)
    return SubmissionResult(done="propose")


def say(sent: Submission) -> SubmissionResult:
    """Add a post about an idea or in general."""
    about = sent.form.get("idea", GENERAL)
    if problem := _look_again(sent):
        problem.about = about
        return problem
    try:
        services.write_post(
            consultation=sent.consultation,
            member=sent.member,
            text=sent.text,
            now=sent.now,
            idea=_uuid(about) if about else None,
        )
    except ActionRefused as refused:
        outcome = _refused(sent, refused)
        outcome.about = about
        return outcome
    return SubmissionResult(done="say", place=_anchor(about) if about else "")


def endorse(sent: Submission) -> SubmissionResult:
    """Endorse an idea."""
    return _set_endorsement(sent, is_endorsed=True)


def unendorse(sent: Submission) -> SubmissionResult:
    """Remove an endorsement."""
    return _set_endorsement(sent, is_endorsed=False)


def choose(sent: Submission) -> SubmissionResult:
    """Choose the priorities."""
    try:
        services.choose_priorities(
            consultation=sent.consultation,
            member=sent.member,
            ideas=[_uuid(each) for each in sent.form.getlist("ideas")],
            now=sent.now,
        )
    except ActionRefused as refused:
        return _refused(sent, refused)
    return SubmissionResult(done="choose")


def answer(sent: Submission) -> SubmissionResult:
    """Answer the questionnaire. Personal data and missing answers need confirmation first: a sheet cannot be changed later."""
    form = questionnaire_form(sent.consultation, sent.form)
    if not form.is_valid():
        return SubmissionResult(questionnaire=form, problems=[""])
    if CONFIRMED not in sent.form:
        noticed = hints_for_author(*form.texts)
        if noticed or form.unanswered:
            return SubmissionResult(questionnaire=form, noticed=noticed, unanswered=form.unanswered)
    try:
        services.save_answer_sheet(
            consultation=sent.consultation, member=sent.member, answers=form.answers, offline=False, now=sent.now
        )
    except ActionRefused as refused:
        add_faults(form, refused)
        return SubmissionResult(questionnaire=form, problems=[""])
    return SubmissionResult(done="answer")


def vote(sent: Submission) -> SubmissionResult:
    """Vote on all cards. The member checks the votes first: they cannot be changed later."""
    opinion_round = opinions.current_round(sent.consultation)
    form = CardsForm(sent.form, statements=list(opinion_round.statements.all()) if opinion_round else [])
    if not form.is_valid():
        return SubmissionResult(cards=form, problems=[""])
    if CONFIRMED not in sent.form:
        return SubmissionResult(cards=form, is_review="change" not in sent.form)
    try:
        opinions.save_votes(consultation=sent.consultation, member=sent.member, votes=form.votes, now=sent.now)
    except ActionRefused as refused:
        add_faults(form, refused)
        return SubmissionResult(cards=form, problems=[""])
    return SubmissionResult(done="vote")


def take_back(sent: Submission) -> SubmissionResult:
    """Withdraw an own idea or post."""
    found = find_own_contribution(sent.consultation, sent.member, sent.uuid("id"))
    if found is None:
        raise EditConflict
    services.withdraw_contribution(contribution=found, member=sent.member, now=sent.now)
    return SubmissionResult(done="take-back")


ACTIONS: Final[Mapping[str, Callable[[Submission], SubmissionResult]]] = MappingProxyType(
    {
        "propose": propose,
        "say": say,
        "endorse": endorse,
        "unendorse": unendorse,
        "choose": choose,
        "answer": answer,
        "vote": vote,
        "take-back": take_back,
    }
)


def _set_endorsement(sent: Submission, *, is_endorsed: bool) -> SubmissionResult:
    idea = sent.uuid("idea")
    services.endorse(
        consultation=sent.consultation, member=sent.member, idea=idea, is_endorsed=is_endorsed, now=sent.now
    )
    return SubmissionResult(done="endorse" if is_endorsed else "unendorse", place=_anchor(str(idea)))


def _look_again(sent: Submission) -> SubmissionResult | None:
    """Return the personal data hints of the text unless the author has confirmed it."""
    noticed = [] if CONFIRMED in sent.form else hints_for_author(sent.text)
    return SubmissionResult(text=sent.text, noticed=noticed) if noticed else None


def _refused(sent: Submission, refused: ActionRefused) -> SubmissionResult:
    return SubmissionResult(text=sent.text, problems=[fault.message for fault in refused.faults])


def _uuid(typed: Any) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise EditConflict from error


def _anchor(idea: str) -> str:
    return f"#idea-{idea}"
