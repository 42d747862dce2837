"""Messages reach a real mail server and a real webhook receiver; failures, withdrawals and interruptions."""

import json
import re
from datetime import timedelta

import pytest
from pytest_django import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from clicksafely.accounts.models import User
from clicksafely.common.alerts import delivery, planning, selectors, services
from clicksafely.common.alerts.models import Alert, AlertChannel, AlertingState, AlertMessage, WebhookHost
from clicksafely.common.alerts.selectors import AlertingFault
from clicksafely.common.models import AuditEvent
from clicksafely.common.queue import outgoing
from clicksafely.devserver.mock_services.smtp import SmtpSink
from clicksafely.devserver.mock_services.web import Page, WebServer
from tests.common.alerts.conftest import NIGHT
from tests.database import as_role_of
from tests.factories.alerts import SECRET, give_shift, give_webhook, make_person, raise_and_plan

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
UNUSED = "smtp://127.0.0.1:9"


def states() -> list[tuple[str, str]]:
    """State and last error of each message."""
    return list(AlertMessage.objects.order_by("id").values_list("state", "error"))


def due_mail() -> User:
    """Give the first person a shift and an e-mail to send; return the person."""
    person = make_person("first")
    give_shift(person)
    raise_and_plan(1, now=NIGHT)
    return person


def due_webhook(receiver: WebServer) -> AlertChannel:
    """Give the first person a shift and a message to send to the receiver; return the channel."""
    person = make_person("first")
    channel = give_webhook(person, receiver.url())
    give_shift(person)
    raise_and_plan(1, now=NIGHT)
    return channel


