"""Reports in the portal's format: values and errors of every field."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hotline.categories import CATEGORIES, CSAM
from hotline.intake.api.parsers import InvalidReport, read_report
from hotline.intake.api.schemas import REPORT as SCHEMA
from hotline.intake.api.validation import MAX_FAULTS_AN_ITEM, NO_FILES, unfit_texts
from hotline.models import Channel, LocationKind, TextField
from hotline.triage.hash_lists.digests import FileDigest
from hotline.triage.url_normalisation import Location
from tests.hotline.intake.api.program import REPORT
from tests.timing import seconds

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FULL = {
    "category": "csam",
    "addresses": ["https://Album.Example.org/a/1?utm_source=x", "hxxps://forum[.]example[.]net/b"],
    "app": "Telegram",
    "handle": "@Nalog_1",
    "words": "Видео\u0000"[:-1],
    "seen_at": "2026-03-02T10:00:00+01:00",
    "language": "sr",
    "contact": "ana@example.org",
    "wants_answer": True,
    "hashes": [
        {"md5": "00" * 16, "sha1": "0A" * 20, "sha256": "ff" * 32, "pdq": "0f" * 32, "pdq_quality": 80,
            "media_type": "Image/JPEG", "size": 5},
        {"sha256": "aa" * 32},
    ],
    "reference": "2026/117-a",
    "danger_now": True,
}  # fmt: skip


def faults(value: Any, pointer: str = "/reports/3") -> dict[str, str]:
    with pytest.raises(InvalidReport) as faulty:
        read_report(value, pointer, now=NOW)
    return dict(faulty.value.faults)


def test_every_field_has_its_place() -> None:
    assert set(FULL) == set(SCHEMA["properties"])
    submission = read_report(FULL, "", now=NOW).submission("7K3MQ9TZV4HD2XNB")
    assert (submission.channel, submission.category, submission.language) == (Channel.API, CSAM.code, "sr")
    assert (submission.receipt, submission.danger_now, submission.about_me) == ("7K3MQ9TZV4HD2XNB", True, False)
    assert submission.texts == {
        TextField.WORDS: {
            "what": "Видео",
            "when_seen": "2026-03-02T10:00:00+01:00",
            "details": "",
            "addresses_as_typed": "\n".join(FULL["addresses"]),  # type: ignore[arg-type]
            "app": "Telegram",
            "handle": "@Nalog_1",
        },
        TextField.CONTACT: {"contact": "ana@example.org", "wants_answer": True},
    }
    assert list(submission.locations) == [
        Location(LocationKind.URL, "https://album.example.org/a/1", "album.example.org", "example.org"),
        Location(LocationKind.URL, "https://forum.example.net/b", "forum.example.net", "example.net"),
        Location(LocationKind.APP, "app:telegram/nalog_1"),
    ]
    assert submission.files == [
        FileDigest(md5=bytes(16), sha1=b"\x0a" * 20, sha256=b"\xff" * 32, pdq=b"\x0f" * 32, pdq_quality=80,
            media_type="image/jpeg", size=5),
        FileDigest(sha256=b"\xaa" * 32),
    ]  # fmt: skip
    assert read_report(FULL, "", now=NOW).reference == "2026/117-a"


@pytest.mark.parametrize(
    "alone",
    [
        {"addresses": ["example.org"]},
        {"words": "У игри."},
        {"hashes": [{"pdq": "00" * 32}]},
        {"app": "telegram", "handle": "@primer"},
        {"app": "viber"},
        {"handle": "@primer"},
    ],
)
def test_one_of_them_is_enough(alone: dict[str, Any]) -> None:
    read = [read_report({"category": category, **alone}, "", now=NOW) for category in CATEGORIES]
    assert {each.language for each in read} == {"en"}
    assert {len(each.locations) for each in read} == {int("addresses" in alone or len(alone) == 2)}


def test_an_address_twice_is_one_place() -> None:
    twice = {"category": "other", "addresses": ["https://example.org/a", "https://EXAMPLE.org/a?fbclid=1"]}
    assert len(read_report(twice, "", now=NOW).locations) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"category": "spam"}, {"/category": f"This must be one of: {', '.join(CATEGORIES)}."}),
        ({"addresses": []}, {"/addresses": "This is empty."}),
        ({"addresses": "https://example.org"}, {"/addresses": "This must be an array."}),
        ({"addresses": ["https://example.org/"] * 5000}, {"/addresses": "There are more than 100 of these."}),
        ({"addresses": ["https://example.org", 5, ""]}, {"/addresses/1": "This must be a string.", "/addresses/2": "This is empty."}),
        (
            {"addresses": ["word", "javascript:alert(1)", "ana@example.org", "https://a..b", "tekst.zip", "http://" + "a" * 16 + ".onion"]},
            {
                "/addresses/0": "This is not an address.",
                "/addresses/1": "Only addresses of http, https, ftp, magnet and ed2k are accepted.",
                "/addresses/2": "This is an e-mail address, not an address of content.",
                "/addresses/3": "The host of this address is invalid.",
                "/addresses/4": "This may be a file name. Send the address with its scheme.",
                "/addresses/5": "Onion services of version 2 ended in 2021.",
            },
        ),
        ({"addresses": ["data:image/png;base64,AAAA"]}, {"/addresses/0": NO_FILES}),
        ({"wants_answer": True}, {"/contact": "This field is missing: wants_answer needs it."}),
        ({"words": "a\ufffd"}, {"/words": "This contains unreadable characters, or no readable ones."}),
        ({"words": "a\x00b"}, {"/words": "This contains a NUL or a lone surrogate."}),
        ({"words": "я" * 10_001}, {"/words": "This is longer than 10000 characters."}),
        ({"words": "iVBORw0KGgo" * 100}, {"/words": NO_FILES}),
        ({"words": "\r\n".join(["A" * 76] * 12)}, {"/words": NO_FILES}),
        ({"seen_at": "yesterday"}, {"/seen_at": "This is not a date-time as the standard defines it."}),
        ({"seen_at": "2026-02-30T10:00:00Z"}, {"/seen_at": "This is not a date-time as the standard defines it."}),
        ({"seen_at": 1767225600}, {"/seen_at": "This must be a string."}),
        ({"seen_at": "2026-03-02T12:05:01Z"}, {"/seen_at": "This time is in the future."}),
        ({"seen_at": "9999-12-31T23:59:59.999999999-23:59"}, {"/seen_at": "This time is in the future."}),
        ({"danger_now": 1}, {"/danger_now": "This must be true or false."}),
        ({"reference": "a\n"}, {"/reference": "This does not match the pattern ^[A-Za-z0-9._:+/-]{1,64}$"}),
        ({"hashes": [{}]}, {"/hashes/0": "At least one of these is required: md5, sha1, sha256, pdq."}),
        ({"hashes": [{"md5": "00" * 16, "size": -1}]}, {"/hashes/0/size": "This is less than 0."}),
        ({"hashes": [{"md5": "00" * 16, "size": 2**53}]}, {"/hashes/0/size": f"This is more than {2**53 - 1}."}),
        ({"hashes": [{"md5": "00" * 16, "size": True}]}, {"/hashes/0/size": "This must be a whole number."}),
        ({"unknown": 1}, {"/unknown": "There is no field of this name."}),
        ({"a/b~c": 1}, {"/a~1b~0c": "There is no field of this name."}),
        ({"image_base64": "AAAA"}, {"/image_base64": NO_FILES}),
        ({"n" * 500: 1}, {"/" + "n" * 80: "There is no field of this name."}),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(change: dict[str, Any], expected: dict[str, str]) -> None:
    assert faults({**REPORT, **change}) == {f"/reports/3{pointer}": sentence for pointer, sentence in expected.items()}


@pytest.mark.parametrize("seen_at", ["2026-03-02T12:05:00Z", "2026-03-02T13:04:00+01:00", "0001-01-01T00:00:00+23:59"])
def test_a_time_of_a_fast_clock_and_any_past_time_are_accepted(seen_at: str) -> None:
    incoming = read_report({**REPORT, "seen_at": seen_at}, "", now=NOW)
    assert incoming.words["when_seen"] == seen_at


def test_nothing_to_look_at() -> None:
    assert faults({"category": "csam"}) == {
        "/reports/3": "At least one of these is required: addresses, app, handle, words, hashes."
    }
    assert faults({"words": "x"}) == {"/reports/3/category": "This field is missing."}


@pytest.mark.parametrize("value", [None, "x", [[]]])
def test_no_object(value: Any) -> None:
    assert faults(value) == {"/reports/3": "This must be an object."}


NEARLY_A_FILE = ["a" * 999 + " ", ("a" * 80 + "\n") * 9 + "\n", "data:a/b" + ";a" * 400 + " "]


def fitting(piece: str) -> None:
    assert unfit_texts(piece * (2_000_000 // len(piece)), "") == []


@pytest.mark.parametrize("piece", NEARLY_A_FILE)
def test_text_that_resembles_a_file_is_accepted(piece: str) -> None:
    fitting(piece)


@pytest.mark.timing
@pytest.mark.parametrize("piece", NEARLY_A_FILE)
def test_text_that_resembles_a_file_is_parsed_in_linear_time(piece: str) -> None:
    assert seconds(fitting, piece) < 10 * seconds(fitting, "plain words ")


def test_at_most_twenty_faults_are_reported() -> None:
    assert len(faults({**REPORT, **{f"field{number}": 1 for number in range(1000)}})) == MAX_FAULTS_AN_ITEM


def test_error_messages_never_contain_input() -> None:
    marker = "marker 4821"
    for name in ("category", "seen_at", "language", "reference"):
        assert marker not in str(faults({**REPORT, name: marker}))
