"""All parsers of external input as functions of a text, with the exceptions by which they may refuse it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

from awareness.events.bookings.signed_links import uuid_from_token
from awareness.events.ical import date_calendar
from awareness.events.staff.month_calendar import read_month
from awareness.games.import_export.validation import document_problems
from awareness.games.import_export.validation import read_json as read_game
from awareness.library import csv_import_export
from awareness.library.upload_validation import InvalidResourceFile, clean_name
from awareness.news.files import InvalidCaptions, read_captions
from awareness.quizzes.import_export.gift.parser import read_gift
from awareness.quizzes.import_export.json_reader import read_json as read_quiz
from awareness.quizzes.import_export.text_encoding import Undecodable, decode
from awareness.quizzes.kinds.numeric import read_number
from awareness.search.engine import excerpt
from awareness.search.query_parser import read_query
from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, open_state
from clicksafely.common.documents.csv_output import render_csv
from clicksafely.common.http.problem_details import ApiError, ProblemDetail
from clicksafely.common.i18n.language import negotiate_language
from clicksafely.common.imports.tables import Bounds, TableRefused, read_table
from clicksafely.common.logs import redact
from clicksafely.common.mail.address_parser import parse_addresses
from clicksafely.common.mail.addresses import is_deliverable
from clicksafely.common.mail.dsn import parse_report
from clicksafely.common.mail.message_builder import compose_message
from clicksafely.common.plain_text import TextError, clean_text
from clicksafely.common.rich_text import html_to_text, sanitise_html
from clicksafely.common.serbian.latin_html import html_to_latin
from clicksafely.common.serbian.search_folding import fold, slugify
from hotline.intake.api.parsers import InvalidReport
from hotline.intake.api.parsers import read_report as read_item
from hotline.intake.api.strict_json import InvalidJson
from hotline.intake.api.strict_json import read_json as read_body
from hotline.intake.api.xarf import read_xarf
from hotline.intake.email.html import read_html
from hotline.intake.email.parser import read_message
from hotline.intake.email.rtf import read_rtf
from hotline.intake.email.tnef import read_tnef
from hotline.triage.rules.matching import InvalidRuleValue, canonical_value
from hotline.triage.url_normalisation import NotALocation, app_location, extract_locations, locate
from tests.awareness.events.ical.test_calendars import a_date
from tests.awareness.events.ical.test_calendars import read_one as read_calendar
from tests.hotline.intake.api.program import REPORT, XARF
from youthpanel.consultations.pii_hints import find_personal_data
from youthpanel.members.spreadsheet_import import columns

SENT_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Parser(NamedTuple):
    """`read` parses a text; `refuses` are the exceptions it may raise."""

    read: Callable[[str], Any]
    refuses: tuple[type[Exception], ...] = ()


def octets(text: str) -> bytes:
    """Return the text as bytes of a file."""
    return text.encode("utf-8", "surrogatepass")


def _every_place(whole: dict[str, Any], text: str) -> list[dict[str, Any]]:
    """Return a document with the text in place of each of its values in turn."""
    return [whole | {name: text} for name in whole]


def _items(text: str) -> None:
    for value in _every_place(REPORT, text):
        _refusing(read_item, value, "/0")


def _xarf(text: str) -> None:
    for value in _every_place(XARF, text):
        _refusing(read_xarf, value, "/0")


def _refusing(read: Callable[..., Any], *arguments: Any) -> None:
    """Each error is reported at its position."""
    faults: Sequence[ProblemDetail] = ()
    try:
        read(*arguments, now=SENT_AT)
    except InvalidReport as refusal:
        faults = refusal.faults
    assert all(fault.pointer.startswith("/0") and fault.detail for fault in faults)


def _calendar(text: str) -> None:
    """Our output is parsed by others as one event with the typed text."""
    entry = read_calendar(date_calendar(a_date(place=text), language="sr", url="https://example.org/"))
    assert not entry.attach


def _email(text: str) -> None:
    """Our output has exactly our header fields."""
    raw = compose_message(
        sender="a@example.org",
        sender_name=text[:200],
        to="b@example.org",
        subject=text[:500],
        text=text,
        sent_at=SENT_AT,
        message_id="1@example.org",
    )
    head = raw.partition(b"\r\n\r\n")[0].lower()
    assert head.count(b"\r\nto:") == 1
    assert b"\r\nbcc:" not in head
    assert b"\n" not in head.replace(b"\r\n", b"")


def _captions(text: str) -> None:
    path = SimpleNamespace(read_bytes=lambda: octets("WEBVTT\n\n" + text))
    read_captions(SimpleNamespace(size=1, stored=SimpleNamespace(path=path)))  # type: ignore[arg-type]


def _games(text: str) -> None:
    value, problems = read_game(octets(text))
    if not problems:
        document_problems(value, ())


def _script(text: str) -> None:
    assert html_to_latin(f"<p>{sanitise_html(text)}</p>").count("<script") == 0


def _cell(text: str) -> None:
    """No cell is a formula."""
    for line in render_csv(["x"], [[text]]).split("\r\n")[1:2]:
        assert line.removeprefix('"')[:1] not in {"=", "+", "-", "@", "\t"}


def _columns(text: str) -> None:
    columns.column_of(text)
    for name in ("school_kind", "role", "yes_no", "date", "number"):
        getattr(columns, f"parse_{name}")(text)


def _language(text: str) -> None:
    assert negotiate_language(text) in {"sr", "sr-latn", "en"}


PARSERS: Final[dict[str, Parser]] = {
    "address": Parser(locate, (NotALocation,)),
    "addresses in a text": Parser(extract_locations),
    "name in an app": Parser(lambda text: app_location("telegram", text), (ValueError,)),
    "rule": Parser(lambda text: canonical_value("host", text), (InvalidRuleValue,)),
    "rule with stars": Parser(lambda text: canonical_value("pattern", text), (InvalidRuleValue,)),
    "e-mail": Parser(lambda text: read_message(octets(text))),
    "head of an e-mail": Parser(
        lambda text: read_message(b"Subject: " + octets(text) + b"\r\nFrom: " + octets(text) + b"\r\n\r\nx")
    ),
    "body of an e-mail": Parser(lambda text: read_message(b"Content-Type: text/html\r\n\r\n" + octets(text))),
    "HTML of an e-mail": Parser(read_html),
    "RTF of an e-mail": Parser(lambda text: read_rtf(b"{\\rtf1 " + octets(text))),
    "winmail": Parser(lambda text: read_tnef(b"\x78\x9f\x3e\x22\x00\x00" + octets(text))),
    "mailboxes": Parser(lambda text: parse_addresses([octets(text)])),
    "e-mail that came back": Parser(lambda text: parse_report(octets(text))),
    "address of e-mail": Parser(is_deliverable),
    "e-mail that we write": Parser(_email),
    "calendar that we write": Parser(_calendar),
    "CSV that we write": Parser(_cell),
    "GIFT": Parser(lambda text: read_gift(f"::x::{text}{{=a ~b}}\n\n{text}")),
    "file of questions": Parser(lambda text: decode(octets(text)), (Undecodable,)),
    "quiz as JSON": Parser(read_quiz),
    "game as JSON": Parser(_games),
    "resources as CSV": Parser(lambda text: read_table(octets(text), csv_import_export.BOUNDS), (TableRefused,)),
    "members as CSV": Parser(
        lambda text: read_table(octets(text), Bounds(megabytes=1, rows=9, columns=9, cell=99)), (TableRefused,)
    ),
    "members, a cell": Parser(_columns),
    "body of the interface": Parser(lambda text: read_body(octets(text)), (InvalidJson, ApiError)),
    "report of a partner": Parser(_items),
    "XARF": Parser(_xarf),
    "receipt": Parser(receipts.normalise_receipt),
    "state of a form": Parser(lambda text: open_state(text, purpose="x"), (StateInvalid, StateExpired)),
    "link of a booking": Parser(uuid_from_token),
    "month": Parser(read_month),
    "search": Parser(read_query),
    "found text": Parser(lambda text: excerpt(text, text, ["x"])),
    "answer of a quiz": Parser(read_number),
    "words of a member": Parser(find_personal_data),
    "captions": Parser(_captions, (InvalidCaptions,)),
    "name of a file": Parser(clean_name, (InvalidResourceFile,)),
    "plain text": Parser(lambda text: clean_text(text, max_length=9999), (TextError,)),
    "rich text": Parser(lambda text: html_to_text(sanitise_html(text))),
    "page in the other script": Parser(_script),
    "language of a browser": Parser(_language),
    "folding": Parser(lambda text: (fold(text), slugify(text))),
    "log": Parser(redact),
}
