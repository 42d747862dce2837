"""The draft between the steps."""

from dataclasses import replace
from uuid import uuid4

import pytest
import time_machine
from django.utils.translation import override

from clicksafely.common.crypto.form_state import MAX_STATE_BYTES, StateExpired, StateInvalid, seal_state
from hotline.intake.web.report_draft import DraftPicture, ReportDraft, open_pictures, seal_pictures
from hotline.models import TextField

PICTURES = [DraftPicture(str(uuid4()), "slika.png", 1234)]
DRAFT = ReportDraft(
    category="other",
    language="sr-latn",
    receipt="7K3MQ9TZV4HD2XNB",
    addresses="види example.org/a и example.org/a?utm_source=x",
    app="game",
    handle="@Primer",
    what="прете ми",
    when_seen="today",
    details="јуче",
    danger_now=True,
    about_me=True,
    contact="a@example.org",
    wants_answer=True,
    pictures=PICTURES,
    child=True,
    trapped=True,
)


def test_a_draft_comes_back_whole() -> None:
    assert ReportDraft.open(DRAFT.seal()) == DRAFT


@pytest.mark.parametrize(
    "token",
    [
        "AAAA" * 100,
        seal_state({}, purpose="case"),
        seal_state({"pictures": []}, purpose="report"),
        seal_state({"pictures": [], "category": "other", "colour": "teal"}, purpose="report"),
    ],
    ids=["forged", "of a case", "of an older version", "of a newer version"],
)
def test_invalid_token_is_refused(token: str) -> None:
    with pytest.raises(StateInvalid):
        ReportDraft.open(token)


def test_two_hours() -> None:
    with time_machine.travel("2026-03-02T10:00:00Z", tick=False) as clock:
        token, sealed_pictures = DRAFT.seal(), seal_pictures(PICTURES)
        clock.shift(2 * 3600 - 1)
        assert ReportDraft.open(token) == DRAFT
        assert open_pictures(sealed_pictures) == PICTURES
        clock.shift(2)
        assert open_pictures(sealed_pictures) is None
        with pytest.raises(StateExpired):
            ReportDraft.open(token)


def test_token_of_a_draft_opens_no_pictures() -> None:
    assert open_pictures(DRAFT.seal()) is None


def test_the_longest_draft_fits() -> None:
    longest = replace(
        DRAFT,
        addresses="😀" * 20_000,
        what='"' * 5_000,
        details="\n" * 5_000 + "😀" * 5_000,
        handle="😀" * 200,
        contact="😀" * 200,
        pictures=[DraftPicture(str(uuid4()), "😀" * 40, 10**8)] * 5,
    )
    assert ReportDraft.open(longest.seal()) == longest
    assert len(longest.seal()) < MAX_STATE_BYTES


def test_locations_are_canonical_and_unique() -> None:
    assert [location.as_dict() for location in DRAFT.locations] == [
        {"kind": "url", "canonical": "https://example.org/a"},
        {"kind": "app", "canonical": "app:game/primer"},
    ]


@pytest.mark.parametrize("changes", [{"app": ""}, {"handle": ""}, {"handle": "@"}, {"handle": "\u0301"}])
def test_app_or_handle_alone_is_no_location(changes: dict[str, str]) -> None:
    assert [location.canonical for location in replace(DRAFT, **changes).locations] == ["https://example.org/a"]


def test_the_words_hold_the_choices_as_they_were_read() -> None:
    with override("en"):
        words = DRAFT.submission().texts[TextField.WORDS]
    assert words == {
        "what": "прете ми",
        "when_seen": "Today",
        "details": "јуче",
        "addresses_as_typed": DRAFT.addresses,
        "app": "A game",
        "handle": "@Primer",
    }


def test_the_contact() -> None:
    assert DRAFT.submission().texts[TextField.CONTACT] == {"contact": "a@example.org", "wants_answer": True}
    assert list(replace(DRAFT, contact="").submission().texts) == [TextField.WORDS]
