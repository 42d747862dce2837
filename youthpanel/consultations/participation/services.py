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
from youthpanel.consultations.exceptions import ChangedMeanwhile
from youthpanel.consultations.forms import QuestionnaireForm, questionnaire_form
from youthpanel.consultations.participation.selectors import find_own
from youthpanel.consultations.pii_hints import Personal, notice
from youthpanel.members.exceptions import RecordRefused
from youthpanel.models import Consultation, Member

# A second press sends a text in which something was noticed.
SURE: Final = "sure"
GENERAL: Final = ""


@dataclass(frozen=True)
class Sent:
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
class Outcome:
    """`done` names the word of thanks, `place` where the page goes on; or what is to be mended, with everything that was typed."""

    done: str = ""
    place: str = ""
    text: str = ""
    about: str = GENERAL
    problems: list[str | Promise] = field(default_factory=list)
    noticed: list[Personal] = field(default_factory=list)
    questionnaire: QuestionnaireForm | None = None


# What is said after an act.
DONE: Final[Mapping[str, str | Promise]] = MappingProxyType(
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


def propose(sent: Sent) -> Outcome:
    """An idea; what may tell who somebody is is pointed out first."""
    if problem := _look_again(sent):
        return problem
    try:
        consultations_services.propose_idea(
            consultation=sent.consultation, member=sent.member, text=sent.text, now=sent.now
        )
    except RecordRefused as refused:
        return _refused(sent, refused)
    return Outcome(done="propose")


def say(sent: Sent) -> Outcome:
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
    return Outcome(done="say", place=_anchor(about) if about else "")


def endorse(sent: Sent) -> Outcome:
    """A thumb for an idea."""
    return _set_endorsement(sent, wanted=True)


def unendorse(sent: Sent) -> Outcome:
    """The thumb back."""
    return _set_endorsement(sent, wanted=False)


def choose(sent: Sent) -> Outcome:
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
    return Outcome(done="choose")


def answer(sent: Sent) -> Outcome:
    """The answers to the questions."""
    form = questionnaire_form(sent.consultation, sent.form)
    if not form.is_valid():
        return Outcome(questionnaire=form, problems=[""])
    try:
        services.keep_sheet(
            consultation=sent.consultation, member=sent.member, answers=form.answers, offline=False, now=sent.now
        )
    except RecordRefused as refused:
        form.add_faults(refused)
        return Outcome(questionnaire=form, problems=[""])
    return Outcome(done="answer")


def take_back(sent: Sent) -> Outcome:
    """An own idea or post."""
    found = find_own(sent.consultation, sent.member, sent.uuid("id"))
    if found is None:
        raise ChangedMeanwhile
    consultations_services.take_back(contribution=found, member=sent.member, now=sent.now)
    return Outcome(done="take-back")


ACTS: Final[Mapping[str, Callable[[Sent], Outcome]]] = MappingProxyType(
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


def _set_endorsement(sent: Sent, *, wanted: bool) -> Outcome:
    idea = sent.uuid("idea")
    consultations_services.endorse(
        consultation=sent.consultation, member=sent.member, idea=idea, wanted=wanted, now=sent.now
    )
    return Outcome(done="endorse" if wanted else "unendorse", place=_anchor(str(idea)))


def _look_again(sent: Sent) -> Outcome | None:
    """A text in which something was noticed, unless its author has seen it and is sure."""
    noticed = [] if SURE in sent.form else notice(sent.text)
    return Outcome(text=sent.text, noticed=noticed) if noticed else None


def _refused(sent: Sent, refused: RecordRefused) -> Outcome:
    return Outcome(text=sent.text, problems=[fault.message for fault in refused.faults])


def _uuid(typed: Any) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise ChangedMeanwhile from error


def _anchor(idea: str) -> str:
    return f"#idea-{idea}"
