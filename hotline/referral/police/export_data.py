"""What a package says of a case: `case.json`, of which the report is a rendering. Addresses and words stand as they are stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from clicksafely.common.crypto import sealing
from hotline.models import ContentItem, FileHash, Referral, Report, SealedText, TextField
from hotline.referral.police.custody import as_utc, custody_chain
from hotline.referral.quarantine.services import SuspectedFile
from hotline.referral.routing import host_name_of, host_of
from hotline.states import Round

SCHEMA = "clicksafely-police-package"
VERSION = 1
HOTLINE = "Net Patrola"
# What a reporter says. Never the contact, nor header lines or what a partner's report says of who sent it.
WORDS = ("subject", "what", "when_seen", "details", "addresses_as_typed", "app", "handle")


@dataclass(frozen=True)
class OpenedCase:
    """What was sealed of a case: the reporter's words, and why an item (id) was sent at once. `unreadable`: some of it cannot be opened."""

    words: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    unreadable: bool = False


def open_case(report: Report, referrals: Sequence[Referral]) -> OpenedCase:
    """Open what goes into a package of `referrals`; the caller logs it. Raises sealing.NoPrivateKey where this process has no keys.

    A text whose key is gone or that is damaged is left out and said to be: the address must reach the police all the same.
    """
    words: dict[str, str] = {}
    reasons: dict[int, str] = {}
    unreadable = False
    for text in report.texts.filter(field=TextField.WORDS):
        try:
            words = _words(text)
        except (sealing.WrongKey, sealing.SealedValueDamaged):
            unreadable = True
    for referral in referrals:
        if referral.sealed_reason is None:
            continue
        try:
            reasons[referral.item_id] = sealing.open_sealed(
                referral.sealed_reason, ring="hotline", table="hotline_referral", field="reason", row=referral.uuid
            ).decode()
        except (sealing.WrongKey, sealing.SealedValueDamaged):
            unreadable = True
    return OpenedCase(words, reasons, unreadable)


def words_for_police(words: Mapping[str, Any]) -> dict[str, str]:
    """Of a reporter's words, what the police get."""
    return {name: str(words[name]) for name in WORDS if words.get(name)}


def describe_package(*, reference: str, made_at: datetime, cases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The whole of `case.json`."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "hotline": HOTLINE,
        "reference": reference,
        "made_at": as_utc(made_at),
        "cases": list(cases),
    }


def describe_case(
    report: Report,
    items: Sequence[tuple[ContentItem, Referral | None]],
    opened: OpenedCase,
    pictures: Sequence[SuspectedFile] = (),
) -> dict[str, Any]:
    """One case with `items`, each with its hand-over where that is decided, and locked `pictures`, which are named and never shown.

    Answers and custody are in the language at hand.
    """
    return {
        "reference": report.reference,
        "received_at": as_utc(report.received_at),
        "channel": report.channel,
        "channel_in_words": str(report.get_channel_display()),
        "category": report.category,
        "category_in_words": str(report.get_category_display()),
        "language": report.language,
        "danger_now": report.danger_now,
        "reporter_is_victim": report.about_me,
        "items": [_describe_item(item, referral, opened) for item, referral in items],
        "words": dict(opened.words),
        "words_unreadable": opened.unreadable,
        "files": [_describe_file(file) for file in report.file_hashes.select_related("upload").order_by("pk")],
        "pictures": [_describe_picture(picture) for picture in pictures],
        "custody": [link.as_dict() for link in custody_chain(report, [item.pk for item, _referral in items])],
    }


def _words(text: SealedText) -> dict[str, str]:
    plain = sealing.open_sealed(
        text.sealed, ring="hotline", table="hotline_sealedtext", field=text.field, row=text.uuid
    )
    return words_for_police(json.loads(plain))


def _describe_item(item: ContentItem, referral: Referral | None, opened: OpenedCase) -> dict[str, Any]:
    return {
        "location": item.canonical,
        "kind": item.kind,
        "kind_in_words": str(item.get_kind_display()),
        "site_type": item.site_type,
        "site_type_in_words": str(item.get_site_type_display()),
        "first_reported_at": as_utc(item.first_reported_at),
        "reports": item.report_count,
        "hosting": _describe_hosting(item),
        "assessments": _describe_assessments(item),
        "decided_at": as_utc(referral.made_at) if referral else "",
        "urgent": bool(referral and referral.urgent),
        "reason": opened.reasons.get(item.pk, ""),
    }


def _describe_hosting(item: ContentItem) -> dict[str, Any] | None:
    host = host_of(item)
    if host is None:
        return None
    return {
        "host": host_name_of(item),
        "addresses": [place.as_dict() for place in host.places],
        "leads_through": list(host.aliases),
        "country": host.country,
        "asn": host.asn,
        "organisation": host.organisation,
        "registrar": host.registrar,
        "looked_up_at": as_utc(host.looked_up_at) if host.looked_up_at else "",
    }


def _describe_assessments(item: ContentItem) -> list[dict[str, Any]]:
    given = item.assessments.select_related("author").prefetch_related("question_set__questions__answers")
    return [
        {
            "round": assessment.round,
            "round_in_words": str(Round(assessment.round).label),
            "who": assessment.author.get_username(),
            "at": as_utc(assessment.made_at),
            "answers": [
                {"question": question.code, "answer": answer.code, "in_words": f"{question.label}: {answer.label}"}
                for question in assessment.question_set.questions.all()
                for answer in question.answers.all()
                if assessment.answers.get(question.code) == answer.code
            ],
        }
        for assessment in given.order_by("pk")
    ]


def _describe_picture(picture: SuspectedFile) -> dict[str, Any]:
    return {
        "member": f"files/{picture.name}",
        "media_type": picture.mime_type,
        "size": picture.size,
        "sha256": picture.sha256,
        "received_sha256": picture.received_sha256,
        "locked_at": as_utc(picture.locked_at),
        "suspected_by": picture.suspected_by,
    }


def _describe_file(file: FileHash) -> dict[str, Any]:
    digests = {name: getattr(file, name) for name in ("md5", "sha1", "sha256", "pdq")}
    return {
        "origin": file.origin,
        "origin_in_words": str(file.get_origin_display()),
        "media_type": file.media_type,
        "size": file.size,
        "locked": bool(file.upload and file.upload.locked_at),
        **{name: bytes(value).hex() for name, value in digests.items() if value is not None},
    }
