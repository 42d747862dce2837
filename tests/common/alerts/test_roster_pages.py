"""Tests of the pages of the duty roster, of past alerts and of the permitted hosts of webhooks."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clicksafely.common.alerts.models import Alert, AlertChannel, AlertMessage, DutyShift, WebhookHost
from clicksafely.common.alerts.selectors import alert_rules
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, administrator, signed_in
from tests.factories.alerts import alerting_works, give_shift, make_person, raise_and_plan

pytestmark = pytest.mark.django_db
SHIFT = {"weekdays": ["1", "2"], "starts_at": "08:00", "ends_at": "16:00", "order": "1"}


@pytest.fixture
def vera() -> Person:
    return english(signed_in("vera", "supervisor"))


def english(person: Person) -> Person:
    person.client.cookies["lang"] = "en"
    return person


def page(person: Person, address: str = "") -> str:
    answer = person.client.get(f"/admin/alerts/{address}")
    assert answer.status_code == 200
    return answer.content.decode()


def post(person: Person, address: str, /, **values: object) -> tuple[int, str]:
    answer = person.client.post(f"/admin/alerts/{address}", values)
    return answer.status_code, answer.content.decode()


def error_at(body: str, field: str) -> str:
    """The errors of a field."""
    start = body.index(f'id="id_{field}_error"')
    return body[start : body.index("</ul>", start)]


class TestRoster:
    def test_roster_shows_people_on_duty_and_gaps(self, vera: Person) -> None:
        alerting_works(timezone.now())
        give_shift(make_person("nada"), "00:00", "00:00")
        html = page(vera)
        assert "No one is on duty now" not in html
        assert "gap: no one is on duty" not in html
        assert html.count('class="duty-covered"') == 7
        assert "nada" in html

    def test_an_empty_roster_has_a_message(self, vera: Person) -> None:
        html = page(vera)
        assert "No one is on duty now" in html
        assert html.count('class="duty-gap"') == 7
        assert "No shifts yet." in html

    def test_faults_of_alerting_are_shown(self, vera: Person) -> None:
        assert "alerts are not planned" in page(vera)
        alerting_works(timezone.now())
        assert "The alerting does not work" not in page(vera)

    def test_a_person_without_an_address_is_named(self, vera: Person) -> None:
        person = make_person("nada")
        person.email = ""
        person.save()
        give_shift(person)
        assert "nada cannot be alerted" in page(vera)

    def test_an_analyst_reads_and_changes_nothing(self) -> None:
        ana = english(signed_in("ana", "analyst"))
        give_shift(make_person("nada"))
        AlertChannel.objects.create(person=ana.user, medium="email", address="private@example.org")
        html = page(ana)
        assert "Add a shift" not in html
        # The addresses of colleagues are for those who manage them.
        assert "private@example.org" not in html
        assert post(ana, "shifts/add/", **SHIFT)[0] == 403
        assert post(ana, "test/")[0] == 403
        assert DutyShift.objects.count() == 1

    def test_queries_do_not_grow(self, vera: Person, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        for number in range(12):
            give_shift(make_person(f"p{number}"))
        with django_assert_max_num_queries(25):
            page(vera)


class TestShifts:
    def test_add_change_and_remove(self, vera: Person) -> None:
        nada = make_person("nada")
        assert post(vera, "shifts/add/", person=nada.pk, **SHIFT)[0] == 302
        shift = DutyShift.objects.get()
        assert (shift.weekdays, shift.order) == ([1, 2], 1)
        form = page(vera, f"shifts/{shift.pk}/")
        assert 'value="08:00"' in form
        # A shift does not overlap itself.
        assert post(vera, f"shifts/{shift.pk}/", person=nada.pk, **SHIFT | {"ends_at": "17:00"})[0] == 302
        shift.refresh_from_db()
        assert shift.ends_at.hour == 17
        assert post(vera, f"shifts/{shift.pk}/delete/")[0] == 302
        assert not DutyShift.objects.exists()
        actions = AuditEvent.objects.filter(actor_id=vera.user.pk).order_by("pk").values_list("action", flat=True)
        assert list(actions) == ["duty.shift_added", "duty.shift_changed", "duty.shift_removed"]

    @pytest.mark.parametrize(
        ("change", "field", "reason"),
        [
            ({"person": ""}, "person", "required"),
            ({"person": "999999"}, "person", "Select a valid choice"),
            ({"weekdays": []}, "weekdays", "required"),
            ({"weekdays": ["8"]}, "weekdays", "Select a valid choice"),
            ({"starts_at": "25:00"}, "starts_at", "There is no such time."),
            ({"ends_at": ""}, "ends_at", "required"),
            ({"order": "0"}, "order", "greater than or equal to 1"),
            ({"order": "10"}, "order", "less than or equal to 9"),
            ({"valid_from": "2026-03-02", "valid_until": "2026-03-01"}, "valid_until", "before the first"),
            ({"valid_from": "2026-02-30"}, "valid_from", "There is no such date."),
        ],
    )
    def test_errors_are_at_their_fields(self, vera: Person, change: dict[str, object], field: str, reason: str) -> None:
        values = {"person": make_person("nada").pk, **SHIFT, **change}
        status, body = post(vera, "shifts/add/", **values)
        assert status == 422
        assert reason in error_at(body, field)
        assert not DutyShift.objects.exists()

    def test_overlap_is_reported_at_the_start_field(self, vera: Person) -> None:
        nada = make_person("nada")
        give_shift(nada, "22:00", "09:00")
        status, body = post(vera, "shifts/add/", person=nada.pk, **SHIFT)
        assert status == 422
        assert "another shift at this time: 22:00–09:00" in error_at(body, "starts_at")
        # Another person may be on duty at the same time.
        assert post(vera, "shifts/add/", person=make_person("mira").pk, **SHIFT)[0] == 302

    def test_a_person_without_an_address_is_an_error_at_the_field(self, vera: Person) -> None:
        nada = make_person("nada")
        nada.email = ""
        nada.save()
        status, body = post(vera, "shifts/add/", person=nada.pk, **SHIFT)
        assert (status, DutyShift.objects.count()) == (422, 0)
        assert "cannot be alerted" in error_at(body, "person")

    def test_an_editor_cannot_be_on_duty(self, vera: Person) -> None:
        status, body = post(vera, "shifts/add/", person=make_person("ed", "editor").pk, **SHIFT)
        assert status == 422
        assert "Select a valid choice" in error_at(body, "person")


class TestChannels:
    def test_an_email_channel(self, vera: Person) -> None:
        nada = make_person("nada")
        new = {"person": nada.pk, "medium": "email", "address": "night@example.org"}
        assert post(vera, "channels/add/", **new)[0] == 302
        assert "night@example.org" in page(vera)
        status, body = post(vera, "channels/add/", **new)
        assert status == 422
        assert "already" in error_at(body, "address")
        assert post(vera, f"channels/{AlertChannel.objects.get().pk}/delete/")[0] == 302
        assert not AlertChannel.objects.exists()

    def test_a_webhook_gets_a_secret_that_is_shown_once(self, vera: Person) -> None:
        WebhookHost.objects.create(host="alerts.example.org")
        new = {"person": make_person("nada").pk, "medium": "webhook", "address": "https://alerts.example.org/x"}
        status, body = post(vera, "channels/add/", **new)
        assert (status, "whsec_" in body) == (200, True)
        assert "whsec_" not in page(vera)
        assert AlertChannel.objects.get().encrypted_secret

    @pytest.mark.parametrize(
        ("medium", "address"),
        [
            ("webhook", "https://other.example.org/"),
            ("webhook", "http://alerts.example.org/"),
            ("webhook", "https://user:pass@alerts.example.org/"),
            ("webhook", "not an address"),
            ("email", "https://alerts.example.org/"),
            ("email", "nada@"),
            ("email", ""),
        ],
    )
    def test_invalid_address_is_reported_at_its_field(self, vera: Person, medium: str, address: str) -> None:
        WebhookHost.objects.create(host="alerts.example.org")
        new = {"person": make_person("nada").pk, "medium": medium, "address": address}
        status, body = post(vera, "channels/add/", **new)
        assert (status, AlertChannel.objects.count()) == (422, 0)
        assert error_at(body, "address")

    def test_a_way_that_does_not_exist(self, vera: Person) -> None:
        new = {"person": make_person("nada").pk, "medium": "pigeon", "address": "night@example.org"}
        status, body = post(vera, "channels/add/", **new)
        assert status == 422
        assert error_at(body, "medium")


class TestRules:
    def test_they_change_within_limits(self, vera: Person) -> None:
        new = {"claim_minutes": 5, "repeat_minutes": 30, "hourly_limit_person": 4, "hourly_limit_total": 8}
        assert post(vera, "rules/", **new)[0] == 302
        assert alert_rules().claim_minutes == 5
        for name, wrong in (("claim_minutes", 0), ("repeat_minutes", 4), ("hourly_limit_total", 601)):
            status, body = post(vera, "rules/", **new | {name: wrong})
            assert status == 422
            assert error_at(body, name)
        assert alert_rules().repeat_minutes == 30


class TestTests:
    def test_a_test_to_a_person(self, vera: Person) -> None:
        nada = make_person("nada")
        assert post(vera, "test/", person=nada.pk)[0] == 302
        assert AlertMessage.objects.get().person == nada
        html = page(vera, "history/")
        assert "Test of the alerts" in html
        assert "nada" in html

    def test_a_test_without_a_recipient_is_refused(self, vera: Person) -> None:
        status, body = post(vera, "test/")
        assert status == 422
        assert "A test cannot be sent" in body
        assert not Alert.objects.exists()


class TestHistory:
    def test_alert_page_shows_recipients_and_claims(self, vera: Person) -> None:
        give_shift(make_person("nada"), "00:00", "00:00")
        raise_and_plan(7, now=timezone.now())
        html = page(vera, "history/")
        assert "A child is in danger now" in html
        assert '1. <span translate="no">nada</span>, e-mail' in html
        vera.client.post(f"/admin/alerts/{Alert.objects.get().pk}/claim/")
        html = page(vera, "history/")
        assert "claimed" in html

    @pytest.mark.parametrize("number", ["0", "999", "x"])
    def test_pages_that_do_not_exist(self, vera: Person, number: str) -> None:
        assert "There were no alerts yet." in page(vera, f"history/?page={number}")


class TestHosts:
    def test_the_administrator_permits_and_forbids(self) -> None:
        root = english(administrator("root"))
        assert post(root, "hosts/", host=" Alerts.Example.org ")[0] == 302
        assert "alerts.example.org" in page(root, "hosts/")
        for wrong in ("", "https://alerts.example.org/", "localhost", "127.0.0.1", "a b.example.org"):
            status, body = post(root, "hosts/", host=wrong)
            assert status == 422
            assert error_at(body, "host")
        assert post(root, "hosts/forbid/", host="alerts.example.org")[0] == 302
        assert not WebhookHost.objects.exists()

    def test_a_supervisor_cannot(self, vera: Person) -> None:
        WebhookHost.objects.create(host="alerts.example.org")
        assert vera.client.get("/admin/alerts/hosts/").status_code == 403
        assert post(vera, "hosts/", host="evil.example.org")[0] == 403
        assert post(vera, "hosts/forbid/", host="alerts.example.org")[0] == 403
        assert WebhookHost.objects.count() == 1
