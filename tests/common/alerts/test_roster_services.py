"""Changes of the roster: who may make them, what is refused, and that each is recorded without an address."""

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from clicksafely.accounts.models import User
from clicksafely.common.alerts import exceptions, roster_services, secret_encryption, selectors
from clicksafely.common.alerts.models import AlertChannel, DutyShift, WebhookHost
from clicksafely.common.alerts.roster_services import RulesData, ShiftData
from clicksafely.common.models import AuditEvent
from tests.common.alerts.conftest import NIGHT
from tests.database import as_role_of
from tests.factories.alerts import give_shift, give_webhook, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    return make_person("lead", "supervisor")


@pytest.fixture
def administrator() -> User:
    return User.objects.create(username="administrator", is_staff=True, is_superuser=True)


def data_of(person: User, **columns: object) -> ShiftData:
    defaults = {"weekdays": [7, 1, 1], "starts_at": time(22), "ends_at": time(6)}
    return ShiftData(person=person, **(defaults | columns))  # type: ignore[arg-type]


def test_a_shift_is_added_changed_and_removed(lead: User) -> None:
    person = make_person("first")
    with as_role_of("staff"):
        shift = roster_services.save_shift(data=data_of(person), actor=lead, now=NIGHT)
        assert shift.weekdays == [1, 7]
        roster_services.save_shift(data=data_of(person, order=2), actor=lead, now=NIGHT, shift=shift)
        assert [each.order for each in selectors.roster()] == [2]
        roster_services.delete_shift(shift=shift, actor=lead, now=NIGHT)
    events = AuditEvent.objects.order_by("id")
    assert [event.action for event in events] == ["duty.shift_added", "duty.shift_changed", "duty.shift_removed"]
    assert events[0].data["weekdays"] == [1, 7]


def test_an_impossible_shift(lead: User) -> None:
    person = make_person("first")
    for columns in ({"weekdays": [8]}, {"weekdays": []}, {"order": 0}):
        with pytest.raises(ValidationError):
            roster_services.save_shift(data=data_of(person, **columns), actor=lead, now=NIGHT)


def test_an_unreachable_person_gets_no_shift(lead: User) -> None:
    person = make_person("first")
    person.email = ""
    person.save()
    with pytest.raises(exceptions.NotReachable):
        roster_services.save_shift(data=data_of(person), actor=lead, now=NIGHT)
    give_webhook(person, "https://a.example.org/")
    roster_services.save_shift(data=data_of(person), actor=lead, now=NIGHT)


def test_an_address_is_added_once_and_not_recorded(lead: User) -> None:
    person = make_person("first")
    arguments = {"person": person, "address": "night@phone.example.org", "actor": lead, "now": NIGHT}
    channel = roster_services.add_email_channel(**arguments)  # type: ignore[arg-type]
    with pytest.raises(exceptions.ChannelExists):
        roster_services.add_email_channel(**arguments)  # type: ignore[arg-type]
    roster_services.delete_channel(channel=channel, actor=lead, now=NIGHT)
    assert [event.data for event in AuditEvent.objects.order_by("id")] == [
        {"person": person.pk, "medium": "email"},
        {"person": person.pk, "medium": "email"},
    ]


def test_a_webhook_has_a_secret_of_its_own_that_is_encrypted(lead: User) -> None:
    WebhookHost.objects.create(host="alerts.example.org")
    added = [
        roster_services.add_webhook_channel(
            person=lead, address=f"https://alerts.example.org/{number}", actor=lead, now=NIGHT
        )
        for number in range(2)
    ]
    secrets = [secret for _channel, secret in added]
    assert len(set(secrets)) == 2
    for channel, secret in added:
        encrypted = bytes(AlertChannel.objects.get(pk=channel.pk).encrypted_secret or b"")
        assert secret.encode() not in encrypted
        assert secret_encryption.decrypt(encrypted) == secret
    assert not any(secret in str(event.data) for event in AuditEvent.objects.all() for secret in secrets)


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example.org/",
        "https://alerts.example.org.evil.test/",
        "https://alerts.example.org:8443/",
        "http://alerts.example.org/",
        "https://user:password@alerts.example.org/",
        "https://alerts.example.org@evil.test/",
    ],
)
def test_a_webhook_to_a_host_that_is_not_listed(lead: User, address: str) -> None:
    WebhookHost.objects.create(host="alerts.example.org")
    with pytest.raises(exceptions.InvalidWebhook):
        roster_services.add_webhook_channel(person=lead, address=address, actor=lead, now=NIGHT)
    assert not AlertChannel.objects.exists()


