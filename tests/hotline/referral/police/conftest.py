"""Fixtures: a recipient with a certificate, and cases due for the police."""

import io
import json
import subprocess
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.x509.oid import NameOID
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import sealing
from hotline.models import (
    Assessment,
    ContentItem,
    Host,
    PoliceDelivery,
    PoliceFile,
    PolicePackage,
    PoliceRecipient,
    QuestionSet,
    Referral,
    ReferralState,
    Report,
    Route,
    SealedText,
)
from hotline.referral import orders
from hotline.referral.police.build import build_due_packages
from hotline.referral.police.recipient_services import save_recipient
from hotline.states import ItemState, Queue, ReportState, Verdict
from tests.hotline.review.conftest import ILLEGAL, NOW, analyst, colleague, make_case, make_item, supervisor

__all__ = ["analyst", "colleague", "supervisor"]

ADDRESS = "https://xn--80ak6aa92e.example.org/Шта/a?x=1&y=%D0%B0#Ж"
# Latin and Cyrillic letters that must not be transliterated, characters without a glyph, syntax of typst and JSON.
WORDS = 'Šta je ovo? Шта је ово? Nj nj lj dž „наводник“ "quote" #show $x$ *b* _i_ \\n 😀\n\tдруги ред'
CONTACT = "reporter-contact@sender.test"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MAIL_SMTP_URL = ""


class Keys:
    """A certificate and its private key, as PEM files for `openssl`."""

    def __init__(self, folder: Path, key: CertificateIssuerPrivateKeyTypes, certificate: x509.Certificate) -> None:
        self.pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate_file, self.key_file = folder / "recipient.pem", folder / "recipient.key"
        self.certificate_file.write_text(self.pem)
        self.key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.fingerprint = certificate.fingerprint(hashes.SHA256()).hex()

    def decrypt(self, encrypted: bytes) -> bytes:
        """Decrypt with `openssl`, as the police would. Raises CalledProcessError."""
        command = ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER"]
        keys = ["-recip", self.certificate_file, "-inkey", self.key_file]
        return subprocess.run([*command, *keys], input=encrypted, capture_output=True, check=True).stdout


