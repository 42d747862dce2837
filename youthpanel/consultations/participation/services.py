"""What a member sent from the page of a consultation: each act asks a service, and says what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from youthpanel.consultations import services
from youthpanel.consultations import services as consultations_services
from youthpanel.consultations.exceptions import EditConflict
from youthpanel.consultations.forms import QuestionnaireForm, questionnaire_form
from youthpanel.consultations.participation.selectors import find_own_contribution
from youthpanel.consultations.pii_hints import PersonalDataHint, hints_for_author
from youthpanel.members.exceptions import RecordRefused
from youthpanel.models import Consultation, Member

# A second press sends a text in which something was noticed.
SURE: Final = "sure"
GENERAL: Final = ""


@dataclass(frozen=True)
class Submission:
    """One form: by whom, in which consultation, when (the time of the database)."""

    consultation: Consultation
    member: Member
    now: datetime
    form: QueryDict

    @property
    def text(self) -> str:
        """What was written."""
        return self.form.get("text", "")

    def uuid(self, name: str) -> UUID:
        """The id in a field. Raises ChangedMeanwhile where there is none: pages of ours always send one."""
        return _uuid(self.form.get(name, ""))


@dataclass
class SubmissionResult:
    """`done` names the word of thanks, `place` where the page goes on; or what is to be mended, with everything that was typed."""

    done: str = ""
    place: str = ""
    text: str = ""
    about: str = GENERAL
    problems: list[str | Promise] = field(default_factory=list)
    noticed: list[PersonalDataHint] = field(default_factory=list)
    questionnaire: QuestionnaireForm | None = None


# What is said after an act.
SUCCESS_MESSAGES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "propose": _("Thank you! An adult reads your idea first; then everybody in the consultation sees it."),
        "say": _("Thank you! An adult reads it first; then everybody in the consultation sees it."),
        "endorse": _("You said that this idea is good."),
        "unendorse": _("You took your thumb back."),
        "choose": _("Your choice is kept. You can change it until this part ends."),
        "answer": _("Thank you for your answers!"),
        "take-back": _("You took it back. Others do not see it any more."),
    }
)


def propose(sent: Submission) -> SubmissionResult:
    """An idea; what may tell who somebody is is pointed out first."""
    if problem := _look_again(sent):
        return problem
    try:
        consultations_services.propose_idea(
            consultation=sent.consultation, member=sent.member, text=sent.text, now=sent.now
        )
    except RecordRefused as refused:
        return _refused(sent, refused)
    return SubmissionResult(done="propose")


def say(sent: Submission) -> SubmissionResult:
    """Something in the discussion, about an idea or in general."""
    about = sent.form.get("idea", GENERAL)
    if problem := _look_again(sent):
        problem.about = about
        return problem
    try:
        consultations_services.write_post(
            consultation=sent.consultation,
            member=sent.member,
            text=sent.text,
            now=sent.now,
            idea=_uuid(about) if about else None,
        )
    except RecordRefused as refused:
        outcome = _refused(sent, refused)
        outcome.about = about
        return outcome
    return SubmissionResult(done="say", place=_anchor(about) if about else "")


def endorse(sent: Submission) -> SubmissionResult:
    """A thumb for an idea."""
    return _set_endorsement(sent, wanted=True)


def unendorse(sent: Submission) -> SubmissionResult:
    """The thumb back."""
    return _set_endorsement(sent, wanted=False)


def choose(sent: Submission) -> SubmissionResult:
    """Up to three ideas that matter most."""
    try:
        consultations_services.choose_priorities(
            consultation=sent.consultation,
            member=sent.member,
            ideas=[_uuid(each) for each in sent.form.getlist("ideas")],
            now=sent.now,
        )
    except RecordRefused as refused:
        return _refused(sent, refused)
    return SubmissionResult(done="choose")


def answer(sent: Submission) -> SubmissionResult:
    """The answers to the questions."""
    form = questionnaire_form(sent.consultation, sent.form)
    if not form.is_valid():
        return SubmissionResult(questionnaire=form, problems=[""])
    try:
        services.save_answer_sheet(
            consultation=sent.consultation, member=sent.member, answers=form.answers, offline=False, now=sent.now
        )
    except RecordRefused as refused:
        form.add_faults(refused)
        return SubmissionResult(questionnaire=form, problems=[""])
    return SubmissionResult(done="answer")


def take_back(sent: Submission) -> SubmissionResult:
    """An own idea or post."""
    found = find_own_contribution(sent.consultation, sent.member, sent.uuid("id"))
    if found is None:
        raise EditConflict
    consultations_services.withdraw_contribution(contribution=found, member=sent.member, now=sent.now)
    return SubmissionResult(done="take-back")


ACTIONS: Final[Mapping[str, Callable[[Submission], SubmissionResult]]] = MappingProxyType(
    {
        "propose": propose,
        "say": say,
        "endorse": endorse,
        "unendorse": unendorse,
        "choose": choose,
        "answer": answer,
        "take-back": take_back,
    }
)


def _set_endorsement(sent: Submission, *, wanted: bool) -> SubmissionResult:
    idea = sent.uuid("idea")
    consultations_services.endorse(
        consultation=sent.consultation, member=sent.member, idea=idea, wanted=wanted, now=sent.now
    )
    return SubmissionResult(done="endorse" if wanted else "unendorse", place=_anchor(str(idea)))


def _look_again(sent: Submission) -> SubmissionResult | None:
    """A text in which something was noticed, unless its author has seen it and is sure."""
    noticed = [] if SURE in sent.form else hints_for_author(sent.text)
    return SubmissionResult(text=sent.text, noticed=noticed) if noticed else None


def _refused(sent: Submission, refused: RecordRefused) -> SubmissionResult:
    return SubmissionResult(text=sent.text, problems=[fault.message for fault in refused.faults])


def _uuid(typed: Any) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise EditConflict from error


def _anchor(idea: str) -> str:
    return f"#idea-{idea}"
