"""Values sent to and received from ICCAM, version 3. Pure functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from hotline.referral.iccam.exceptions import UnreadableResponse

MAX_URL_LENGTH = 8000
MAX_TEXT_LENGTH = 20_000


# Names and shapes are ICCAM's, as used by the open client of another hotline (AbuseIO/SCART-application). Of a
# response, only the fields in use are read, and their types are checked.
class ContentType(IntEnum):
    MEDIA = 1
    WEBSITE = 2


# The fields of an assessment that are answers; the others identify the analyst.
ANSWERS = (
    "classification",
    "ageCategorization",
    "genderCategorization",
    "virtualContentCategorization",
    "userGeneratedContentCategorization",
    "childModelingCategorization",
)


@dataclass(frozen=True, kw_only=True)
class NewUrl:
    """One address of a new report; `assessment` is the result of `mapping.assessment`."""

    address: str
    reference: str
    is_source: bool
    content_type: ContentType
    country: str
    ip: str = ""
    organisation: str = ""
    asn: int | None = None
    is_cdn: bool = False
    assessment: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "urlString": self.address,
            "hotlineReference": self.reference,
            "isSourceUrl": self.is_source,
            "contentType": int(self.content_type),
            "hostingCountryCode": self.country,
            "hostingIpAddress": self.ip,
            "hostingIsp": self.organisation,
            "hostingOrganization": {
                "organizationName": self.organisation,
                "autonomousSystemNumber": self.asn,
                "isContentDeliveryNetwork": self.is_cdn,
            },
            "memo": "",
            "assessment": self.assessment,
            "actions": [],
        }


@dataclass(frozen=True, kw_only=True)
class NewReport:
    """A report to post. It contains no memo, no text of the reporter and no personal name."""

    reference: str
    received_at: datetime
    analyst: str
    site_type: int
    urls: Sequence[NewUrl]

    def as_json(self) -> dict[str, Any]:
        return {
            "hotlineReference": self.reference,
            "hotlineReceivedDate": utc(self.received_at),
            "reportingAnalystName": self.analyst,
            "memo": "",
            "sourceUrlReferrer": None,
            "sourceUrlUsername": "",
            "sourceUrlPassword": "",
            "sourceUrlSiteType": self.site_type,
            # Analysts do not record commerciality or payment methods: not determined.
            "sourceUrlCommerciality": 1,
            "sourceUrlPaymentMethods": [1],
            "urls": [url.as_json() for url in self.urls],
        }


@dataclass(frozen=True, kw_only=True)
class Content:
    """A content item in ICCAM.

    `assessment` holds the answers of the last one, empty if there is none; `actions` are types.
    """

    content_id: int
    report_id: int
    address: str
    hosting_country: str
    assigned_country: str
    reference: str = ""
    memo: str = ""
    assessment: Mapping[str, int] = field(default_factory=dict)
    actions: Sequence[int] = ()

    @property
    def classification(self) -> int | None:
        return self.assessment.get("classification")


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An entry of a list of contents; `reference` is that of the reporting hotline."""

    content_id: int
    report_id: int
    reference: str

    @property
    def report_reference(self) -> str:
        """The reference of its report, for our own content."""
        return self.reference.partition("/")[0]


@dataclass(frozen=True)
class Listing:
    """A list of contents, and the number of unreadable entries."""

    entries: Sequence[Listed]
    unreadable: int


def utc(moment: datetime) -> str:
    """Return the time as `2026-03-02T10:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_content(value: object) -> Content:
    """Parse a content item. Raises UnreadableResponse."""
    entry = _object(value)
    url = _object(entry.get("url"))
    assessments, actions = _list(entry.get("assessments")), _list(entry.get("actions"))
    last = _object(assessments[-1]) if assessments else {}
    return Content(
        content_id=_number(entry.get("contentId")),
        report_id=_number(entry.get("reportId")),
        address=_text(url.get("urlString"), MAX_URL_LENGTH),
        hosting_country=_text(url.get("hostingCountryCode"), 2),
        assigned_country=_text(entry.get("assignedCountryCode"), 2),
        reference=_text(entry.get("hotlineReference"), 200),
        memo=_text(entry.get("memo"), MAX_TEXT_LENGTH),
        assessment={name: _number(last[name]) for name in ANSWERS if last.get(name) is not None},
        actions=tuple(_number(_object(action).get("actionType")) for action in actions),
    )


def read_listing(value: object) -> "Listing":
    """Parse a list of contents, skipping unreadable entries. Raises UnreadableResponse if it is not a list."""
    entries: list[Listed] = []
    unreadable = 0
    for entry in _list(value):
        try:
            fields = _object(entry)
            listed = Listed(
                content_id=_number(fields.get("contentId")),
                report_id=_number(fields.get("reportId")),
                reference=_text(fields.get("hotlineReference"), 200),
            )
        except UnreadableResponse:
            unreadable += 1
        else:
            entries.append(listed)
    return Listing(entries, unreadable)


def read_report_contents(value: object) -> dict[str, int]:
    """Parse {address: content id} of a report. Raises UnreadableResponse."""
    contents = map(_object, _list(_object(value).get("reportContents")))
    return {_text(entry.get("urlString"), MAX_URL_LENGTH): _number(entry.get("contentId")) for entry in contents}


def read_id(value: object) -> int:
    """Parse the id of a report, bare or in an object. Raises UnreadableResponse."""
    return _number(value.get("reportId") if isinstance(value, dict) else value)


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableResponse("not an object")
    return value


def _list(value: object) -> Sequence[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnreadableResponse("not a list")
    return value


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise UnreadableResponse("not a number")
    return value


def _text(value: object, longest: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise UnreadableResponse("not a text")
    return value
