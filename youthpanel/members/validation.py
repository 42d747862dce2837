"""A member or a consent as somebody wants it, and what is wrong with it: the same rules for the form and for a spreadsheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from youthpanel.ages import OLDEST, YOUNGEST, age_on, may_join
from youthpanel.members import pseudonyms
from youthpanel.members.consent_validity import giver_on
from youthpanel.members.exceptions import Fault
from youthpanel.members.identity import Identity, name_parts
from youthpanel.models import Cohort, Giver, Member, MemberRole, School, Scope

# A guardian agrees for a school year, not for a childhood.
LONGEST_YEARS: Final = 3
LONGEST_NAME: Final = 100
FIRST_YEAR: Final = 1990


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberDraft:
    """Somebody who is to become a member."""

    identity: Identity
    pseudonym: str
    school: School
    cohort: Cohort
    birth_year: int
    birth_month: int
    joined_on: date
    role: str = MemberRole.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDraft:
    """A consent on paper that is to be recorded."""

    scope: str
    giver: str
    document: str
    given_on: date
    expires_on: date


def birth_faults(year: int, month: int, *, joined_on: date, today: date) -> Iterator[Fault]:
    """Whether somebody born in that month can have joined on that day."""
    if not FIRST_YEAR <= year <= today.year:
        text = _("%(year)s cannot be a year of birth of a member.") % {"year": year}
        yield Fault("birth_year", text)
    elif not 1 <= month <= 12:
        yield Fault("birth_month", gettext_lazy("A month is a number from 1 to 12."))
    elif not may_join(joined_on, year=year, month=month):
        age = max(0, age_on(joined_on, year=year, month=month))
        said = {"youngest": YOUNGEST, "oldest": OLDEST, "age": age}
        text = _("Members are %(youngest)d to %(oldest)d years old when they join; this one would have been %(age)d.")
        yield Fault("birth_year", text % said)


def name_faults(identity: Identity) -> Iterator[Fault]:
    """A real name has a first name and a surname."""
    if len(name_parts(identity.name)) < 2:
        yield Fault("name", gettext_lazy("Write first name and surname."))
    elif len(identity.name) > LONGEST_NAME:
        yield Fault("name", gettext_lazy("This name is longer than 100 characters."))


def joining_faults(joined_on: date, *, cohort: Cohort, today: date) -> Iterator[Fault]:
    """A member joins while the cohort meets, and not in the future."""
    if joined_on > today:
        yield Fault("joined_on", gettext_lazy("This day has not come yet."))
    elif joined_on < cohort.begins_on:
        yield Fault("joined_on", gettext_lazy("This is before the cohort begins."))
    elif cohort.ends_on and joined_on > cohort.ends_on:
        yield Fault("joined_on", gettext_lazy("This is after the end of the cohort."))


def member_faults(draft: MemberDraft, *, today: date) -> Iterator[Fault]:
    """Everything that is wrong with a draft in itself; who is there already is for the services to say."""
    yield from name_faults(draft.identity)
    yield from joining_faults(draft.joined_on, cohort=draft.cohort, today=today)
    yield from birth_faults(draft.birth_year, draft.birth_month, joined_on=draft.joined_on, today=today)
    yield from pseudonyms.faults_of(draft.pseudonym, name=draft.identity.name, year=draft.birth_year)


def consent_faults(draft: ConsentDraft, *, member: Member | MemberDraft, today: date) -> Iterator[Fault]:
    """What is wrong with a consent of `member`."""
    if draft.scope not in Scope.values:
        yield Fault("scope", gettext_lazy("There is no such consent."))
    if draft.given_on > today:
        yield Fault("given_on", gettext_lazy("This day has not come yet."))
    if draft.expires_on <= draft.given_on:
        yield Fault("expires_on", gettext_lazy("It expires before it is given."))
    elif (draft.expires_on - draft.given_on).days > LONGEST_YEARS * 366:
        yield Fault("expires_on", gettext_lazy("A consent is given for three years at most."))
    if not draft.document.strip():
        yield Fault("document", gettext_lazy("Say where the signed paper is filed."))
    right = giver_on(draft.given_on, year=member.birth_year, month=member.birth_month)
    if draft.giver != right:
        guardian = gettext_lazy("The member was not 15 yet on that day: a guardian gives this consent.")
        own = gettext_lazy("The member was 15 or older on that day, and gives this consent alone.")
        yield Fault("giver", guardian if right == Giver.GUARDIAN else own)


def same_person(pseudonym: str) -> Fault:
    """What is said of somebody who is a member already; only those who know the name see it."""
    text = _("This person is in the panel already, as “%(pseudonym)s”. Where it is somebody else of the same name born in the same month, add a middle name.")  # fmt: skip
    return Fault("name", text % {"pseudonym": pseudonym})
