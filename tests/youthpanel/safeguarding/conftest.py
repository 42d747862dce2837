"""A coordinator, the safeguarding lead and the deputy, members with consents, and signed-in browsers of members."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from clicksafely.accounts.models import User
from tests.clients.staff import Person, make_staff, signed_in
from tests.factories.youthpanel import make_cohort
from tests.youthpanel.member_auth.conftest import OWN, make_consenting
from tests.youthpanel.member_auth.slips import visit, visit_first
from youthpanel.member_auth.services import create_invitations
from youthpanel.models import Member, SafeguardingNote
from youthpanel.safeguarding import services
from youthpanel.safeguarding.services import NoteData

# What differs between two responses of the same page: tokens of forms, and nonces.
TOKEN = re.compile(r'(csrfmiddlewaretoken" value|form_token" value|name="id" value|nonce)="[^"]*"')
NOTES = "/admin/youthpanel/safeguarding/"
NOTE_TEXT = "Видео сам модрицу на руци и чуо шта је рекла."


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def coordinator() -> User:
    return make_staff("coordinator", "coordinator")


@pytest.fixture
def lead() -> User:
    return make_staff("lead", "safeguarding")


@pytest.fixture
def person() -> Person:
    """A signed-in coordinator."""
    return signed_in("person", "coordinator")


@pytest.fixture
def safeguarding() -> Person:
    """The signed-in lead."""
    return signed_in("safe", "safeguarding")


@pytest.fixture
def deputy() -> Person:
    """The signed-in deputy."""
    return signed_in("deputy", "safeguarding")


@pytest.fixture
def member() -> Member:
    """A member with a guardian's contacts."""
    contact = {
        "name": "Ана Анић",
        "phone": "060 111",
        "email": "ana@example.org",
        "guardian": "Мира Анић",
        "guardian_contact": "060 999",
    }
    return make_consenting(make_cohort(), pseudonym="Храбри јеж", contact=contact)


@pytest.fixture
def enter(coordinator: User) -> Callable[[Member], Client]:
    """A browser with a member's session; the member comes back with the same slip."""

    papers: dict[int, str] = {}

    def come_in(member: Member) -> Client:
        client = Client(enforce_csrf_checks=True, headers=OWN)
        if member.pk in papers:
            assert visit(client, papers[member.pk]).status_code == 303
        else:
            [slip] = create_invitations(members=[member], actor=coordinator, now=timezone.now())
            papers[member.pk] = slip.code
            assert visit_first(client, slip.code).status_code == 303
        return client

    return come_in


def write(actor: User, member: Member | None = None, *, urgent: bool = False) -> SafeguardingNote:
    """A note of a member of staff."""
    draft = NoteData(text=NOTE_TEXT, member=member, urgent=urgent)
    services.write_note(draft=draft, actor=actor, now=timezone.now())
    return SafeguardingNote.objects.latest("pk")
