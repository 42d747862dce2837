"""Boxes of forms with a day and times, and the revision of a form."""

from typing import Any

import pytest
from django import forms

from clicksafely.common.revisions import RevisionField
from clicksafely.common.staff.period_forms import PeriodForm


class LessonForm(PeriodForm):
    room = forms.CharField()
    note = forms.CharField()

    layout = ((("day", "begins", "ends", "last_day"),), (("room",),))
    too_long = "Too long."


def test_a_field_that_the_layout_does_not_name_is_shown_at_the_end() -> None:
    shown = [[[field.name for field in row] for row in box] for box in LessonForm().boxes]
    assert shown == [[["day", "begins", "ends", "last_day"]], [["room"], ["note"]]]


@pytest.mark.parametrize(("value", "revision"), [("7", 7), (None, 0), ("7.5", 0), ("9" * 5000, 0)])
def test_invalid_revision_becomes_zero(value: Any, revision: int) -> None:
    assert RevisionField().clean(value) == revision
