"""Tests of the pages of the duty roster, of past alerts and of the permitted hosts of webhooks."""

import pytest
from django.utils import timezone

from clicksafely.common.alerts.models import Alert, AlertChannel, AlertMessage, DutyShift, WebhookHost
from clicksafely.common.models import AuditEvent
from tests.clients.staff import Person, administrator, signed_in
from tests.factories.alerts import alerting_works, give_shift, make_person

pytestmark = pytest.mark.django_db
SHIFT = {"weekdays": ["1", "2"], "starts_at": "08:00", "ends_at": "16:00", "order": "1"}


@pytest.fixture
def vera() -> Person:
    return signed_in("vera", "supervisor")


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
        assert page(vera).count('class="duty-gap"') == 7
        alerting_works(timezone.now())
        give_shift(make_person("nada"), "00:00", "00:00")
        html = page(vera)
        assert (html.count('class="duty-covered"'), html.count('class="duty-gap"'), "nada" in html) == (7, 0, True)

    def test_an_analyst_reads_and_changes_nothing(self) -> None:
        ana = signed_in("ana", "analyst")
        give_shift(make_person("nada"))
        AlertChannel.objects.create(person=ana.user, medium="email", address="private@example.org")
        html = page(ana)
        assert "shifts/add/" not in html
        # The addresses of colleagues are for those who manage them.
        assert "private@example.org" not in html
        assert post(ana, "shifts/add/", **SHIFT)[0] == 403
        assert post(ana, "test/")[0] == 403
        assert DutyShift.objects.count() == 1


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

    def test_errors_are_at_their_fields(self, vera: Person) -> None:
        shift = {"person": make_person("nada").pk, **SHIFT}
        changes: dict[str, dict[str, object]] = {
            "person": {"person": "999999"},
            "weekdays": {"weekdays": ["8"]},
            "starts_at": {"starts_at": "25:00"},
            "order": {"order": "10"},
            "valid_until": {"valid_from": "2026-03-02", "valid_until": "2026-03-01"},
        }
        for field, change in changes.items():
            status, body = post(vera, "shifts/add/", **shift | change)
            assert (status, DutyShift.objects.count()) == (422, 0), field
            assert error_at(body, field)

    def test_a_person_who_cannot_be_alerted_is_an_error_at_the_field(self, vera: Person) -> None:
        nada = make_person("nada")
        nada.email = ""
        nada.save()
        for person in (nada, make_person("ed", "editor")):
            status, body = post(vera, "shifts/add/", person=person.pk, **SHIFT)
            assert (status, DutyShift.objects.count()) == (422, 0)
            assert error_at(body, "person")

    def test_overlap_is_reported_at_the_start_field(self, vera: Person) -> None:
        nada = make_person("nada")
        give_shift(nada, "22:00", "09:00")
        status, body = post(vera, "shifts/add/", person=nada.pk, **SHIFT)
        assert status == 422
        assert "22:00–09:00" in error_at(body, "starts_at")
        # Another person may be on duty at the same time.
        assert post(vera, "shifts/add/", person=make_person("mira").pk, **SHIFT)[0] == 302


class TestChannels:
    def test_an_email_channel(self, vera: Person) -> None:
        nada = make_person("nada")
        new = {"person": nada.pk, "medium": "email", "address": "night@example.org"}
        assert post(vera, "channels/add/", **new)[0] == 302
        assert "night@example.org" in page(vera)
        status, body = post(vera, "channels/add/", **new)
        assert status == 422
        assert error_at(body, "address")
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
        ("medium", "address", "field"),
        [
            ("webhook", "https://other.example.org/", "address"),
            ("email", "nada@", "address"),
            ("pigeon", "night@example.org", "medium"),
        ],
    )
    def test_invalid_channel_is_reported_at_its_field(
        self, vera: Person, medium: str, address: str, field: str
    ) -> None:
        new = {"person": make_person("nada").pk, "medium": medium, "address": address}
        status, body = post(vera, "channels/add/", **new)
        assert (status, AlertChannel.objects.count()) == (422, 0)
        assert error_at(body, field)


class TestHistory:
    def test_a_test_without_a_recipient_is_refused(self, vera: Person) -> None:
        vera.user.email = ""
        vera.user.save()
        assert post(vera, "test/")[0] == 422
        assert not Alert.objects.exists()

    def test_a_test_to_a_person_and_its_claim_are_listed(self, vera: Person) -> None:
        assert post(vera, "test/", person=make_person("nada").pk)[0] == 302
        assert AlertMessage.objects.get().person.username == "nada"
        assert "nada" in page(vera, "history/?page=x")
        vera.client.post(f"/admin/alerts/{Alert.objects.get().pk}/claim/")
        assert "vera" in page(vera, "history/").partition("<main")[2]


class TestHosts:
    def test_the_administrator_permits_and_forbids(self) -> None:
        root = administrator("root")
        assert post(root, "hosts/", host=" Alerts.Example.org ")[0] == 302
        assert "alerts.example.org" in page(root, "hosts/")
        status, body = post(root, "hosts/", host="localhost")
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
