"""Tests of recipients: unusable certificates are rejected, expiring ones cause a warning."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import translation
from pytest_django.fixtures import Settings

from hotline.models import PoliceRecipient
from hotline.referral.police import selectors
from hotline.referral.police.certificates import CertificateRefused, check_usable, fingerprint, read_certificate
from hotline.referral.police.forms import PoliceRecipientForm
from tests.hotline.referral.police.conftest import (
    BY_MAIL,
    DAY,
    HOUR,
    Keys,
    change_recipient,
    events_of,
    make_keys,
    make_recipient,
)
from tests.hotline.review.conftest import NOW

pytestmark = pytest.mark.django_db


def errors(*, now: datetime = NOW, instance: PoliceRecipient | None = None, **typed: Any) -> dict[str, list[str]]:
    data = {"name": "Unit", "delivery": "in_person", "grouping": "case", "active": "on"} | typed
    with time_machine.travel(now, tick=False), translation.override("en"):
        form = PoliceRecipientForm({name: value for name, value in data.items() if value}, instance=instance)
        return {field: [str(error) for error in found] for field, found in form.errors.items()}


def test_one_in_use_is_read(keys: Keys) -> None:
    assert errors(certificate=keys.pem) == {}
    recipient = make_recipient(keys.pem)
    assert recipient.valid_until == NOW + 36_500 * DAY
    assert fingerprint(read_certificate(keys.pem)) == keys.fingerprint
    assert events_of(recipient) == ["police.recipient_created"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"ends": NOW}, "expired"),
        ({"begins": NOW + DAY}, "not valid yet"),
        ({"elliptic": True}, "must be RSA"),
        ({"bits": 1024}, "too short"),
        ({"encipherment": False}, "not for encryption"),
    ],
)
def test_invalid_certificates_are_refused_with_the_reason(tmp_path: Path, options: dict[str, Any], why: str) -> None:
    (error,) = errors(certificate=make_keys(tmp_path, **options).pem)["certificate"]
    assert why in error


def test_one_without_a_key_usage_may_be_used(tmp_path: Path) -> None:
    check_usable(read_certificate(make_keys(tmp_path, encipherment=None).pem), NOW)


def test_what_is_no_certificate_is_refused(keys: Keys) -> None:
    broken = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----"
    for pem in ("\x00", broken, keys.key_file.read_text()):
        with translation.override("en"), pytest.raises(CertificateRefused, match="not a PEM certificate"):
            read_certificate(pem)


def test_a_chain_is_refused(keys: Keys, tmp_path: Path) -> None:
    assert "several" in errors(certificate=keys.pem + make_keys(tmp_path).pem)["certificate"][0]


def test_one_that_has_expired_can_still_be_switched_off(keys: Keys) -> None:
    recipient = make_recipient(keys.pem, is_default=False)
    later = NOW + 36_501 * DAY
    assert "certificate" in errors(now=later, instance=recipient, certificate=keys.pem)
    assert errors(now=later, instance=recipient, certificate=keys.pem, active="") == {}


def test_by_e_mail_there_must_be_an_address_and_a_way_out(settings: Settings) -> None:
    settings.MAIL_SMTP_URL = settings.MAIL_ADDRESS = ""
    assert set(errors(delivery="email")) == {"email", "delivery"}
    settings.MAIL_SMTP_URL, settings.MAIL_ADDRESS, settings.MAIL_SECRET = (
        "smtp://127.0.0.1:9",
        "a@hotline.test",
        "x" * 32,
    )
    assert errors(**BY_MAIL) == {}


def test_default_recipient_is_active_and_unique(keys: Keys) -> None:
    assert set(errors(is_default="on", active="")) == {"active"}
    first = make_recipient(keys.pem)
    assert errors(is_default="on") == {}
    second = make_recipient(name="Other")
    first.refresh_from_db()
    assert (first.is_default, second.is_default, selectors.default_recipient()) == (False, True, second)


@pytest.mark.parametrize(
    "columns",
    [
        {"is_default": True},
        {"active": False, "is_default": True},
        {"delivery": "email"},
        {"delivery": "pigeon"},
        {"grouping": "week"},
        {"certificate": "x"},
    ],
)
def test_the_database_refuses_invalid_recipients(columns: dict[str, Any]) -> None:
    make_recipient()
    with pytest.raises(IntegrityError), transaction.atomic():
        PoliceRecipient.objects.create(name="x", **columns)


@pytest.mark.parametrize(("remaining_time", "warned"), [(30 * DAY + HOUR, False), (30 * DAY, True), (-HOUR, True)])
def test_supervisors_are_warned_thirty_days_before(keys: Keys, remaining_time: Any, warned: bool) -> None:
    recipient = make_recipient(keys.pem)
    assert recipient.valid_until
    notices = selectors.police_alerts(recipient.valid_until - remaining_time)
    assert (bool(notices) and recipient in notices.expiring) is warned  # type: ignore[union-attr]
    change_recipient(active=False, is_default=False)
    assert selectors.police_alerts(recipient.valid_until - remaining_time) is None
