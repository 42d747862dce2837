"""Signed-in members, and consultations with phases around the current time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.clients.staff import make_staff
from tests.factories.youthpanel import make_consultation
from tests.youthpanel.conftest import coordinator
from tests.youthpanel.member_auth.conftest import code_of, cohort, enter, member
from youthpanel.models import Cohort, Consultation, Idea, Member, Phase
from youthpanel.states import PhaseActivity

__all__ = ["code_of", "cohort", "coordinator", "enter", "member"]

DAY = timedelta(days=1)
Held = Callable[..., Consultation]


@pytest.fixture
def held(cohort: Cohort) -> Held:
    """An open consultation of the cohort with two facilitators; the phase for `feature` is current."""

    def make(feature: PhaseActivity, *, cohorts: tuple[Cohort, ...] = (), **fields: Any) -> Consultation:
        consultation = make_consultation(*(cohorts or (cohort,)), **fields)
        consultation.facilitators.set(make_staff(f"adult-{consultation.pk}-{each}", "coordinator") for each in range(2))
        starts_at = timezone.now() - timedelta(hours=1)
        Phase.objects.create(consultation=consultation, feature=feature, starts_at=starts_at, ends_at=starts_at + DAY)
        return consultation

    return make


def move_on(consultation: Consultation, feature: PhaseActivity | None = None) -> None:
    """End the current phase a minute ago, and start one for `feature`."""
    now = timezone.now()
    consultation.phases.update(starts_at=now - DAY, ends_at=now - timedelta(minutes=1))
    if feature:
        Phase.objects.create(
            consultation=consultation, feature=feature, starts_at=now - timedelta(seconds=59), ends_at=now + DAY
        )


def make_idea(consultation: Consultation, member: Member | None, **fields: Any) -> Idea:
    """A published idea."""
    defaults: dict[str, Any] = {"text": "Час о интернету", "state": "shown", "written_at": timezone.now()}
    return Idea.objects.create(consultation=consultation, member=member, **{**defaults, **fields})


def address(consultation: Consultation, language: str = "sr") -> str:
    """The URL of its page."""
    return f"/{language}/youth-panel/consultations/{consultation.slug}/"
