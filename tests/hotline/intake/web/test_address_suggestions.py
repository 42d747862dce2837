"""Addresses in the text: found, offered on the summary, accepted or declined without scripts."""

import re
from html import unescape

import pytest
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from hotline.intake.web.address_suggestions import MAX_ADDRESSES, suggest_addresses
from hotline.models import Report
from hotline.triage.url_normalisation import extract_locations
from tests.hotline.intake.journey import (
    Reporter,
    answer_of,
    hidden,
    html,
    receipt_on,
)

PASTED = "Шаље ми ово: https://lose.example.org/a?x=1 а ja ne smem.me plaši"
LINK, WORDS = "https://lose.example.org/a?x=1", "https://smem.me/"


def found(what: str, details: str = "", addresses: str = "") -> dict[str, bool]:
    places = extract_locations(addresses).locations
    return {
        each.location.canonical: each.is_certain
        for each in suggest_addresses({"what": what, "details": details}, known_locations=places)
    }


class TestFinding:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("ништа овде", {}),
            ("види https://example.org/a.", {"https://example.org/a": True}),
            (
                "hxxps://example[.]org i www.example.net",
                {"https://example.org/": True, "https://www.example.net/": True},
            ),
            ("t.me/grupa", {"https://t.me/grupa": True}),
            ("example.org:8080", {"https://example.org:8080/": True}),
            # A name of a host, or two words between which a space is missing.
            ("ne smem.me niko ne sluša", {"https://smem.me/": False}),
            ("example.org, па https://example.org/", {"https://example.org/": True}),
            ("пиши на mila@example.org, верзија 1.2, 18.5.2026.", {}),
        ],
    )
    def test_recognised_addresses(self, text: str, expected: dict[str, bool]) -> None:
        assert found(text) == expected

    def test_in_both_texts_once_without_known_addresses(self) -> None:
        assert found(
            "https://a.test/ https://b.test/", "https://b.test/ https://c.test/", addresses="https://a.test"
        ) == {
            "https://b.test/": True,
            "https://c.test/": True,
        }

    def test_together_they_fit_into_a_report(self) -> None:
        many = " ".join(f"https://{number}.test/" for number in range(100))
        assert len(found(many)) == MAX_ADDRESSES
        assert len(found(many, addresses="https://x.test/ https://y.test/")) == MAX_ADDRESSES - 2
        addresses = " ".join(f"https://k{number}.test/" for number in range(60))
        assert found(many, addresses=addresses) == {}


def offered(page: HttpResponse) -> dict[str, bool]:
    """What the summary offers, and whether it is ticked."""
    boxes = re.findall(r'<input type="checkbox"[^>]*name="also" value="([^"]*)"([^>]*)>', html(page))
    return {unescape(value): " checked" in rest for value, rest in boxes}


def checked_addresses() -> list[str]:
    return [location["canonical"] for location in Report.objects.get().locations]


@pytest.mark.django_db
class TestOffering:
    def test_ticked_addresses_are_added_and_the_rest_stays_sealed(self, reporter: Reporter) -> None:
        summary = reporter.summary("csam", addresses="https://primer.example.org/", what=PASTED)
        assert offered(summary) == {LINK: True, WORDS: False}
        assert receipt_on(reporter.send(hidden(summary, "state"), also=LINK))
        assert checked_addresses() == ["https://primer.example.org/", LINK]

    def test_only_suggested_addresses_can_be_added(self, reporter: Reporter) -> None:
        reporter.send(reporter.state(what=PASTED), also="https://planted.example.org/")
        assert checked_addresses() == ["https://primer.example.org/a"]

    def test_a_resend_with_other_ticks_changes_nothing(self, reporter: Reporter) -> None:
        state = reporter.state(what=PASTED)
        first, second = reporter.send(state, also=LINK), reporter.send(state)
        assert receipt_on(first) == receipt_on(second)
        assert checked_addresses() == ["https://primer.example.org/a", LINK]

    def test_the_ticks_survive_a_task_in_between(self, settings: Settings) -> None:
        settings.REPORTS_PER_HOUR = 0
        reporter = Reporter("en")
        summary = reporter.summary(what=PASTED)
        challenge = reporter.send(hidden(summary, "state"), also=WORDS)
        assert offered(challenge) == {LINK: False, WORDS: True}
        reporter.send(hidden(challenge, "state"), also=WORDS, **answer_of(challenge))
        assert checked_addresses() == ["https://primer.example.org/a", WORDS]


@pytest.mark.django_db
class TestWithoutAnAddress:
    @pytest.mark.parametrize(("ticked", "expected"), [({"also": LINK}, [LINK]), ({}, [])])
    def test_only_one_that_is_ticked_is_added(self, ticked: dict[str, str], expected: list[str]) -> None:
        reporter = Reporter()
        state = reporter.state("csam", addresses="", what=PASTED)
        assert receipt_on(reporter.send(state, **ticked))
        assert checked_addresses() == expected
