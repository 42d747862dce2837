"""Validation of new members and consents, shared by the forms and the spreadsheet import."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.exceptions import FieldFault
from youthpanel.ages import OLDEST, YOUNGEST, age_on, can_join
from youthpanel.members import pseudonyms
from youthpanel.members.consent_validity import required_giver
from youthpanel.members.identity import Identity, name_parts
from youthpanel.models import Cohort, ConsentGiver, ConsentScope, Member, MemberRole, School

# A guardian's consent covers a school year.
MAX_YEARS: Final = 3
MAX_NAME_LENGTH: Final = 100
FIRST_YEAR: Final = 1990


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberData:
    """A member to be created."""

    identity: Identity
    pseudonym: str
    school: School
    cohort: Cohort
    birth_year: int
    birth_month: int
    joined_on: date
    role: str = MemberRole.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentData:
    """A consent on paper to be recorded."""

    scope: str
    giver: str
    document: str
    given_on: date
    expires_on: date


def birth_faults(year: int, month: int, *, joined_on: date, today: date) -> Iterator[FieldFault]:
    """Yield whether a person born in that month can have joined on that day."""
    if not FIRST_YEAR <= year <= today.year:
        text = _("A member cannot be born in %(year)s.") % {"year": year}
        yield FieldFault("birth_year", text)
    elif not 1 <= month <= 12:
        yield FieldFault("birth_month", gettext_lazy("A month is a number from 1 to 12."))
    elif not can_join(joined_on, year=year, month=month):
        age = max(0, age_on(joined_on, year=year, month=month))
        params = {"youngest": YOUNGEST, "oldest": OLDEST, "age": age}
        text = _("Members are %(youngest)d to %(oldest)d years old when they join; this member would be %(age)d.")
        yield FieldFault("birth_year", text % params)


def name_faults(identity: Identity) -> Iterator[FieldFault]:
    """A real name has a first name and a surname."""
    if len(name_parts(identity.name)) < 2:
        yield FieldFault("name", gettext_lazy("Write first name and surname."))
    elif len(identity.name) > MAX_NAME_LENGTH:
        yield FieldFault("name", gettext_lazy("This name has more than 100 characters."))


def joining_faults(joined_on: date, *, cohort: Cohort, today: date) -> Iterator[FieldFault]:
    """The joining date must be within the time of the cohort and not in the future."""
    if joined_on > today:
        yield FieldFault("joined_on", gettext_lazy("This day is in the future."))
    elif joined_on < cohort.begins_on:
        yield FieldFault("joined_on", gettext_lazy("This is before the cohort begins."))
    elif cohort.ends_on and joined_on > cohort.ends_on:
        yield FieldFault("joined_on", gettext_lazy("This is after the end of the cohort."))


def member_faults(draft: MemberData, *, today: date) -> Iterator[FieldFault]:
    """Yield all faults of the draft itself. The services check for duplicates."""
    yield from name_faults(draft.identity)
    yield from joining_faults(draft.joined_on, cohort=draft.cohort, today=today)
    yield from birth_faults(draft.birth_year, draft.birth_month, joined_on=draft.joined_on, today=today)
    yield from pseudonyms.pseudonym_errors(draft.pseudonym, name=draft.identity.name, year=draft.birth_year)


def consent_faults(draft: ConsentData, *, member: Member | MemberData, today: date) -> Iterator[FieldFault]:
    """Yield the faults of a consent of `member`."""
    if draft.scope not in ConsentScope.values:
        yield FieldFault("scope", gettext_lazy("There is no such consent."))
    if draft.given_on > today:
        yield FieldFault("given_on", gettext_lazy("This day is in the future."))
    if draft.expires_on <= draft.given_on:
        yield FieldFault("expires_on", gettext_lazy("The consent expires before it is given."))
    elif (draft.expires_on - draft.given_on).days > MAX_YEARS * 366:
        yield FieldFault("expires_on", gettext_lazy("A consent is given for at most three years."))
    if not draft.document.strip():
        yield FieldFault("document", gettext_lazy("Write where the signed form is filed."))
    right = required_giver(draft.given_on, year=member.birth_year, month=member.birth_month)
    if draft.giver != right:
        guardian = gettext_lazy("The member was under 15 on that day: a guardian gives this consent.")
        own = gettext_lazy("The member was 15 or older on that day and gives this consent alone.")
        yield FieldFault("giver", guardian if right == ConsentGiver.GUARDIAN else own)


def duplicate_member_message(pseudonym: str) -> FieldFault:
    """Return the message for an existing member. Only users who typed the name see it."""
    text = _(
        "This person is already in the panel, as “%(pseudonym)s”. If it is another person with the same "
        "name, born in the same month, add a middle name."
    )
    return FieldFault("name", text % {"pseudonym": pseudonym})