def test_only_an_administrator_permits_hosts(lead: User, administrator: User) -> None:
    with pytest.raises(PermissionDenied):
        roster_services.permit_host(host="alerts.example.org", actor=lead, now=NIGHT)
    with pytest.raises(PermissionDenied):
        roster_services.forbid_host(host="alerts.example.org", actor=lead, now=NIGHT)
    with as_role_of("staff"):
        for _ in range(2):
            roster_services.permit_host(host=" Alerts.example.org ", actor=administrator, now=NIGHT)
        roster_services.permit_host(host="b.example.org:8443", actor=administrator, now=NIGHT)
        assert selectors.webhook_hosts() == ["alerts.example.org", "b.example.org:8443"]
        roster_services.forbid_host(host="alerts.example.org", actor=administrator, now=NIGHT)
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == [
        *["duty.host_permitted"] * 2,
        "duty.host_forbidden",
    ]


def test_neither_a_host_nor_an_address(lead: User, administrator: User) -> None:
    for host in ("", "localhost", "127.0.0.1", "https://a.example.org", "*.org"):
        with pytest.raises(exceptions.InvalidHost):
            roster_services.permit_host(host=host, actor=administrator, now=NIGHT)
    for address in ("", "night@phone", "a@b.example.org\nBcc: c@d.example.org"):
        with pytest.raises(exceptions.InvalidAddress):
            roster_services.add_email_channel(person=lead, address=address, actor=lead, now=NIGHT)


def test_only_supervisors_change_the_roster() -> None:
    person = make_person("first", "auditor")
    shift, channel = give_shift(person), give_webhook(person, "https://a.example.org/")
    rules = RulesData(claim_minutes=5, repeat_minutes=60, hourly_limit_person=12, hourly_limit_total=60)
    attempts = [
        lambda: roster_services.save_shift(data=data_of(person), actor=person, now=NIGHT),
        lambda: roster_services.delete_shift(shift=shift, actor=person, now=NIGHT),
        lambda: roster_services.add_email_channel(person=person, address="a@b.example.org", actor=person, now=NIGHT),
        lambda: roster_services.add_webhook_channel(person=person, address="https://a.b/", actor=person, now=NIGHT),
        lambda: roster_services.delete_channel(channel=channel, actor=person, now=NIGHT),
        lambda: roster_services.save_rules(data=rules, actor=person, now=NIGHT),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    assert (DutyShift.objects.count(), AlertChannel.objects.count()) == (1, 1)


def test_rules_in_their_range(lead: User) -> None:
    data = RulesData(claim_minutes=5, repeat_minutes=30, hourly_limit_person=6, hourly_limit_total=30)
    roster_services.save_rules(data=data, actor=lead, now=NIGHT)
    assert selectors.alert_rules().claim_minutes == 5
    with pytest.raises(IntegrityError):
        roster_services.save_rules(
            data=RulesData(claim_minutes=0, repeat_minutes=30, hourly_limit_person=6, hourly_limit_total=30),
            actor=lead,
            now=NIGHT,
        )


def test_people_without_an_address(lead: User) -> None:
    first, second = make_person("first"), make_person("second")
    give_shift(first)
    User.objects.update(email="")
    assert [person.username for person in selectors.people_without_address()] == ["first", "lead"]
    give_webhook(first, "https://a.example.org/")
    assert [person.username for person in selectors.people_without_address()] == ["lead"]
    assert second not in selectors.people_without_address()
