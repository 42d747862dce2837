"""Tests of the date and time fields of staff forms."""

from datetime import UTC, date, datetime, time

import pytest
from django import forms
from django.utils import translation

from clicksafely.common.staff.date_fields import (
    StaffDateField,
    StaffDateTimeField,
    StaffTimeField,
    parse_date,
    parse_time,
)

DAY = date(2026, 11, 28)


class Dates(forms.Form):
    day = StaffDateField()
    hour = StaffTimeField(required=False)
    at = StaffDateTimeField(required=False)


@pytest.mark.parametrize(
    "text",
    [" 28.\N{NO-BREAK SPACE}11.\N{NO-BREAK SPACE}2026. ", "28.11.2026", "2026-11-28", "28. Nov. 2026"],
)
def test_a_date_is_read_in_every_notation_of_the_site(text: str) -> None:
    assert parse_date(text) == DAY


@pytest.mark.parametrize("text", ["31. 2. 2026.", "28/11/2026", "11.28.2026", "28. 11. 26.", "2026", "28 xyz 2026"])
def test_invalid_or_ambiguous_date_is_refused(text: str) -> None:
    assert parse_date(text) is None
    form = Dates({"day": text})
    assert set(form.errors) == {"day"}
    assert f'value="{text}"' in str(form["day"])


@pytest.mark.parametrize(
    ("text", "found"), [("9", time(9)), ("09:30", time(9, 30)), ("10:00:00", time(10)), ("9:75", None), ("x", None)]
)
def test_a_time_of_24_hours_is_read(text: str, found: time | None) -> None:
    assert parse_time(text) == found


@pytest.mark.parametrize(("language", "shown"), [("sr", "28. 11. 2026."), ("en", "28 November 2026")])
def test_a_date_is_shown_as_on_the_site_and_read_back(language: str, shown: str) -> None:
    with translation.override(language):
        at = datetime(2026, 11, 28, 9, 5, tzinfo=UTC)
        html = str(Dates(initial={"day": DAY, "hour": time(9, 5), "at": at})["day"])
        assert f'value="{shown}"' in html
        assert f'placeholder="{shown}"' in html
        assert parse_date(shown) == DAY
        sent = {"day": shown, "at_0": shown, "at_1": "10:05"}
        form = Dates(sent, initial={"day": DAY, "at": at})
        assert form.is_valid()
        assert form.cleaned_data["at"] == at
        assert form.changed_data == []


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"at_0": "28. 11. 2026."}, True),
        ({"at_1": "10:00"}, True),
        ({"at_0": "28. 11. 2026.", "at_1": "26"}, True),
        ({}, False),
    ],
)
def test_a_date_without_a_time_is_refused(sent: dict[str, str], wrong: bool) -> None:
    form = Dates({"day": "28. 11. 2026.", **sent})
    assert ("at" in form.errors) is wrong
