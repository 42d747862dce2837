"""Retention: closed notes are erased after five years with their actions and openings; open ones stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.data_inventory import FOR_SAFETY
from clicksafely.common.models import AuditEvent
from tests.database import as_role_of
from tests.youthpanel.safeguarding.conftest import write
from tests.youthpanel.safeguarding.test_cases import plan
from youthpanel.models import IdentityOpening, Member, NoteOutcome, OpeningReason, SafeguardingAction, SafeguardingNote
from youthpanel.safeguarding import identity_services, services, tasks
from youthpanel.safeguarding.services import RETENTION, erase_closed_notes

pytestmark = pytest.mark.django_db


def test_old_closed_notes_are_erased_with_all_their_data(coordinator: User, lead: User, member: Member) -> None:
    now = timezone.now()
    old, recent, still_open = (write(coordinator, member) for _number in range(3))
    for note in (old, recent):
        action = plan(note, lead)
        identity_services.open_identity(note=note, reason=OpeningReason.DANGER, words="x", actor=lead, now=now)
        services.finish_action(action=action, result="x", actor=lead, now=now)
        services.close_note(note=note, outcome=NoteOutcome.POLICE, words="x", actor=lead, now=now)
    SafeguardingNote.objects.filter(pk=old.pk).update(closed_at=now - RETENTION - timedelta(days=1))
    SafeguardingNote.objects.filter(pk=still_open.pk).update(written_at=now - 3 * RETENTION)
    with as_role_of("sealed"):
        assert erase_closed_notes(now=now) == 1
    assert set(SafeguardingNote.objects.all()) == {recent, still_open}
    assert set(SafeguardingAction.objects.values_list("note", flat=True)) == {recent.pk}
    assert set(IdentityOpening.objects.values_list("note", flat=True)) == {recent.pk}
    event = AuditEvent.objects.get(action="safeguarding_notes.erased")
    assert (event.actor_id, event.subject_id, event.data) == (None, None, {"count": 1})
    tasks.erase_safeguarding_notes()
    assert SafeguardingNote.objects.count() == 2


def test_the_declared_period_is_the_real_one() -> None:
    assert timedelta(days=5 * 365) == RETENTION
    assert "5 years" in FOR_SAFETY
