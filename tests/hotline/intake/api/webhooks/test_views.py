"""The webhook of a partner in the staff site: set, test, switch off and on, and who may."""

import re

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import Settings

from clicksafely.accounts.models import User
from clicksafely.common.alerts import secret_encryption
from hotline.intake.api.webhooks import delivery, services
from hotline.models import Partner, PartnerWebhook, WebhookMessage, WebhookStop
from tests.clients.staff import Person, signed_in
from tests.hotline.intake.api.webhooks.conftest import Receiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(settings: Settings, db: None) -> Person:
    person = signed_in("supervisor-1", "supervisor")
    person.client.cookies["lang"] = "en"
    return person


@pytest.fixture
def address(partner: Partner) -> str:
    return f"/admin/hotline/partner/{partner.pk}/"


def page(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_an_address_is_set_and_the_secret_shown_once(
    person: Person, partner: Partner, receiver: Receiver, address: str
) -> None:
    assert receiver.host in page(person.client.get(f"{address}webhook/"))
    answer = person.client.post(f"{address}webhook/", {"url": f" {receiver.url} "})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    [secret] = set(re.findall(r"whsec_[A-Za-z0-9+/=]{44}", page(answer)))
    assert secret_encryption.decrypt(bytes(PartnerWebhook.objects.get().encrypted_secret)) == secret
    for again in (f"{address}webhook/", f"{address}change/", "/admin/hotline/partner/"):
        assert "whsec_" not in page(person.client.get(again))
    assert receiver.url in page(person.client.get(f"{address}change/"))
    assert f'value="{receiver.url}"' in page(person.client.get(f"{address}webhook/"))


@pytest.mark.parametrize("url", ["", "https://evil.invalid/", "https://a.test/" + "a" * 500, "a\x00b"])
def test_a_bad_address_is_refused_at_its_field(
    url: str, person: Person, partner: Partner, receiver: Receiver, address: str
) -> None:
    answer = person.client.post(f"{address}webhook/", {"url": url})
    assert answer.status_code == 422
    assert 'id="id_url_error"' in page(answer)
    assert not PartnerWebhook.objects.exists()


def test_a_test_message_and_its_answer(
    person: Person, webhook: PartnerWebhook, receiver: Receiver, address: str
) -> None:
    shown = page(person.client.post(f"{address}webhook/test/", follow=True))
    assert re.search(r">0</td> <td[^>]*>waiting</td>", shown)
    receiver.answer(500)
    delivery.send_due_messages(now=timezone.now())
    assert '<span translate="no">500</span>' in page(person.client.get(f"{address}change/"))
    receiver.answer(204)
    person.client.post(f"{address}webhook/test/")
    delivery.send_due_messages(now=timezone.now())
    assert page(person.client.get(f"{address}change/")).count('<span translate="no">204</span>') == 2


def test_off_and_on(person: Person, webhook: PartnerWebhook, address: str) -> None:
    for action in ("test", "stop", "start"):
        assert person.client.get(f"{address}webhook/{action}/").status_code == 302
    assert (PartnerWebhook.objects.get().stop, WebhookMessage.objects.count()) == ("", 0)
    assert "switched off on" in page(person.client.post(f"{address}webhook/stop/", follow=True))
    assert PartnerWebhook.objects.get().stop == WebhookStop.STAFF
    assert "already switched off" in page(person.client.post(f"{address}webhook/stop/", follow=True))
    assert "Switch it on first." in page(person.client.post(f"{address}webhook/test/", follow=True))
    assert not WebhookMessage.objects.exists()
    person.client.post(f"{address}webhook/start/")
    assert "already switched on" in page(person.client.post(f"{address}webhook/start/", follow=True))
    assert PartnerWebhook.objects.get().stop == ""


def test_a_partner_without_a_webhook(person: Person, partner: Partner, address: str) -> None:
    assert person.client.get(f"{address}change/").status_code == 200
    for action in ("test", "stop", "start"):
        assert person.client.post(f"{address}webhook/{action}/").status_code == 404
    assert person.client.get("/admin/hotline/partner/999/webhook/").status_code == 404


def test_supervisors_see_a_webhook_that_failed(
    person: Person, webhook: PartnerWebhook, lead: User, settings: Settings
) -> None:
    desk_url = "/admin/hotline/desk/"
    services.stop_webhook(webhook=webhook, stop=WebhookStop.FAILING, actor=None, now=timezone.now())
    assert "switched off after errors" in page(person.client.get(desk_url))
    assert "three days" in page(person.client.get("/admin/hotline/partner/"))
    analyst = signed_in("analyst-1", "analyst")
    analyst.client.cookies["lang"] = "en"
    assert "switched off after errors" not in page(analyst.client.get(desk_url))
