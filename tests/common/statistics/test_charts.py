"""Geometry of bars and columns."""

from itertools import pairwise

import pytest

from clicksafely.common.statistics.charts import LETTER, WIDTH, column_chart


@pytest.mark.parametrize("years", [1, 9, 30])
def test_labels_below_columns_never_touch_each_other(years: int) -> None:
    marks = column_chart([(str(2000 + year), year) for year in range(years)]).marks
    labelled_marks = [mark for mark in marks if mark.shows_label]
    assert labelled_marks[-1] is marks[-1], "the newest is named"
    for before, after in pairwise(labelled_marks):
        assert after.label_x - before.label_x >= 4 * LETTER
    assert len(labelled_marks) == len(marks) or len(labelled_marks) * 8 * LETTER > WIDTH, "no fewer than need be"
