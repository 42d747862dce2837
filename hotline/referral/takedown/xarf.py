"""XARF v4 reports (https://xarf.org) of items in notices. Pure functions."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hotline.models import Host

VERSION = "4.2.0"
# The sender of a notice about CSAM is not named (DSA, article 16(2)(c)), but the standard requires an organisation.
UNNAMED_ORGANISATION = "Not named (Regulation (EU) 2022/2065, Article 16(2)(c))"
_BASELINE, _NATIONAL = 1, 2
_DOMAIN = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}")


@dataclass(frozen=True, kw_only=True)
class ReportedItem:
    """An item: `address` is inserted byte for byte, `since` is its first notice.

    `iccam_id` and `code` are its classification.
    """

    uuid: UUID
    address: str
    host: Host | None
    host_name: str
    iccam_id: int | None
    code: str
    found_at: datetime
    since: datetime


def xarf_report(reported: ReportedItem, *, organisation: str, contact: str) -> dict[str, Any]:
    """Return the report of one item by `organisation` (empty: not named), with the reply address `contact`.

    The generator of the `xarf` package is unsuitable. It creates a new id and time for each report, while a reminder
    keeps them. Importing it costs each process 12 MB. Tests validate reports with the package.
    """
    who = {"org": organisation or UNNAMED_ORGANISATION, "contact": contact, "domain": contact.rpartition("@")[2]}
    return {
        "xarf_version": VERSION,
        "report_id": str(reported.uuid),
        "timestamp": _utc(reported.since),
        "reporter": who,
        "sender": who,
        "source_identifier": _source(reported),
        "category": "content",
        **_kind(reported),
        "url": reported.address,
        "verified_at": _utc(reported.found_at),
        "verification_method": "manual",
        "evidence_source": "manual_review",
        **_hosting(reported),
    }


def _kind(reported: ReportedItem) -> dict[str, Any]:
    """The standard has no types for hate speech or bullying: our own names are valid for its core."""
    if reported.iccam_id == _BASELINE:
        return {"type": "csam", "classification": "baseline", "detection_method": "manual_review"}
    if reported.iccam_id == _NATIONAL:
        return {"type": "csem", "exploitation_type": "distribution", "detection_method": "manual_review"}
    return {"type": reported.code}


def _source(reported: ReportedItem) -> str:
    addresses = reported.host.places if reported.host else []
    return addresses[0].ip if addresses else reported.host_name


def _hosting(reported: ReportedItem) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if _DOMAIN.fullmatch(reported.host_name):
        found["domain"] = reported.host_name
    if reported.host is None:
        return found
    return found | {
        name: value
        for name, value in {
            "hosting_provider": reported.host.organisation,
            "asn": reported.host.asn,
            "country_code": reported.host.country,
            "registrar": reported.host.registrar,
        }.items()
        if value
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