class TestEmail:
    def test_it_has_kind_hour_number_and_link_and_nothing_else(self, sink: SmtpSink) -> None:
        give_shift(make_person("first"))
        raise_and_plan(41, 42, now=NIGHT)
        with as_role_of("outside"):
            assert delivery.send_due_messages(now=NIGHT) == 1
            assert delivery.send_due_messages(now=NIGHT) == 0
        [letter] = sink.letters
        assert letter.recipients == ["first@centre.example.org"]
        assert letter.message["Auto-Submitted"] == "auto-generated"
        kind, hour, waiting, link, _notice = [line for line in letter.text.splitlines() if line]
        assert kind in letter.message["Subject"]
        assert re.findall(r"\d+", hour) == ["05", "05", "2026", "3"]
        assert (re.findall(r"\d+", waiting), link) == (["2"], "https://portal.example.org/admin/hotline/desk/")
        assert states() == [("sent", "")]
        assert AuditEvent.objects.order_by("-id")[0].action == "alert.message_sent"

    def test_a_server_that_is_down_delays_but_loses_nothing(self, settings: Settings, sink: SmtpSink) -> None:
        settings.MAIL_SMTP_URL = UNUSED
        due_mail()
        assert delivery.send_due_messages(now=NIGHT) == 0
        assert states() == [("due", "unreachable")]
        assert AlertingFault.OVERDUE in selectors.alerting_faults(NIGHT + 6 * MINUTE)
        settings.MAIL_SMTP_URL = sink.url
        assert delivery.send_due_messages(now=NIGHT + MINUTE) == 0  # resting
        assert delivery.send_due_messages(now=NIGHT + 6 * MINUTE) == 1

    def test_an_unknown_mailbox_fails_and_the_escalation_continues(self, sink: SmtpSink) -> None:
        sink.unknown = frozenset({"first"})
        give_shift(make_person("first"))
        give_shift(make_person("second"), order=2)
        raise_and_plan(1, now=NIGHT)
        delivery.send_due_messages(now=NIGHT)
        assert states() == [("failed", "recipient")]
        assert AuditEvent.objects.order_by("-id")[0].action == "alert.message_failed"
        planning.plan_alerts(now=NIGHT + 10 * MINUTE)
        delivery.send_due_messages(now=NIGHT + 10 * MINUTE)
        assert sink.letters[-1].recipients == ["second@centre.example.org"]

    def test_a_person_without_an_address_fails(self, sink: SmtpSink) -> None:
        person = due_mail()
        person.email = ""
        person.save()
        delivery.send_due_messages(now=NIGHT)
        assert states() == [("failed", "no_address")]

    def test_a_claim_during_the_attempt_cancels_it(self, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
        person = due_mail()
        leased = outgoing.leased

        def claimed_first(row: AlertMessage) -> object:
            if Alert.objects.get().state == "open":
                services.claim_alert(alert=Alert.objects.get(), actor=person, now=NIGHT)
            return leased(row)

        monkeypatch.setattr(outgoing, "leased", claimed_first)
        assert delivery.send_due_messages(now=NIGHT) == 0
        assert (sink.letters, states()) == ([], [("withdrawn", "interrupted")])

    def test_an_interrupted_attempt_is_repeated_once(self, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
        """A process that dies after the server has accepted the message and before this is stored."""
        due_mail()

        class Killed(BaseException):
            pass

        def fail(*_: object, **__: object) -> None:
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(delivery, "_end", fail)
            with pytest.raises(Killed):
                delivery.send_due_messages(now=NIGHT)
        assert states() == [("due", "interrupted")]
        assert delivery.send_due_messages(now=NIGHT + MINUTE) == 0
        assert delivery.send_due_messages(now=NIGHT + outgoing.LEASE) == 1
        assert delivery.send_due_messages(now=NIGHT + 2 * outgoing.LEASE) == 0
        assert len(sink.letters) == 2


class TestWebhook:
    def test_the_receiver_verifies_the_signature(self, receiver: WebServer) -> None:
        due_webhook(receiver)
        with as_role_of("outside"):
            assert delivery.send_due_messages(now=NIGHT) == 1
        [(_host, _path, headers)] = receiver.requests
        body = receiver.bodies[0]
        content = json.loads(body)
        data = content.pop("data")
        assert content == {"type": "alert", "timestamp": "2026-05-05T03:00:00+02:00"}
        assert data == {
            "kind": "hotline.danger",
            "label": data["label"],
            "waiting": 1,
            "step": 1,
            "url": "https://portal.example.org/admin/hotline/desk/",
        }
        # The standard's library refuses times of long ago, so only the signature is checked here.
        webhook = Webhook(SECRET)
        webhook._Webhook__verify_timestamp = lambda stamp: NIGHT  # type: ignore[attr-defined]
        assert webhook.verify(body, headers)
        with pytest.raises(WebhookVerificationError):
            webhook.verify(body.replace(b"1", b"2"), headers)
        assert states() == [("sent", "")]

    def test_a_host_that_is_no_longer_permitted(self, receiver: WebServer) -> None:
        due_webhook(receiver)
        WebhookHost.objects.all().delete()
        assert delivery.send_due_messages(now=NIGHT) == 0
        assert (receiver.requests, states()) == ([], [("failed", "host")])

    def test_a_secret_of_another_mail_secret(self, receiver: WebServer, settings: Settings) -> None:
        former, person = settings.MAIL_SECRET, due_webhook(receiver).person
        settings.MAIL_SECRET = "another secret of thirty-two characters"
        assert delivery.send_due_messages(now=NIGHT) == 0
        assert (receiver.requests, states()) == ([], [("failed", "secret")])
        # A former secret still opens it.
        services.claim_alert(alert=Alert.objects.get(), actor=person, now=NIGHT)
        raise_and_plan(2, now=NIGHT)
        settings.MAIL_SECRET += f",{former}"
        assert delivery.send_due_messages(now=NIGHT) == 1

    @pytest.mark.parametrize(("status", "stored"), [(429, ("due", "refused")), (404, ("failed", "refused"))])
    def test_an_answer_that_is_no_acceptance(self, receiver: WebServer, status: int, stored: tuple[str, str]) -> None:
        receiver.fallback = Page(status, b"")
        due_webhook(receiver)
        assert delivery.send_due_messages(now=NIGHT) == 0
        assert states() == [stored]

    def test_a_mail_server_that_is_down_delays_no_webhook(self, receiver: WebServer, settings: Settings) -> None:
        settings.MAIL_SMTP_URL = UNUSED
        first, second = make_person("first"), make_person("second")
        give_webhook(second, receiver.url())
        give_shift(first)
        give_shift(second)
        raise_and_plan(1, now=NIGHT)
        assert delivery.send_due_messages(now=NIGHT) == 1
        assert states() == [("due", "unreachable"), ("sent", "")]

    def test_a_removed_channel(self, receiver: WebServer) -> None:
        due_webhook(receiver).delete()
        delivery.send_due_messages(now=NIGHT)
        assert (receiver.requests, states()) == ([], [("failed", "no_address")])


class TestHeartbeat:
    def is_recorded(self) -> bool:
        AlertingState.objects.update(sent_at=None)
        with as_role_of("outside"):
            delivery.record_sending(now=NIGHT)
        return AlertingState.objects.get().sent_at == NIGHT

    def test_with_a_mail_server_or_a_webhook(self, sink: SmtpSink, settings: Settings) -> None:
        assert self.is_recorded()
        settings.MAIL_SMTP_URL = ""
        assert not self.is_recorded()
        give_webhook(make_person("first"), "https://a.example.org/")
        assert self.is_recorded()

    def test_a_webhook_reaches_no_one_on_duty_but_its_person(self, settings: Settings) -> None:
        give_shift(make_person("first"))
        second = make_person("second")
        give_webhook(second, "https://a.example.org/")
        assert not self.is_recorded()
        settings.MAIL_SMTP_URL = UNUSED
        raise_and_plan(1, now=NIGHT)
        delivery.send_due_messages(now=NIGHT)
        assert not self.is_recorded()
        give_shift(second)
        assert self.is_recorded()

    def test_a_mail_server_that_failed_last_is_none_after_the_claim(self, settings: Settings) -> None:
        settings.MAIL_SMTP_URL = UNUSED
        first = due_mail()
        delivery.send_due_messages(now=NIGHT)
        assert not self.is_recorded()
        services.claim_alert(alert=Alert.objects.get(), actor=first, now=NIGHT)
        assert not self.is_recorded()
        with SmtpSink() as sink:
            settings.MAIL_SMTP_URL = sink.url
            raise_and_plan(2, now=NIGHT)
            assert delivery.send_due_messages(now=NIGHT) == 1
            assert self.is_recorded()

    @pytest.mark.parametrize("status", [500, 404])
    def test_a_webhook_that_refused_the_last_message_is_none(self, receiver: WebServer, status: int) -> None:
        receiver.fallback = Page(status, b"")
        person = due_webhook(receiver).person
        give_webhook(make_person("second"), "https://a.example.org/")
        delivery.send_due_messages(now=NIGHT)
        assert not self.is_recorded()
        services.claim_alert(alert=Alert.objects.get(), actor=person, now=NIGHT)
        receiver.fallback = Page(204, b"")
        raise_and_plan(2, now=NIGHT)
        assert delivery.send_due_messages(now=NIGHT) == 1
        assert self.is_recorded()
