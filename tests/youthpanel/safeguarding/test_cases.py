"""Notes as cases: taken by one person, handed over, with dated actions, results and an outcome; every text is sealed."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from django.utils import timezone
from django.utils.timezone import localdate

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff import waiting
from clicksafely.devserver.mock_services.smtp import SmtpSink
from tests.clients.staff import Person, make_staff
from tests.database import as_role_of
from tests.youthpanel.safeguarding.conftest import NOTE_TEXT, NOTES, write
from youthpanel.models import (
    ActionKind,
    IdentityOpening,
    Member,
    NoteOutcome,
    OpeningReason,
    SafeguardingAction,
    SafeguardingNote,
)
from youthpanel.safeguarding import identity_services, selectors, services, tasks
from youthpanel.safeguarding.services import RETENTION, erase_closed_notes

pytestmark = pytest.mark.django_db
COUNTERS = waiting._counters
PLANNED, CAME = "Разговор са разредном у четвртак.", "Разредна зна, дете је код тетке."


@pytest.fixture
def note(coordinator: User) -> SafeguardingNote:
    return write(coordinator)


def plan(note: SafeguardingNote, actor: User, *, days: int = 3) -> SafeguardingAction:
    """An action that is due in so many days; in the past, it was planned before."""
    now = timezone.now()
    services.plan_action(
        note=note, kind=ActionKind.ACTION, text=PLANNED, due_on=localdate(now) + timedelta(max(days, 0)), actor=actor, now=now
    )  # fmt: skip
    action = note.actions.latest("pk")
    SafeguardingAction.objects.filter(pk=action.pk).update(due_on=localdate(now) + timedelta(days))
    return action


def test_a_case_from_assignment_to_the_outcome(note: SafeguardingNote, safeguarding: Person, deputy: Person) -> None:
    case = f"{NOTES}{note.pk}/"
    assert safeguarding.client.post(f"{case}take/").status_code == 302
    note.refresh_from_db()
    assert note.assigned_to == safeguarding.user
    day = localdate() + timedelta(days=3)
    form = {"kind": "follow-up", "text": PLANNED, "due_on": day.isoformat()}
    past = form | {"due_on": (localdate() - timedelta(days=1)).isoformat()}
    answer = safeguarding.client.post(f"{case}actions/add/", past)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["due_on"])
    assert PLANNED in answer.content.decode()
    assert safeguarding.client.post(f"{case}actions/add/", form).status_code == 302
    action = note.actions.get()
    assert (action.kind, action.due_on, action.planned_by) == ("follow-up", day, safeguarding.user)
    assert safeguarding.client.post(f"{case}hand-over/", {"to": deputy.user.pk}).status_code == 302
    note.refresh_from_db()
    assert note.assigned_to == deputy.user
    # The texts are shown by a recorded opening only.
    assert PLANNED not in deputy.client.get(case).content.decode()
    assert PLANNED in deputy.client.post(f"{case}open/").content.decode()
    assert deputy.client.post(f"{case}actions/{action.pk}/done/", {"result": CAME}).status_code == 302
    words = "Центар је преузео случај."
    assert deputy.client.post(f"{case}close/", {"outcome": "social-work", "words": words}).status_code == 302
    note.refresh_from_db()
    assert (note.outcome, note.closed_at is not None) == ("social-work", True)
    html = deputy.client.post(f"{case}open/").content.decode()
    assert all(text in html for text in (PLANNED, CAME, words))
    action.refresh_from_db()
    for sealed in (action.sealed, action.sealed_result, note.sealed_outcome):
        assert all(text.encode() not in bytes(sealed or b"") for text in (PLANNED, CAME, words))
    events = AuditEvent.objects.filter(subject_table="youthpanel_safeguardingnote").order_by("pk")
    assert [event.action.removeprefix("safeguarding_note.") for event in events] == [
        "reported", "claimed", "action_planned", "handed_over", "opened", "action_done", "closed", "opened",
    ]  # fmt: skip


def test_a_note_is_taken_once_and_handed_over_to_leads_only(
    note: SafeguardingNote, safeguarding: Person, deputy: Person, person: Person
) -> None:
    case = f"{NOTES}{note.pk}/"
    assert safeguarding.client.post(f"{case}take/").status_code == 302
    answer = deputy.client.post(f"{case}take/")
    assert (answer.status_code, bool(answer.context["refusal"])) == (422, True)
    note.refresh_from_db()
    assert note.assigned_to == safeguarding.user
    assert safeguarding.client.post(f"{case}hand-over/", {"to": person.user.pk}).status_code == 422
    with pytest.raises(ActionRefused):
        services.hand_over_note(note=note, to=person.user, actor=safeguarding.user, now=timezone.now())
    # The deputy may take over from the lead, who is ill.
    assert deputy.client.post(f"{case}hand-over/", {"to": deputy.user.pk}).status_code == 302


def test_a_stale_page_does_not_undo_a_handover(note: SafeguardingNote, lead: User) -> None:
    second, third = make_staff("second", "safeguarding"), make_staff("third", "safeguarding")
    now = timezone.now()
    stale = SafeguardingNote.objects.get(pk=note.pk)
    services.hand_over_note(note=note, to=second, actor=lead, now=now)
    with pytest.raises(ActionRefused):
        services.hand_over_note(note=stale, to=third, actor=lead, now=now)
    note.refresh_from_db()
    assert note.assigned_to == second


def test_others_do_nothing(note: SafeguardingNote, coordinator: User, lead: User) -> None:
    action = plan(note, lead)
    superuser = User.objects.create_superuser("operator")
    for actor in (coordinator, make_staff("attacker", "supervisor"), superuser):
        act: dict[str, Any] = {"actor": actor, "now": timezone.now()}
        plans = {"kind": ActionKind.ACTION, "text": "x", "due_on": localdate()}
        for attempt in (
            lambda act=act: services.read_note(note=note, **act),
            lambda act=act: services.take_note(note=note, **act),
            lambda act=act: services.hand_over_note(note=note, to=lead, **act),
            lambda act=act, plans=plans: services.plan_action(note=note, **plans, **act),
            lambda act=act: services.finish_action(action=action, result="x", **act),
            lambda act=act: services.close_note(note=note, outcome=NoteOutcome.POLICE, words="", **act),
            lambda act=act: identity_services.open_identity(note=note, reason=OpeningReason.DANGER, words="x", **act),
            lambda act=act: identity_services.open_contacts(note=note, **act),
        ):
            with pytest.raises(PermissionDenied):
                attempt()
    assert not AuditEvent.objects.filter(action="safeguarding_note.opened").exists()
    assert not IdentityOpening.objects.exists()


def test_it_is_not_closed_with_open_actions_or_without_words_of_another_outcome(
    note: SafeguardingNote, safeguarding: Person
) -> None:
    case = f"{NOTES}{note.pk}/"
    action = plan(note, safeguarding.user)
    assert safeguarding.client.post(f"{case}close/", {"outcome": "police"}).status_code == 422
    services.finish_action(action=action, result=CAME, actor=safeguarding.user, now=timezone.now())
    answer = safeguarding.client.post(f"{case}close/", {"outcome": "other"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["words"])
    assert safeguarding.client.post(f"{case}close/", {}).status_code == 422
    assert safeguarding.client.post(f"{case}close/", {"outcome": "other", "words": "Пресељење"}).status_code == 302
    # Nothing is added to a closed note.
    for page, form in (
        ("actions/add/", {"kind": "action", "text": "x", "due_on": localdate().isoformat()}),
        (f"actions/{action.pk}/done/", {"result": "x"}),
        ("take/", {}),
    ):
        assert safeguarding.client.post(f"{case}{page}", form).status_code == 422


def test_without_keys_nothing_is_saved_and_the_texts_stay(note: SafeguardingNote, safeguarding: Person) -> None:
    case, day = f"{NOTES}{note.pk}/", localdate().isoformat()
    action = plan(note, safeguarding.user)
    with override_settings(SEALING_PUBLIC_KEYS=Path("/nonexistent"), SEALING_PRIVATE_KEYS=Path("/nonexistent")):
        for page, form in (
            ("actions/add/", {"kind": "action", "text": PLANNED, "due_on": day}),
            (f"actions/{action.pk}/done/", {"result": CAME}),
            ("identity/", {"reason": "danger", "words": CAME}),
        ):
            answer = safeguarding.client.post(f"{case}{page}", form)
            assert answer.status_code == 422
            typed = {PLANNED, CAME} & {*form.values()}
            assert all(text in answer.content.decode() for text in typed)
    assert note.actions.get().done_at is None
    assert not note.openings.exists()


def test_reassigned_notes_and_overdue_actions_are_counted(
    note: SafeguardingNote, safeguarding: Person, deputy: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_counters", dict(COUNTERS))
    giver, receiver, today = safeguarding.user, deputy.user, localdate()
    services.take_note(note=note, actor=giver, now=timezone.now())
    case = f"{NOTES}{note.pk}/"
    services.read_note(note=note, actor=receiver, now=timezone.now())
    assert safeguarding.client.post(f"{case}hand-over/", {"to": receiver.pk}).status_code == 302
    with as_role_of("staff"):
        assert [selectors.count_waiting(user, today) for user in (giver, receiver)] == [0, 1]
    waiting.forget_counts()
    for person, number in ((safeguarding, 0), (deputy, 1)):
        home = person.client.get("/admin/")
        assert [count.number for count in home.context["home"].waiting if count.url == NOTES] == [1] * number
    assert safeguarding.client.post(f"{case}open/").status_code == 200
    assert selectors.count_waiting(receiver, today) == 1
    assert deputy.client.post(f"{case}open/").status_code == 200
    assert selectors.count_waiting(receiver, today) == 0
    # Handed back, it counts for the first person.
    note.refresh_from_db()
    services.hand_over_note(note=note, to=giver, actor=receiver, now=timezone.now())
    assert [selectors.count_waiting(user, today) for user in (giver, receiver)] == [1, 0]
    services.read_note(note=note, actor=giver, now=timezone.now())
    action = plan(note, giver, days=0)
    assert selectors.count_waiting(giver, today) == 0
    assert [each.pk for each in selectors.actions_of_the_week(today)] == [action.pk]
    SafeguardingAction.objects.update(due_on=today - timedelta(days=1))
    assert selectors.count_waiting(giver, today) == 1
    assert safeguarding.client.get(NOTES).context["overdue_count"] == 1


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


def close(note: SafeguardingNote, actor: User) -> None:
    services.close_note(note=note, outcome=NoteOutcome.NO_CONCERN, words="", actor=actor, now=timezone.now())


def test_a_note_from_a_coordinator_to_the_lead(person: Person, safeguarding: Person, member: Member) -> None:
    empty = person.client.post(f"{NOTES}add/", {"text": "  ", "member": "999"})
    assert (empty.status_code, sorted(empty.context["form"].errors)) == (422, ["member", "text"])
    answer = person.client.post(f"{NOTES}add/", {"text": NOTE_TEXT, "member": member.pk, "urgent": "on"}, follow=True)
    assert answer.redirect_chain == [(f"{NOTES}saved/", 302)]
    assert NOTE_TEXT not in answer.content.decode()
    note = SafeguardingNote.objects.get()
    assert (note.member, note.urgent, note.written_by) == (member, True, person.user)
    assert NOTE_TEXT.encode() not in bytes(note.sealed)

    listed = safeguarding.client.get(NOTES)
    assert (listed.context["open_count"], listed.context["overdue_count"]) == (1, 0)
    usual, urgent = write(person.user), write(person.user, urgent=True)
    close(urgent, safeguarding.user)
    # Urgent ones come first, and closed ones last.
    assert list(selectors.list_notes()) == [note, usual, urgent]
    SafeguardingNote.objects.exclude(pk=note.pk).delete()
    assert NOTE_TEXT not in listed.content.decode()
    case = f"{NOTES}{note.pk}/"
    assert NOTE_TEXT not in safeguarding.client.get(case).content.decode()
    response = safeguarding.client.post(f"{case}open/")
    assert NOTE_TEXT in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert safeguarding.client.post(f"{case}close/", {"outcome": "with-child"}).status_code == 302
    assert safeguarding.client.post(f"{case}close/", {"outcome": "with-child"}).status_code == 422
    assert selectors.count_open_notes() == 0
    events = AuditEvent.objects.filter(subject_table="youthpanel_safeguardingnote", subject_id=note.pk).order_by("pk")
    assert [(event.action, event.actor_id, event.data) for event in events] == [
        ("safeguarding_note.reported", person.user.pk, {"source": "staff"}),
        ("safeguarding_note.opened", safeguarding.user.pk, {}),
        ("safeguarding_note.closed", safeguarding.user.pk, {"outcome": "with-child"}),
    ]


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


def test_lead_is_alerted_once_without_content(sink: SmtpSink, coordinator: User, lead: User, member: Member) -> None:
    User.objects.filter(pk=lead.pk).update(email="lead@example.org")
    User.objects.filter(pk=coordinator.pk).update(email="coordinator@example.org")
    now = timezone.now()
    assert services.notify_leads(now=now) == 0
    write(coordinator, member, urgent=True)
    write(coordinator)
    # The process that sends serves no page of the staff site. A broker may deliver a task twice.
    with override_settings(ROOT_URLCONF="clicksafely.urls_public"):
        tasks.notify_safeguarding()
        tasks.notify_safeguarding()
    [letter] = sink.letters
    assert letter.recipients == ["lead@example.org"]
    text = letter.message.as_string() + letter.text
    for word in ("модриц", "јеж", "панел", "incident", "инцидент", "coordinator@"):
        assert word not in text.lower()
    assert "https://portal.example.org/admin/" in letter.text


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
