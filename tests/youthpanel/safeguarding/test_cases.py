"""Notes as cases: taken by one person, handed over, with dated actions, results and an outcome; every text is sealed."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings
from django.utils import timezone
from django.utils.timezone import localdate

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent
from clicksafely.common.staff import waiting
from tests.clients.staff import Person, make_staff
from tests.database import as_role_of
from tests.youthpanel.safeguarding.conftest import NOTES, write
from youthpanel.models import ActionKind, NoteOutcome, SafeguardingAction, SafeguardingNote
from youthpanel.safeguarding import selectors, services

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


def test_a_note_cannot_be_taken_twice(note: SafeguardingNote, safeguarding: Person, deputy: Person) -> None:
    case = f"{NOTES}{note.pk}/"
    assert safeguarding.client.post(f"{case}take/").status_code == 302
    answer = deputy.client.post(f"{case}take/")
    assert (answer.status_code, bool(answer.context["refusal"])) == (422, True)
    note.refresh_from_db()
    assert note.assigned_to == safeguarding.user
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


def test_a_case_can_be_reassigned_only_to_safeguarding_leads(
    note: SafeguardingNote, safeguarding: Person, person: Person
) -> None:
    form = {"to": person.user.pk}
    assert safeguarding.client.post(f"{NOTES}{note.pk}/hand-over/", form).status_code == 422
    with pytest.raises(ActionRefused):
        services.hand_over_note(note=note, to=person.user, actor=safeguarding.user, now=timezone.now())


@pytest.mark.parametrize("role", ["coordinator", "editor", "supervisor", "auditor"])
def test_others_do_nothing(note: SafeguardingNote, lead: User, role: str) -> None:
    action, actor, now = plan(note, lead), make_staff("attacker", role), timezone.now()
    for attempt in (
        lambda: services.take_note(note=note, actor=actor, now=now),
        lambda: services.hand_over_note(note=note, to=lead, actor=actor, now=now),
        lambda: services.plan_action(
            note=note, kind=ActionKind.ACTION, text="x", due_on=localdate(now), actor=actor, now=now
        ),
        lambda: services.finish_action(action=action, result="x", actor=actor, now=now),
        lambda: services.close_note(note=note, outcome=NoteOutcome.POLICE, words="", actor=actor, now=now),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


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


def test_an_action_of_another_note_is_not_found(
    note: SafeguardingNote, coordinator: User, safeguarding: Person
) -> None:
    other = plan(write(coordinator), safeguarding.user)
    answer = safeguarding.client.post(f"{NOTES}{note.pk}/actions/{other.pk}/done/", {"result": "x"})
    assert answer.status_code == 404


def test_a_past_day_is_refused_and_the_text_stays(note: SafeguardingNote, safeguarding: Person) -> None:
    yesterday = localdate() - timedelta(days=1)
    form = {"kind": "action", "text": PLANNED, "due_on": yesterday.isoformat()}
    answer = safeguarding.client.post(f"{NOTES}{note.pk}/actions/add/", form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["due_on"])
    assert PLANNED in answer.content.decode()


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
            assert {PLANNED, CAME} & {*form.values()} <= {
                text for text in form.values() if text in answer.content.decode()
            }
    assert note.actions.get().done_at is None
    assert not note.openings.exists()


def test_the_home_page_and_the_menu_count_overdue_actions(
    note: SafeguardingNote, safeguarding: Person, person: Person
) -> None:
    services.take_note(note=note, actor=safeguarding.user, now=timezone.now())
    today = localdate()
    action = plan(note, safeguarding.user, days=0)
    assert selectors.count_waiting(safeguarding.user, today) == 0
    assert [each.pk for each in selectors.actions_of_the_week(today)] == [action.pk]
    SafeguardingAction.objects.update(due_on=today - timedelta(days=1))
    assert selectors.count_waiting(safeguarding.user, today) == 1
    safeguarding.client.cookies["lang"] = "en"
    assert "Overdue actions of safeguarding notes" in safeguarding.client.get("/admin/").content.decode()
    assert safeguarding.client.get(NOTES).context["overdue_count"] == 1
    person.client.cookies["lang"] = "en"
    shown = person.client.get("/admin/").content.decode()
    assert "Overdue actions" not in shown
    services.finish_action(action=action, result=CAME, actor=safeguarding.user, now=timezone.now())
    assert selectors.count_waiting(safeguarding.user, today) == 0


def test_a_reassigned_note_is_counted_until_the_receiver_opens_it(
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
        menu = home.content.decode().partition('<nav id="staff-menu"')[2]
        link = re.search(f'href="{NOTES}">.*?</a>', menu)
        assert link
        assert ('class="waiting"' in link[0]) == bool(number)
    assert safeguarding.client.post(f"{case}open/").status_code == 200
    assert selectors.count_waiting(receiver, today) == 1
    assert deputy.client.post(f"{case}open/").status_code == 200
    assert selectors.count_waiting(receiver, today) == 0
    # Handed back, it counts for the first person.
    note.refresh_from_db()
    services.hand_over_note(note=note, to=giver, actor=receiver, now=timezone.now())
    assert [selectors.count_waiting(user, today) for user in (giver, receiver)] == [1, 0]


def test_a_missing_deputy_is_named(safeguarding: Person) -> None:
    assert safeguarding.client.get(NOTES).context["lacks_deputy"]
    make_staff("second", "safeguarding")
    assert not safeguarding.client.get(NOTES).context["lacks_deputy"]
