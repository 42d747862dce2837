"""Members with consents, slips, and signed-in browsers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clicksafely.accounts.models import User
from tests.factories.youthpanel import give_consent, make_cohort, make_member
from tests.youthpanel.member_auth.slips import JOIN, MINE, visit, visit_first
from youthpanel.member_auth import services
from youthpanel.models import Cohort, Member

__all__ = ["JOIN", "ME", "OWN"]

ME = "/sr/youth-panel/me/"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort(begins_on=timezone.localdate() - timedelta(days=90))


def make_consenting(cohort: Cohort, **fields: Any) -> Member:
    """A member of 13 with a guardian's consent to online participation."""
    today = timezone.localdate()
    member = make_member(cohort, **{"birth_year": today.year - 13, "birth_month": 1, **fields})
    give_consent(member, given_on=today - timedelta(days=60), expires_on=today + timedelta(days=300))
    return member


@pytest.fixture
def member(cohort: Cohort) -> Member:
    return make_consenting(cohort, pseudonym="Храбри јеж")


@pytest.fixture
def code_of(coordinator: User) -> Callable[[Member], str]:
    """The code of a new slip of a member, in plain text."""

    def make(member: Member, now: datetime | None = None) -> str:
        return services.create_invitations(members=[member], actor=coordinator, now=now or timezone.now())[0].code

    return make


def approve(member: Member, actor: User, now: datetime) -> str:
    """Approve a replacement; return the code of the new slip."""
    new_invitations: list[services.Invitation] = []

    def draw(invitations: list[services.Invitation]) -> bytes:
        new_invitations.extend(invitations)
        return b"%PDF"

    services.approve_replacements(members=[member], draw=draw, actor=actor, now=now)
    return new_invitations[0].code


@pytest.fixture
def used_code_of(code_of: Callable[[Member], str], now: datetime) -> Callable[[Member], str]:
    """The code of a slip whose pictures, `MINE`, were chosen at a first visit, which has ended."""

    def make(member: Member) -> str:
        code = code_of(member)
        services.end_session(key=services.choose_pictures(code=code, chosen=MINE, now=now))
        return code

    return make


@pytest.fixture
def enter(code_of: Callable[[Member], str]) -> Callable[[Member], Client]:
    """A browser with a member's session; the member comes back with the same slip."""
    papers: dict[int, str] = {}

    def come_in(member: Member) -> Client:
        client = Client(enforce_csrf_checks=True, headers=OWN)
        if member.pk in papers:
            assert visit(client, papers[member.pk]).status_code == 303
        else:
            papers[member.pk] = code_of(member)
            assert visit_first(client, papers[member.pk]).status_code == 303
        return client

    return come_in
