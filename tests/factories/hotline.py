"""Reports as saved by the intake, with valid seals: `ReportFactory(receipt=..., what=..., contact=...)`."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.crypto.reporter_keys import key_tag
from clicksafely.common.crypto.sealing import ReporterKey
from hotline.categories import CYBERBULLYING
from hotline.models import Channel, Direction, Message, Report, SealedText, TextField
from hotline.triage.url_normalisation import extract_locations

RECEIVED = datetime(2026, 3, 2, 10, tzinfo=UTC)


class ReportFactory(DjangoModelFactory[Report]):
    """A received report. `receipt` is set on the instance, because the database does not store it.

    `addresses` is text as typed. `what` and `contact` (if not empty) are sealed.
    """

    class Meta:
        model = Report

    channel = Channel.WEB
    category = CYBERBULLYING.code
    language = "sr"
    received_at = RECEIVED
    receipt = factory.LazyFunction(receipts.generate_code)
    reporter_salt = factory.LazyFunction(lambda: secrets.token_bytes(16))
    state_digest = factory.LazyFunction(lambda: secrets.token_bytes(32))
    addresses = "https://forum.example.org/a"
    what = "Прете другу из разреда."
    contact = ""

    @classmethod
    def _create(cls, model_class: type[Report], *args: Any, **kwargs: Any) -> Report:
        receipt, addresses, what, contact = (kwargs.pop(name) for name in ("receipt", "addresses", "what", "contact"))
        kwargs.setdefault("receipt_digest", receipts.receipt_digest(receipt))
        kwargs.setdefault("reporter_public_key", ReporterKey.derive(receipt, kwargs["reporter_salt"]).public_bytes)
        kwargs.setdefault("uuid", uuid4())
        kwargs.setdefault("reporter_key_tag", key_tag(kwargs["reporter_public_key"], kwargs["uuid"]))
        kwargs.setdefault("locations", [location.as_dict() for location in extract_locations(addresses).locations])
        report = super()._create(model_class, *args, **kwargs)
        report.receipt = receipt
        words = {"what": what, "when_seen": "", "details": "", "addresses_as_typed": addresses, "app": "", "handle": ""}
        seal_text(report, TextField.WORDS, words)
        if contact:
            seal_text(report, TextField.CONTACT, {"contact": contact, "wants_answer": True})
        return report


def seal_text(report: Report, field: TextField, content: dict[str, Any]) -> SealedText:
    """Seal `content` for the hotline and attach it to the report."""
    row = report.uuid if field == TextField.WORDS else uuid4()
    plain = json.dumps(content, ensure_ascii=False).encode()
    sealed = sealing.seal(plain, ring="hotline", table="hotline_sealedtext", field=field.value, row=row)
    return SealedText.objects.create(report=report, field=field, uuid=row, sealed=sealed)


def make_message(
    report: Report, text: str, *, direction: Direction = Direction.HOTLINE, at: datetime = RECEIVED
) -> Message:
    """A message of the dialogue, sealed for both sides."""
    row = uuid4()
    place: dict[str, Any] = {"table": "hotline_message", "field": "text", "row": row}
    return Message.objects.create(
        report=report,
        uuid=row,
        direction=direction,
        sealed_hotline=sealing.seal(text.encode(), ring="hotline", **place),
        sealed_reporter=sealing.seal_for_reporter(text.encode(), public_bytes=report.reporter_public_key, **place),
        sent_at=at,
    )
