"""Alerts of safeguarding: without content, to the lead and the deputy at once, until the person with the note knows it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.alerts import content, planning, selectors
from clicksafely.common.alerts.models import Alert, AlertMessage, AlertOccurrence
from clicksafely.common.alerts.services import claim_alert
from tests.clients.staff import Person, make_staff
from tests.database import as_role_of
from tests.factories.alerts import give_shift
from tests.youthpanel.safeguarding.conftest import write
from tests.youthpanel.safeguarding.test_cases import plan
from youthpanel.models import Member, SafeguardingNote
from youthpanel.safeguarding import services, tasks
from youthpanel.safeguarding.alerts import OVERDUE, URGENT, raise_due_alerts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sender() -> Iterator[None]:
    with override_settings(EVENTS_MAIL_ADDRESS="panel@example.org", SITE_URL="https://portal.example.org"):
        yield


@pytest.fixture
def people(lead: User) -> list[User]:
    """The lead and the deputy with addresses, and a supervisor and a coordinator, who are on duty."""
    for name, role in (("vera", "supervisor"), ("mila", "coordinator")):
        give_shift(make_staff(name, role))
    deputy = make_staff("second", "safeguarding")
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
    return [lead, deputy]


def test_an_urgent_note_alerts_both_until_it_is_taken(coordinator: User, member: Member, people: list[User]) -> None:
    now = timezone.now()
    write(coordinator, member)
    assert raise_due_alerts(now=now) == 0
    note = write(coordinator, member, urgent=True)
    with as_role_of("worker"):
        assert raise_due_alerts(now=now) == 1
        assert raise_due_alerts(now=now) == 0
        assert planning.plan_alerts(now=now) == 2
    alert = Alert.objects.get()
    assert (alert.kind, alert.count) == (URGENT, 1)
    assert {message.person for message in AlertMessage.objects.all()} == set(people)
    message = AlertMessage.objects.earliest("pk")
    text = content.write_email(message=message, alert=alert, to="lead@example.org", now=now).decode()
    hook = content.write_webhook(message=message, alert=alert).decode()
    for word in ("модриц", "јеж", member.pseudonym, str(note.uuid), "coordinator"):
        assert word not in text + hook
    assert "https://portal.example.org/admin/youthpanel/safeguarding/" in hook
    # Without a claim both are alerted again, hourly.
    rules = selectors.alert_rules()
    assert planning.plan_alerts(now=now + timedelta(minutes=rules.repeat_minutes, seconds=1)) == 2
    services.take_note(note=note, actor=people[1], now=now)
    alert.refresh_from_db()
    assert (alert.state, alert.claimed_by) == ("claimed", people[1])
    assert raise_due_alerts(now=now) == 0


def test_a_note_that_was_taken_or_taken_over_alerts_no_one(coordinator: User, people: list[User]) -> None:
    note, now = write(coordinator, urgent=True), timezone.now()
    tasks.alert_safeguarding()
    tasks.alert_safeguarding()
    assert list(AlertOccurrence.objects.values_list("kind", "reference")) == [(URGENT, note.pk)]
    services.take_note(note=note, actor=people[0], now=now)
    assert not AlertOccurrence.objects.exists()
    note.refresh_from_db()
    services.hand_over_note(note=note, to=people[1], actor=people[1], now=now)
    assert raise_due_alerts(now=now + timedelta(hours=9)) == 0


@pytest.mark.parametrize("taken", [False, True])
def test_a_reassigned_urgent_note_alerts_until_the_receiver_opens_it(
    coordinator: User, member: Member, people: list[User], *, taken: bool
) -> None:
    giver, receiver = people
    note, now = write(coordinator, member, urgent=True), timezone.now()
    raise_due_alerts(now=now)
    planning.plan_alerts(now=now)
    if taken:
        services.take_note(note=note, actor=giver, now=now)
        note.refresh_from_db()
    AlertMessage.objects.all().delete()
    with as_role_of("staff"):
        services.hand_over_note(note=note, to=receiver, actor=giver, now=now)
    note.refresh_from_db()
    later = now + timedelta(minutes=selectors.alert_rules().repeat_minutes, seconds=1)
    with as_role_of("worker"):
        planning.plan_alerts(now=later)
    assert AlertMessage.objects.filter(person=receiver).exists()
    # A claim of the alert, or an opening by the giver, does not tell the receiver.
    services.read_note(note=note, actor=giver, now=later)
    claim_alert(alert=Alert.objects.get(state="open"), actor=giver, now=later)
    again = later + timedelta(hours=3)
    with as_role_of("worker"):
        assert raise_due_alerts(now=again) == 1
        assert planning.plan_alerts(now=again) == 2
    services.read_note(note=note, actor=receiver, now=again)
    assert not Alert.objects.filter(state="open").exists()
    with as_role_of("worker"):
        assert raise_due_alerts(now=again + timedelta(hours=9)) == 0


def test_an_overdue_action_alerts_until_it_is_done(coordinator: User, people: list[User]) -> None:
    note, now = write(coordinator), timezone.now()
    action = plan(note, people[0], days=0)
    assert raise_due_alerts(now=now) == 0
    late = now + timedelta(days=1)
    with as_role_of("worker"):
        assert raise_due_alerts(now=late) == 1
        assert planning.plan_alerts(now=late) == 2
    assert Alert.objects.get().kind == OVERDUE
    services.finish_action(action=action, result="x", actor=people[0], now=late)
    assert Alert.objects.get().state == "claimed"
    assert raise_due_alerts(now=late + timedelta(days=9)) == 0


def test_the_lead_sees_the_alert_and_coordinators_and_supervisors_do_not(
    coordinator: User, people: list[User], safeguarding: Person, person: Person
) -> None:
    write(coordinator, urgent=True)
    raise_due_alerts(now=timezone.now())
    planning.plan_alerts(now=timezone.now())
    [alert] = selectors.open_alerts(safeguarding.user)
    # No receipt calls the hotline staffed because of the lead.
    assert safeguarding.user not in selectors.rostered_people()
    assert safeguarding.user in selectors.alerted_people()
    assert safeguarding.client.get("/admin/alerts/open/").status_code == 200
    assert selectors.alert_history(safeguarding.user).count() == 1
    assert not selectors.alert_history(User.objects.get(username="vera")).exists()
    assert selectors.open_alerts(person.user) == []
    assert person.client.get("/admin/alerts/open/").status_code == 403
    assert person.client.post(f"/admin/alerts/{alert.pk}/claim/").status_code == 403
    assert safeguarding.client.post(f"/admin/alerts/{alert.pk}/claim/").status_code == 302
    # The note stays with no one until it is taken.
    assert SafeguardingNote.objects.get().assigned_to is None


def test_an_urgent_note_alerts_again_if_it_was_not_taken_after_the_claim(
    coordinator: User, people: list[User], safeguarding: Person
) -> None:
    note, now = write(coordinator, urgent=True), timezone.now()
    raise_due_alerts(now=now)
    planning.plan_alerts(now=now)
    claim_alert(alert=Alert.objects.get(), actor=safeguarding.user, now=now)
    assert raise_due_alerts(now=now + timedelta(minutes=59)) == 0
    late = now + timedelta(hours=2)
    with as_role_of("worker"):
        assert raise_due_alerts(now=late) == 1
        assert planning.plan_alerts(now=late) == 2
    # Once, until this alert has ended too.
    assert raise_due_alerts(now=late + timedelta(hours=9)) == 0
    services.take_note(note=note, actor=people[0], now=late)
    assert raise_due_alerts(now=late + timedelta(hours=9)) == 0
