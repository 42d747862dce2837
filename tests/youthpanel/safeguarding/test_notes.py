"""Safeguarding notes: sealed, opened only by the safeguarding lead, audited, and notified without content."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink
from tests.clients.staff import Person, make_staff
from tests.database import as_role_of
from tests.youthpanel.safeguarding.conftest import NOTE_TEXT, NOTES, write
from youthpanel.meetings.tasks import delete_orphaned_files
from youthpanel.models import Member, NoteOutcome, SafeguardingNote
from youthpanel.safeguarding import selectors, services, tasks

pytestmark = pytest.mark.django_db


def close(note: SafeguardingNote, actor: User) -> None:
    services.close_note(note=note, outcome=NoteOutcome.NO_CONCERN, words="", actor=actor, now=timezone.now())


def test_a_note_from_a_coordinator_to_the_lead(person: Person, safeguarding: Person, member: Member) -> None:
    assert person.client.get(f"{NOTES}add/").status_code == 200
    answer = person.client.post(f"{NOTES}add/", {"text": NOTE_TEXT, "member": member.pk, "urgent": "on"}, follow=True)
    assert answer.redirect_chain == [(f"{NOTES}saved/", 302)]
    assert NOTE_TEXT not in answer.content.decode()
    note = SafeguardingNote.objects.get()
    assert (note.member, note.urgent, note.written_by) == (member, True, person.user)
    assert NOTE_TEXT.encode() not in bytes(note.sealed)

    start = safeguarding.client.get("/admin/")
    assert start.status_code == 200
    assert f'href="{NOTES}"' in start.content.decode()
    assert NOTE_TEXT not in start.content.decode()
    listed = safeguarding.client.get(NOTES)
    assert (listed.context["open_count"], listed.context["overdue_count"]) == (1, 0)
    assert NOTE_TEXT not in listed.content.decode()
    case = f"{NOTES}{note.pk}/"
    assert NOTE_TEXT not in safeguarding.client.get(case).content.decode()
    response = safeguarding.client.post(f"{case}open/")
    assert NOTE_TEXT in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert safeguarding.client.post(f"{case}close/", {"outcome": "with-child"}).status_code == 302
    assert safeguarding.client.post(f"{case}close/", {"outcome": "with-child"}).status_code == 422
    assert selectors.count_open_notes() == 0
    events = AuditEvent.objects.filter(subject_table="youthpanel_safeguardingnote").order_by("pk")
    assert [(event.action, event.actor_id, event.data) for event in events] == [
        ("safeguarding_note.reported", person.user.pk, {"source": "staff"}),
        ("safeguarding_note.opened", safeguarding.user.pk, {}),
        ("safeguarding_note.closed", safeguarding.user.pk, {"outcome": "with-child"}),
    ]


def test_notes_are_closed_to_all_other_users(person: Person, member: Member) -> None:
    note = write(person.user, member)
    everything = User.objects.create_superuser("operator")
    case = f"{NOTES}{note.pk}/"
    pages = ("", "open/", "take/", "hand-over/", "actions/add/", "actions/1/done/", "identity/", "contacts/", "close/")
    for address in (NOTES, f"{NOTES}{note.pk + 1}/open/", *(f"{case}{page}" for page in pages)):
        assert person.client.get(address).status_code in {403, 405}
        assert person.client.post(address).status_code in {403, 405}
    assert person.client.post(f"{case}open/").status_code == 403
    for actor in (person.user, make_staff("auditor", "auditor"), everything):
        with pytest.raises(PermissionDenied):
            services.read_note(note=note, actor=actor, now=timezone.now())
        with pytest.raises(PermissionDenied):
            close(note, actor)
    assert not AuditEvent.objects.filter(action="safeguarding_note.opened").exists()
    note.refresh_from_db()
    assert note.closed_at is None


def test_without_keys_nothing_is_lost(person: Person, safeguarding: Person) -> None:
    with override_settings(SEALING_PUBLIC_KEYS=Path("/nonexistent"), SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        answer = person.client.post(f"{NOTES}add/", {"text": NOTE_TEXT})
        assert answer.status_code == 422
        assert answer.context["form"].non_field_errors()
        assert NOTE_TEXT in answer.content.decode()
        assert not SafeguardingNote.objects.exists()
    note = write(person.user)
    with override_settings(SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        answer = safeguarding.client.post(f"{NOTES}{note.pk}/open/", follow=True)
    assert answer.status_code == 422
    assert answer.context["refusal"]
    assert not AuditEvent.objects.filter(action="safeguarding_note.opened").exists()


def test_an_empty_note_is_none(person: Person) -> None:
    answer = person.client.post(f"{NOTES}add/", {"text": "  ", "member": "999"})
    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == ["member", "text"]
    assert not SafeguardingNote.objects.exists()


def test_urgent_notes_come_first_and_closed_ones_last(coordinator: User, lead: User) -> None:
    old, urgent, settled = write(coordinator), write(coordinator, urgent=True), write(coordinator, urgent=True)
    close(settled, lead)
    assert list(selectors.list_notes()) == [urgent, old, settled]


def test_lead_is_alerted_once_without_content(sink: SmtpSink, coordinator: User, lead: User, member: Member) -> None:
    User.objects.filter(pk=lead.pk).update(email="lead@example.org")
    User.objects.filter(pk=coordinator.pk).update(email="coordinator@example.org")
    now = timezone.now()
    assert services.notify_leads(now=now) == 0
    write(coordinator, member, urgent=True)
    write(coordinator)
    # The process that sends serves no page of the staff site.
    with override_settings(ROOT_URLCONF="clicksafely.urls_public"):
        assert services.notify_leads(now=now) == 1
    assert services.notify_leads(now=now) == 0
    [letter] = sink.letters
    assert letter.recipients == ["lead@example.org"]
    text = letter.message.as_string() + letter.text
    for word in ("модриц", "јеж", "панел", "incident", "инцидент", "coordinator@"):
        assert word not in text.lower()
    assert "https://portal.example.org/admin/" in letter.text


def test_the_tasks_are_scheduled(sink: SmtpSink, coordinator: User, lead: User) -> None:
    started = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {
        task.name for task in (tasks.notify_safeguarding, tasks.alert_safeguarding, delete_orphaned_files)
    } <= started
    assert tasks.erase_safeguarding_notes.name in started
    assert tasks.notify_safeguarding.name in settings.EXTERNAL_SERVER_TASKS
    User.objects.filter(pk=lead.pk).update(email="lead@example.org")
    write(coordinator)
    tasks.notify_safeguarding()
    # Run again, as a broker may deliver a task twice.
    tasks.notify_safeguarding()
    delete_orphaned_files()
    assert len(sink.letters) == 1


def test_a_refusing_mail_server_is_tried_again(coordinator: User, lead: User) -> None:
    User.objects.filter(pk=lead.pk).update(email="lead@example.org")
    note = write(coordinator)
    with override_settings(MAIL_SMTP_URL="smtp://127.0.0.1:9", EVENTS_MAIL_ADDRESS="panel@example.org"):
        assert services.notify_leads(now=timezone.now()) == 0
    note.refresh_from_db()
    assert not note.notified
    with SmtpSink() as sink, override_settings(MAIL_SMTP_URL=sink.url, EVENTS_MAIL_ADDRESS="panel@example.org"):
        assert services.notify_leads(now=timezone.now() + services.RETRY_PERIOD + timedelta(hours=1)) == 0
        assert services.notify_leads(now=timezone.now()) == 1
    note.refresh_from_db()
    assert note.notified


def test_a_reassigned_note_is_announced_until_it_is_opened(sink: SmtpSink, coordinator: User, lead: User) -> None:
    deputy, late = make_staff("second", "safeguarding"), timezone.now() + timedelta(days=9)
    User.objects.filter(pk=deputy.pk).update(email="deputy@example.org")
    note = write(coordinator)
    SafeguardingNote.objects.update(notified=True)
    assert services.notify_leads(now=late) == 0
    services.hand_over_note(note=note, to=deputy, actor=lead, now=late)
    with as_role_of("outside"):
        assert services.notify_leads(now=late) == 1
        assert services.notify_leads(now=late) == 0
    note.refresh_from_db()
    services.hand_over_note(note=note, to=lead, actor=lead, now=late)
    assert services.notify_leads(now=late) == 0