def make_keys(
    folder: Path,
    *,
    ends: datetime = NOW + 365 * DAY,
    begins: datetime | None = None,
    bits: int = 2048,
    elliptic: bool = False,
    encipherment: bool | None = True,
) -> Keys:
    """Self-signed; `encipherment` None leaves the key usage out."""
    key: Any = ec.generate_private_key(ec.SECP256R1()) if elliptic else rsa.generate_private_key(65537, bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "unit.police.test")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins or min(NOW, ends) - 35 * DAY)
        .not_valid_after(ends)
    )
    if encipherment is not None:
        others = dict.fromkeys(
            ("content_commitment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
        )
        usage = x509.KeyUsage(
            digital_signature=True, key_encipherment=encipherment, encipher_only=False, decipher_only=False, **others
        )
        builder = builder.add_extension(usage, critical=True)
    return Keys(folder, key, builder.sign(key, hashes.SHA256()))


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """Valid for a century: the staff site compares with today."""
    return make_keys(tmp_path_factory.mktemp("recipient"), ends=NOW + 36_500 * DAY)


def make_recipient(pem: str = "", **columns: Any) -> PoliceRecipient:
    """The recipient of packages: in person, one package per case."""
    defaults = {"name": "Unit", "unit": "for tests", "is_default": True, "certificate": pem}
    recipient = PoliceRecipient(**(defaults | columns))
    save_recipient(recipient=recipient, actor=None, now=NOW, changed=[])
    return recipient


def change_recipient(**columns: Any) -> None:
    """Change the only recipient, as the staff site stores it."""
    recipient = PoliceRecipient.objects.get()
    for name, value in columns.items():
        setattr(recipient, name, value)
    orders.sign_recipient(recipient, now=NOW)
    recipient.save()


@pytest.fixture
def recipient(db: None, keys: Keys) -> PoliceRecipient:
    return make_recipient(keys.pem)


def seal_words(report: Report, field: str, content: dict[str, Any]) -> SealedText:
    row = uuid4()
    plain = json.dumps(content, ensure_ascii=False).encode()
    sealed = sealing.seal(plain, ring="hotline", table="hotline_sealedtext", field=field, row=row)
    return SealedText.objects.create(report=report, field=field, uuid=row, sealed=sealed)


def assessed_case(*items: ContentItem, author: User, **columns: Any) -> Report:
    """A case with illegal content that is being referred, with text and a contact."""
    items = items or (make_item(f"{ADDRESS}{uuid4().hex}"),)
    report = make_case(*items, **({"category": "csam", "state": ReportState.REFERRED, "queue": None} | columns))
    audit_log.record(action="report.received", subject=report, actor=None, now=report.received_at)
    for item in items:
        assess(item, report, author)
    seal_words(report, "words", {"what": WORDS, "details": "", "addresses_as_typed": ADDRESS, "xarf": CONTACT})
    seal_words(report, "contact", {"contact": CONTACT, "wants_answer": True})
    return report


def assess(item: ContentItem, report: Report, author: User) -> None:
    questions = QuestionSet.objects.get(active=True)
    Assessment.objects.create(
        item=item,
        report=report,
        author=author,
        question_set=questions,
        round="first",
        answers=ILLEGAL,
        verdict=Verdict.ILLEGAL,
        created_at=NOW - HOUR,
    )
    audit_log.record(
        action="item.assessed", subject=report, actor=author, now=NOW - HOUR, data={"item": item.pk, "round": "first"}
    )
    ContentItem.objects.filter(pk=item.pk).update(state=ItemState.ACTIONED, verdict=Verdict.ILLEGAL)
    item.refresh_from_db()


def due(report: Report, *, at: datetime = NOW, reason: str = "", **columns: Any) -> Referral:
    """The referral of the report's first item to the police, due at `at`; with a `reason` it is urgent."""
    item = columns.pop("item", None) or report.items.order_by("report_items__position").first()
    referral = Referral(
        item=item,
        report=report,
        route=Route.POLICE,
        state=ReferralState.DUE,
        created_at=at,
        due_at=at,
        urgent=bool(reason),
        **columns,
    )
    if reason:
        referral.sealed_reason = sealing.seal(
            reason.encode(), ring="hotline", table="hotline_referral", field="reason", row=referral.uuid
        )
    orders.sign_referral(referral)
    referral.save()
    audit_log.record(
        action="referral.created",
        subject=report,
        actor=referral.author,
        now=at,
        data={"item": item.pk, "route": "police", "country": ""},
    )
    return referral


def make_host(name: str = "www.example.org") -> Host:
    return Host.objects.create(
        name=name,
        addresses=[{"ip": "192.0.2.7", "country": "RS", "asn": 64500, "organisation": "Primer hosting d.o.o."}],
        address_count=1,
        aliases=["edge.example.net"],
        country="RS",
        asn=64500,
        organisation="Primer hosting d.o.o.",
        looked_up_at=NOW - DAY,
        expires_at=NOW,
    )


def pack(now: datetime = NOW) -> PolicePackage:
    """The only package built at `now`."""
    assert build_due_packages(now=now) == 1
    return PolicePackage.objects.latest("pk")


def encrypted_of(package: PolicePackage) -> bytes:
    """The delivered file."""
    file = PoliceFile.objects.get(package=package)
    return sealing.open_sealed(file.sealed, ring="hotline", table="hotline_policefile", field="file", row=file.uuid)


def unzip(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def files_of(package: PolicePackage, keys: Keys) -> dict[str, bytes]:
    """The files that the recipient finds in it."""
    return unzip(keys.decrypt(encrypted_of(package)))


def events_of(subject: Any) -> list[str]:
    table, pk = subject._meta.db_table, subject.pk
    events = audit_log.AuditEvent.objects.filter(subject_table=table, subject_id=pk).order_by("pk")
    return list(events.values_list("action", flat=True))


def codes(referrals: Sequence[Referral]) -> list[tuple[str, str]]:
    """The current (state, problem) of each."""
    rows = Referral.objects.in_bulk([referral.pk for referral in referrals])
    return [(rows[referral.pk].state, rows[referral.pk].problem) for referral in referrals]


BY_MAIL = {"delivery": PoliceDelivery.EMAIL, "email": "unit@police.test"}
UNASSESSED = {"state": ReportState.TRIAGED, "queue": Queue.REVIEW}
