"""The data of a package: `case.json`, from which the PDF is rendered. Addresses and text are exported as stored."""

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
# Fields of a report's text. Contact, e-mail headers and a partner's data about its reporter are never exported.
WORDS = ("subject", "what", "when_seen", "details", "addresses_as_typed", "app", "handle")


@dataclass(frozen=True)
class OpenedCase:
    """Decrypted content of a case: the reporters' text, and the reasons of urgent referrals by item id.

    `unreadable`: a part could not be decrypted.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    unreadable: bool = False


def open_case(report: Report, referrals: Sequence[Referral]) -> OpenedCase:
    """Decrypt the content of a package of `referrals`; the caller logs it. Raises sealing.NoPrivateKey without keys.

    A text that cannot be decrypted is left out and reported as such. The address must still reach the police.
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
            reasons[referral.item_id] = Referral.REASON.open(referral).decode()
        except (sealing.WrongKey, sealing.SealedValueDamaged):
            unreadable = True
    return OpenedCase(words, reasons, unreadable)


def words_for_police(words: Mapping[str, Any]) -> dict[str, str]:
    """Return the exported fields of a reporter's text."""
    return {name: str(words[name]) for name in WORDS if words.get(name)}


def describe_package(*, reference: str, created_at: datetime, cases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the complete `case.json`."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "hotline": HOTLINE,
        "reference": reference,
        "created_at": as_utc(created_at),
        "cases": list(cases),
    }


def describe_case(
    report: Report,
    items: Sequence[tuple[ContentItem, Referral | None]],
    opened_case: OpenedCase,
    pictures: Sequence[SuspectedFile] = (),
) -> dict[str, Any]:
    """One case with `items`, each with its referral if decided, and its locked `pictures`, which are only listed.

    Answers and custody entries are in the active language.
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
        "items": [_describe_item(item, referral, opened_case) for item, referral in items],
        "words": dict(opened_case.words),
        "words_unreadable": opened_case.unreadable,
        "files": [_describe_file(file) for file in report.file_hashes.select_related("upload").order_by("pk")],
        "pictures": [_describe_picture(picture) for picture in pictures],
        "custody": [link.as_dict() for link in custody_chain(report, [item.pk for item, _referral in items])],
    }


def _words(text: SealedText) -> dict[str, str]:
    return words_for_police(json.loads(SealedText.CONTENT.open(text)))


def _describe_item(item: ContentItem, referral: Referral | None, opened_case: OpenedCase) -> dict[str, Any]:
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
        "decided_at": as_utc(referral.created_at) if referral else "",
        "urgent": bool(referral and referral.urgent),
        "reason": opened_case.reasons.get(item.pk, ""),
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
    assessments = (
        item.assessments.select_related("author")
        .defer("author__password")
        .prefetch_related("question_set__questions__answers")
    )
    return [
        {
            "round": assessment.round,
            "round_in_words": str(Round(assessment.round).label),
            "who": assessment.author.get_username(),
            "at": as_utc(assessment.created_at),
            "answers": [
                {"question": question.code, "answer": answer.code, "in_words": f"{question.label}: {answer.label}"}
                for question in assessment.question_set.questions.all()
                for answer in question.answers.all()
                if assessment.answers.get(question.code) == answer.code
            ],
        }
        for assessment in assessments.order_by("pk")
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
    file_digests = file.open_digests()
    digests = {name: getattr(file_digests, name) for name in ("md5", "sha1", "sha256", "pdq")}
    return {
        "origin": file.origin,
        "origin_in_words": str(file.get_origin_display()),
        "media_type": file.media_type,
        "size": file.size,
        "locked": bool(file.upload and file.upload.locked_at),
        **{name: value.hex() for name, value in digests.items() if value is not None},
    }
