"""XARF v4: the content category is taken, everything else refused by name."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from hotline.categories import CSAM
from hotline.intake.api.parsers import InvalidReport
from hotline.intake.api.schemas import XARF_CATEGORIES, is_xarf
from hotline.intake.api.validation import NO_FILES
from hotline.intake.api.xarf import _schemas, read_xarf
from hotline.models import Channel, TextField
from hotline.triage.hash_lists.digests import FileDigest
from tests.hotline.intake.api.program import XARF

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
EXAMPLES = {
    schema["allOf"][1]["properties"]["type"]["const"]: example
    for schema in _schemas().values()
    if "const" in schema.get("allOf", [{}, {}])[1].get("properties", {}).get("type", {})
    for example in schema["examples"][:1]
}


def faults(value: Any) -> dict[str, str]:
    with pytest.raises(InvalidReport) as faulty:
        read_xarf(value, "/1", now=NOW)
    return dict(faulty.value.faults)


def test_xarf_report_becomes_a_submission() -> None:
    incoming = read_xarf(XARF, "", now=NOW)
    submission = incoming.submission("7K3MQ9TZV4HD2XNB")
    assert (submission.channel, submission.category, submission.language) == (Channel.API, CSAM.code, "en")
    assert [location.canonical for location in submission.locations] == ["https://album.example.org/a/1"]
    assert submission.files == [FileDigest(sha256=bytes.fromhex(XARF["hash_values"]["sha256"]))]  # type: ignore[index]
    assert incoming.reference == XARF["report_id"]
    assert list(submission.texts) == [TextField.WORDS]
    words = dict(submission.texts[TextField.WORDS])
    assert json.loads(words.pop("xarf")) == XARF
    assert words == {
        "what": "Found by a scan.",
        "when_seen": "2026-01-15T10:30:00Z",
        "details": "",
        "addresses_as_typed": "https://album.example.org/a/1",
        "app": "",
        "handle": "",
    }


def test_the_standards_own_examples() -> None:
    assert set(EXAMPLES) == set(XARF_CATEGORIES)
    for content_type, whole in EXAMPLES.items():
        example = {name: value for name, value in whole.items() if name != "evidence"}
        incoming = read_xarf(example, "", now=NOW)
        assert (incoming.category, len(incoming.locations)) == (XARF_CATEGORIES[content_type], 1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"evidence": [{"content_type": "image/png", "payload": "AAAA"}]}, {"/1/evidence": NO_FILES}),
        ({"screenshot": "A" * 1000}, {"/1/screenshot": NO_FILES}),
        ({"notes": {"deep": ["data:image/png;base64,AAAA"]}}, {"/1/notes/deep/0": NO_FILES}),
        ({"type": "spam"}, {"/1/type": f"Only these types of the category content are accepted: {', '.join(XARF_CATEGORIES)}."}),
        ({"type": ["csam"]}, {"/1/type": f"Only these types of the category content are accepted: {', '.join(XARF_CATEGORIES)}."}),
        ({"xarf_version": "3"}, {"/1/xarf_version": r"This does not match the pattern ^4\.[0-9]+\.[0-9]+$"}),
        ({"classification": "Z"}, {"/1/classification": "This must be one of: baseline, A1, A2, B1, B2."}),
        ({"timestamp": "2026-03-03T00:00:00Z"}, {"/1/timestamp": "This time is in the future."}),
        ({"report_id": "7"}, {"/1/report_id": "This is not a uuid as the standard defines it."}),
        ({"url": "nothing"}, {"/1/url": "This is not an address."}),
        ({"url": "https://example.org/" + "a" * 2100}, {"/1/url": "This is longer than 2048 characters."}),
        ({"reporter": {"org": "x", "contact": "y"}}, {"/1/reporter/domain": "This field is missing."}),
        ({"na\x00me": 1}, {"/1": "This contains a NUL or a lone surrogate."}),
        ({"notes": ["я " * 400] * 50}, {"/1": "This report is longer than 32000 characters."}),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(change: dict[str, Any], expected: dict[str, str]) -> None:
    assert faults({**XARF, **change}) == expected


@pytest.mark.parametrize("name", ["url", "timestamp"])
def test_missing_fields_are_reported(name: str) -> None:
    assert faults({key: value for key, value in XARF.items() if key != name}) == {
        f"/1/{name}": "This field is missing."
    }


def test_an_older_version_is_refused_by_name() -> None:
    old = {"Version": "3", "ReporterInfo": {"ReporterOrg": "x"}, "Report": {"ReportClass": "Content"}}
    assert is_xarf(old)
    assert faults(old) == {"/1": "This is XARF version 3 or earlier. Only version 4 is supported."}
