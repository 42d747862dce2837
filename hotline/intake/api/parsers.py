"""Parser of one partner report in the JSON format of the API, without access to the database."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from clicksafely.common.http.problem_details import ProblemDetail
from clicksafely.common.plain_text import TextError, clean_text
from hotline.intake.api.schemas import REPORT
from hotline.intake.api.validation import faults_of, make_validator, unfit_texts
from hotline.intake.submission import Submission
from hotline.models import Channel, TextField
from hotline.triage.hash_lists.digests import FileDigest
from hotline.triage.url_normalisation import (
    Location,
    NotALocation,
    UnreadableReason,
    app_location,
    extract_locations,
    locate,
)

_REPORT = make_validator(REPORT)
_DIGESTS = ("md5", "sha1", "sha256", "pdq")
# A partner's clock may be fast.
_CLOCK_TOLERANCE = timedelta(minutes=5)
_FUTURE = "This time is in the future."
_UNREADABLE = "This contains unreadable characters, or no readable ones."
_NO_ADDRESS: dict[UnreadableReason | None, str] = {
    None: "This is not an address.",
    UnreadableReason.SCHEME: "Only addresses of http, https, ftp, magnet and ed2k are accepted.",
    UnreadableReason.EMAIL: "This is an e-mail address, not an address of content.",
    UnreadableReason.HOST: "The host of this address is invalid.",
    UnreadableReason.FILE: "This may be a file name. Send the address with its scheme.",
    UnreadableReason.OLD_ONION: "Onion services of version 2 ended in 2021.",
    UnreadableReason.TOO_LONG: "This address is too long.",
}


class InvalidReport(Exception):
    """A report that cannot be accepted, with its faults."""

    def __init__(self, faults: Sequence[ProblemDetail]) -> None:
        super().__init__(len(faults))
        self.faults = faults


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One parsed report.

    `words` are stored encrypted, `reference` is the partner's own number, stored in clear text.
    """

    category: str
    language: str
    words: Mapping[str, str]
    locations: Sequence[Location] = ()
    files: Sequence[FileDigest] = ()
    contact: Mapping[str, Any] = field(default_factory=dict)
    reference: str = ""
    danger_now: bool = False

    def submission(self, receipt: str) -> Submission:
        """Return the submission for this report, with the given receipt."""
        texts: dict[TextField, Mapping[str, Any]] = {TextField.WORDS: self.words}
        if self.contact:
            texts[TextField.CONTACT] = self.contact
        return Submission(
            channel=Channel.API,
            category=self.category,
            language=self.language,
            receipt=receipt,
            texts=texts,
            locations=self.locations,
            files=self.files,
            danger_now=self.danger_now,
        )


def read_report(value: Any, pointer: str, *, now: datetime) -> Incoming:
    """Parse a report in our own format. `pointer` is its JSON Pointer in the body. Raises InvalidReport."""
    faults = faults_of(_REPORT, value, pointer) or unfit_texts(value, pointer)
    if not faults and "seen_at" in value:
        faults = future_time(value["seen_at"], f"{pointer}/seen_at", now=now)
    if faults:
        raise InvalidReport(faults)
    addresses: list[str] = value.get("addresses", [])
    locations = read_addresses({f"{pointer}/addresses/{place}": address for place, address in enumerate(addresses)})
    app, handle = (_line(value, name, pointer) for name in ("app", "handle"))
    if app and handle:
        # A handle that cannot be parsed stays in the encrypted text only.
        with suppress(ValueError):
            locations.append(app_location(app, handle))
    contact = _line(value, "contact", pointer)
    return Incoming(
        category=value["category"],
        language=value.get("language", "en"),
        words=words(
            what=_text(value, "words", pointer),
            when_seen=value.get("seen_at", ""),
            addresses="\n".join(addresses),
            app=app,
            handle=handle,
        ),
        locations=list(dict.fromkeys(locations)),
        files=[_file(entry) for entry in value.get("hashes", [])],
        contact={"contact": contact, "wants_answer": value.get("wants_answer", False)} if contact else {},
        reference=value.get("reference", ""),
        danger_now=value.get("danger_now", False),
    )


def future_time(time: str, pointer: str, *, now: datetime) -> list[ProblemDetail]:
    """Return the fault of a time after `now`. `time` is a date-time of RFC 3339 with an offset."""
    is_future = datetime.fromisoformat(time.upper()) > now + _CLOCK_TOLERANCE
    return [ProblemDetail(pointer, _FUTURE)] if is_future else []


def words(
    *, what: str = "", when_seen: str = "", addresses: str = "", app: str = "", handle: str = "", **others: str
) -> dict[str, str]:
    """Return the text fields that all channels share."""
    shared_fields = {"what": what, "when_seen": when_seen, "details": "", "app": app, "handle": handle}
    return {**shared_fields, "addresses_as_typed": addresses, **others}


def read_addresses(addresses: Mapping[str, str]) -> list[Location]:
    """Return the location of each address. The keys are JSON Pointers.

    Raises InvalidReport with a fault for each invalid address.
    """
    locations, faults = [], []
    for pointer, address in addresses.items():
        try:
            locations.append(_locate(address.strip()))
        except NotALocation as problem:
            faults.append(ProblemDetail(pointer, _NO_ADDRESS[problem.why]))
    if faults:
        raise InvalidReport(faults)
    return locations


def readable(text: str, pointer: str) -> str:
    """Return `text`, cleaned.

    Raises InvalidReport if it contains replacement characters (U+FFFD) or nothing readable.
    """
    try:
        # The schema limits the length. NFC can make a text up to three times as long.
        return clean_text(text, max_length=3 * len(text))
    except TextError as error:
        raise InvalidReport([ProblemDetail(pointer, _UNREADABLE)]) from error


def _locate(address: str) -> Location:
    try:
        return locate(address)
    except NotALocation:
        if len(address.split()) != 1:
            raise
        # The address may be "defanged". Text with spaces is not accepted as an address.
        found = extract_locations(address)
        if len(found.locations) == 1 and not found.unreadable:
            return found.locations[0]
        raise


def _file(entry: Mapping[str, Any]) -> FileDigest:
    digests = {name: bytes.fromhex(entry[name]) for name in _DIGESTS if name in entry}
    size = entry.get("size")
    return FileDigest(
        **digests,
        pdq_quality=int(entry["pdq_quality"]) if "pdq" in entry and "pdq_quality" in entry else None,
        media_type=entry.get("media_type", "").lower(),
        size=None if size is None else int(size),
    )


def _line(value: Mapping[str, Any], name: str, pointer: str) -> str:
    return " ".join(_text(value, name, pointer).split())


def _text(value: Mapping[str, Any], name: str, pointer: str) -> str:
    """Return the cleaned text of a field, or "" if the field is missing. Raises InvalidReport."""
    if name not in value:
        return ""
    text = readable(value[name], f"{pointer}/{name}")
    if not text:
        raise InvalidReport([ProblemDetail(f"{pointer}/{name}", _UNREADABLE)])
    return text
