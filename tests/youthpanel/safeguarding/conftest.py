"""A coordinator, the safeguarding lead and the deputy, members with consents, and signed-in browsers of members."""

import re

import pytest
from django.utils import timezone

from clicksafely.accounts.models import User
from tests.clients.staff import Person, signed_in
from tests.factories.youthpanel import make_cohort
from tests.youthpanel.member_auth.conftest import code_of, enter, make_consenting
from youthpanel.models import Member, SafeguardingNote
from youthpanel.safeguarding import services
from youthpanel.safeguarding.services import NoteData

__all__ = ["code_of", "enter"]
# What differs between two responses of the same page: tokens of forms, and nonces.
TOKEN = re.compile(r'(csrfmiddlewaretoken" value|form_token" value|name="id" value|nonce)="[^"]*"')
NOTES = "/admin/youthpanel/safeguarding/"
NOTE_TEXT = "Видео сам модрицу на руци и чуо шта је рекла."


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


def write(actor: User, member: Member | None = None, *, urgent: bool = False) -> SafeguardingNote:
    """A note of a member of staff."""
    draft = NoteData(text=NOTE_TEXT, member=member, urgent=urgent)
    services.write_note(draft=draft, actor=actor, now=timezone.now())
    return SafeguardingNote.objects.latest("pk")
