"""A made-up unit of the police and a package that it got, for the demonstration."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from clicksafely.common.wholefiles import replace_whole
from hotline.models import ContentItem, PoliceDelivery, PolicePackage, PoliceRecipient, Report, Route
from hotline.referral import services
from hotline.referral.police.build import pack_due
from hotline.referral.police.delivery import Delivery, record_delivery
from hotline.referral.police.recipient_services import keep_recipient

KEY_FILE = "demo-police.pem"
NUMBER = "DEMO-03/4-17"


def hand_to_police(*, report: Report, item: ContentItem, actor: User, now: datetime) -> PolicePackage:
    """Decide that an illegal item goes to the police, make its package an hour later, and hand it over the next morning."""
    if not PoliceRecipient.objects.filter(is_default=True).exists():
        _make_recipient(actor, now)
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report.pk)
        item = ContentItem.objects.select_for_update().get(pk=item.pk)
        (referral,) = services.refer_item(
            report=report, item=item, actor=actor, routes=[Route.POLICE], now=now, unsure=True
        )
    pack_due(now=now + timedelta(hours=1))
    package = PolicePackage.objects.get(referrals=referral)
    handed = now + timedelta(hours=20)
    delivery = Delivery(PoliceDelivery.IN_PERSON, NUMBER, handed)
    record_delivery(package=package, delivery=delivery, actor=actor, now=handed)
    return package


def _make_recipient(actor: User, now: datetime) -> None:
    """With a certificate of a moment ago; its key lies in `VAR_DIR`, so that whoever tries the portal can open a package."""
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
    replace_whole(Path(settings.VAR_DIR) / KEY_FILE, secret + pem)
    recipient = PoliceRecipient(
        name="Пример јединице",
        unit="само за приказ",
        certificate=pem.decode(),
        is_default=True,
    )
    keep_recipient(recipient=recipient, actor=actor, now=now, changed=["certificate", "is_default", "name"])
