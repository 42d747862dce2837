"""Incident notes: sealed, opened only by the safeguarding lead, audited, and notified without content."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from tests.factories.youthpanel import make_cohort, make_member
from tests.signing import Person, make_staff, signed_in
from tests.standins.smtp import SmtpSink
from youthpanel.meetings import incidents, notifications, tasks
from youthpanel.meetings.incidents import IncidentNoteData
from youthpanel.models import IncidentNote, Member

pytestmark = pytest.mark.django_db
NOTES = "/admin/youthpanel/incidents/"
SAID = "Видео сам модрицу на руци и чуо шта је рекла."


@pytest.fixture
def safeguarding() -> Person:
    return signed_in("safe", "safeguarding")


@pytest.fixture
def member() -> Member:
    return make_member(make_cohort(), pseudonym="Храбри јеж")


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with (
        SmtpSink() as sink,
        override_settings(
            MAIL_SMTP_URL=sink.url,
            MAIL_SMTP_PASSWORD_FILE="",
            EVENTS_MAIL_ADDRESS="panel@example.org",
            SITE_URL="https://portal.example.org",
        ),
    ):
        yield sink


def write(actor: User, member: Member | None = None, *, urgent: bool = False) -> IncidentNote:
    draft = IncidentNoteData(text=SAID, member=member, urgent=urgent)
    incidents.write_note(draft=draft, actor=actor, now=timezone.now())
    return IncidentNote.objects.latest("pk")


def test_a_note_from_a_coordinator_to_the_lead(person: Person, safeguarding: Person, member: Member) -> None:
    assert person.client.get(f"{NOTES}add/").status_code == 200
    answer = person.client.post(f"{NOTES}add/", {"text": SAID, "member": member.pk, "urgent": "on"}, follow=True)
    assert answer.redirect_chain == [(f"{NOTES}kept/", 302)]
    assert SAID not in answer.content.decode()
    note = IncidentNote.objects.get()
    assert (note.member, note.urgent, note.written_by) == (member, True, person.user)
    assert SAID.encode() not in bytes(note.sealed)

    start = safeguarding.client.get("/admin/")
    assert start.status_code == 302
    assert start["Location"] == NOTES
    listed = safeguarding.client.get(NOTES)
    assert listed.context["waiting"] == 1
    assert SAID not in listed.content.decode()
    opened = safeguarding.client.post(f"{NOTES}{note.pk}/open/")
    assert SAID in opened.content.decode()
    assert "no-store" in opened.headers["Cache-Control"]
    assert safeguarding.client.post(f"{NOTES}{note.pk}/settle/").status_code == 302
    assert safeguarding.client.post(f"{NOTES}{note.pk}/settle/").status_code == 302
    assert incidents.count_open_notes() == 0
    done = AuditEvent.objects.filter(subject_table="youthpanel_incidentnote").order_by("pk")
    assert [(event.action, event.actor_id, event.data) for event in done] == [
        ("incident.reported", person.user.pk, {}),
        ("incident.opened", safeguarding.user.pk, {}),
        ("incident.closed", safeguarding.user.pk, {}),
    ]


def test_nobody_else_opens_one_not_by_a_guessed_number_either(person: Person, member: Member) -> None:
    note = write(person.user, member)
    everything = User.objects.create_superuser("operator")
    for address in (NOTES, f"{NOTES}{note.pk}/open/", f"{NOTES}{note.pk}/settle/", f"{NOTES}{note.pk + 1}/open/"):
        assert person.client.get(address).status_code in {403, 405}
        assert person.client.post(address).status_code in {403, 405}
    assert person.client.post(f"{NOTES}{note.pk}/open/").status_code == 403
    for actor in (person.user, make_staff("auditor", "auditor"), everything):
        with pytest.raises(PermissionDenied):
            incidents.read_note(note=note, actor=actor, now=timezone.now())
        with pytest.raises(PermissionDenied):
            incidents.close_note(note=note, actor=actor, now=timezone.now())
    assert not AuditEvent.objects.filter(action="incident.opened").exists()
    note.refresh_from_db()
    assert note.settled_at is None


def test_without_keys_nothing_is_lost(person: Person, safeguarding: Person) -> None:
    with override_settings(SEALING_PUBLIC_KEYS=Path("/nonexistent"), SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        answer = person.client.post(f"{NOTES}add/", {"text": SAID})
        assert answer.status_code == 422
        assert answer.context["form"].non_field_errors()
        assert SAID in answer.content.decode()
        assert not IncidentNote.objects.exists()
    note = write(person.user)
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        answer = safeguarding.client.post(f"{NOTES}{note.pk}/open/", follow=True)
    assert answer.redirect_chain == [(NOTES, 302)]
    assert answer.context["messages"]
    assert not AuditEvent.objects.filter(action="incident.opened").exists()


def test_an_empty_note_is_none(person: Person) -> None:
    answer = person.client.post(f"{NOTES}add/", {"text": "  ", "member": "999"})
    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == ["member", "text"]
    assert not IncidentNote.objects.exists()


def test_what_is_urgent_comes_first_and_what_is_settled_last(coordinator: User, lead: User) -> None:
    old, urgent, settled = write(coordinator), write(coordinator, urgent=True), write(coordinator, urgent=True)
    incidents.close_note(note=settled, actor=lead, now=timezone.now())
    assert list(incidents.list_notes()) == [urgent, old, settled]


def test_the_lead_is_told_once_and_nothing_of_it(sink: SmtpSink, coordinator: User, lead: User, member: Member) -> None:
    User.objects.filter(pk=lead.pk).update(email="lead@example.org")
    User.objects.filter(pk=coordinator.pk).update(email="coordinator@example.org")
    now = timezone.now()
    assert notifications.notify_safeguarding_lead(now=now) == 0
    write(coordinator, member, urgent=True)
    write(coordinator)
    assert notifications.notify_safeguarding_lead(now=now) == 1
    assert notifications.notify_safeguarding_lead(now=now) == 0
    [letter] = sink.letters
    assert letter.recipients == ["lead@example.org"]
    text = letter.message.as_string() + letter.text
    for word in ("модриц", "јеж", "панел", "incident", "инцидент", "coordinator@"):
        assert word not in text.lower()
    assert "https://portal.example.org/admin/" in letter.text


def test_the_clock_starts_what_happens_by_itself(sink: SmtpSink, coordinator: User, lead: User) -> None:
    started = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {tasks.notify_incidents.name, tasks.delete_orphaned_files.name} <= started
    assert tasks.notify_incidents.name in settings.EXTERNAL_SERVER_TASKS
    User.objects.filter(pk=lead.pk).update(email="lead@example.org")
    write(coordinator)
    tasks.notify_incidents()
    # Run again, as a broker may deliver a task twice.
    tasks.notify_incidents()
    tasks.delete_orphaned_files()
    assert len(sink.letters) == 1


def test_a_server_that_says_no_is_asked_again(coordinator: User, lead: User) -> None:
    User.objects.filter(pk=lead.pk).update(email="lead@example.org")
    note = write(coordinator)
    with override_settings(MAIL_SMTP_URL="smtp://127.0.0.1:9", EVENTS_MAIL_ADDRESS="panel@example.org"):
        assert notifications.notify_safeguarding_lead(now=timezone.now()) == 0
    note.refresh_from_db()
    assert note.told_at is None
    with SmtpSink() as sink, override_settings(MAIL_SMTP_URL=sink.url, EVENTS_MAIL_ADDRESS="panel@example.org"):
        assert (
            notifications.notify_safeguarding_lead(now=timezone.now() + notifications.RETRY_PERIOD + timedelta(hours=1))
            == 0
        )
        assert notifications.notify_safeguarding_lead(now=timezone.now()) == 1
    note.refresh_from_db()
    assert note.told_at is not None
