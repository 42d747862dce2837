"""Demonstration of steps after a decision: notices to hosts, police packages and availability checks."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction

from clicksafely.accounts.models import User
from clicksafely.common.files.atomic_files import write_atomically
from hotline.availability.services import end_check_manually, record_result
from hotline.availability.url_checker import Observation
from hotline.demo.data import DOMAIN, data
from hotline.models import (
    AvailabilityCheck,
    CheckResult,
    ContentItem,
    Notice,
    NoticeMessage,
    PoliceDelivery,
    PolicePackage,
    PoliceRecipient,
    ReplyKind,
    Report,
    Route,
)
from hotline.referral import services as referrals
from hotline.referral.police.build import build_due_packages
from hotline.referral.police.delivery import Delivery, record_delivery
from hotline.referral.police.recipient_services import save_recipient
from hotline.referral.takedown import outcomes
from hotline.referral.takedown.content import render_notice
from hotline.referral.takedown.delivery import build_draft
from hotline.referral.takedown.plan import plan_notices
from hotline.referral.takedown.queue import close_notices_without_content
from hotline.referral.takedown.replies import store_reply
from hotline.referral.takedown.selectors import next_kind, open_entries
from hotline.states import Outcome

GONE_AFTER = timedelta(hours=31)
KEY_FILE = "demo-police.pem"
HOUR = timedelta(hours=1)


def notify_host(*, report: Report, item: ContentItem, actor: User, now: datetime) -> None:
    """Hand an illegal item to its host at `now`, with all further steps. The register must contain the host."""
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report.pk)
        item = ContentItem.objects.select_for_update().get(pk=item.pk)
        referrals.refer_item(report=report, item=item, actor=actor, routes=[Route.HOST], now=now, unsure=True)
    texts = data("texts")["notice"]
    plan_notices(now=now)
    first, reminder = now + timedelta(hours=1), now + timedelta(hours=25)
    notice = Notice.objects.get(entries__item=item)
    _go_out(notice, first)
    _come_back(notice, ReplyKind.AUTOMATIC, texts["automatic_reply"], first)
    _go_out(notice, reminder)
    _come_back(notice, ReplyKind.ANSWER, texts["answer"], reminder + timedelta(hours=4))
    gone = now + GONE_AFTER
    end_check_manually(item=item, report=report, actor=actor, outcome=Outcome.REMOVED, now=gone)
    close_notices_without_content(now=gone)


def _go_out(notice: Notice, at: datetime) -> None:
    """Mark the notice as sent, without a mail server."""
    with transaction.atomic():
        notice.refresh_from_db()
        kind, entries = next_kind(notice), list(open_entries(notice))
        answers_to = f"prijava+{notice.tag.lower()}@{DOMAIN}"
        letter = render_notice(replace(build_draft(notice, kind=kind, entries=entries, now=at), answers_to=answers_to))
        message = NoticeMessage.objects.create(
            notice=notice, kind=kind, message_id=f"{notice.tag.lower()}.{kind}@{DOMAIN}", began_at=at
        )
        outcomes.record_sent(notice=notice, message=message, letter=letter, entries=entries, actor=None, now=at)


def _come_back(notice: Notice, nature: ReplyKind, text: str, at: datetime) -> None:
    headers = [["From", notice.address], ["Subject", f"Re: [{notice.reference}]"]]
    identity = f"{notice.tag}{nature:.<16.16}".encode()
    with transaction.atomic():
        store_reply(
            notice=notice,
            identity=identity,
            nature=nature,
            content={"headers": headers, "text": text, "files": []},
            now=at,
        )


def deliver_to_police(*, report: Report, item: ContentItem, actor: User, now: datetime) -> PolicePackage:
    """Hand an illegal item to the police.

    The package is created an hour after the decision, and handed over 20 hours after it.
    """
    if not PoliceRecipient.objects.filter(is_default=True).exists():
        _make_police_recipient(actor, now)
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report.pk)
        item = ContentItem.objects.select_for_update().get(pk=item.pk)
        (referral,) = referrals.refer_item(
            report=report, item=item, actor=actor, routes=[Route.POLICE], now=now, unsure=True
        )
    build_due_packages(now=now + timedelta(hours=1))
    package = PolicePackage.objects.get(referrals=referral)
    handed = now + timedelta(hours=20)
    delivery = Delivery(PoliceDelivery.IN_PERSON, data("texts")["police"]["receipt"], handed)
    record_delivery(package=package, delivery=delivery, actor=actor, now=handed)
    return package


def _make_police_recipient(actor: User, now: datetime) -> None:
    """Create a recipient with a new certificate. Its key is stored in `VAR_DIR`, for opening packages in the demonstration."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jedinica.policija.test")])
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2 * 365))
        .add_extension(
            x509.KeyUsage(key_encipherment=True, encipher_only=False, decipher_only=False, **usage), critical=True
        )
        .sign(key, SHA256())
    )
    pem = certificate.public_bytes(Encoding.PEM)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_atomically(Path(settings.VAR_DIR) / KEY_FILE, secret + pem)
    texts = data("texts")["police"]
    recipient = PoliceRecipient(
        name=texts["name"],
        unit=texts["unit"],
        certificate=pem.decode(),
        is_default=True,
    )
    save_recipient(recipient=recipient, actor=actor, now=now, changed=["certificate", "is_default", "name"])


def play_checks(*, item: ContentItem, gone_after: int | None, now: datetime) -> None:
    """Record all checks since the hand-over, up to six minutes ago. The content was available for `gone_after` hours, or until now."""
    check = AvailabilityCheck.objects.get(item=item)
    began = check.began_at
    if gone_after is not None:
        for hours in (*range(gone_after - 1), gone_after - 0.9):
            record_result(check_id=check.pk, observation=Observation(CheckResult.AVAILABLE), now=began + hours * HOUR)
        for hours in range(3):
            record_result(
                check_id=check.pk, observation=Observation(CheckResult.GONE), now=began + (gone_after + hours) * HOUR
            )
        return
    due: datetime | None = began
    while due is not None and due < now:
        record_result(check_id=check.pk, observation=Observation(CheckResult.AVAILABLE), now=due)
        check.refresh_from_db()
        due = check.next_check_at
    record_result(check_id=check.pk, observation=Observation(CheckResult.AVAILABLE), now=now - timedelta(minutes=6))
