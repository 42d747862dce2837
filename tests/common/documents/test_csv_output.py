"""CSV for spreadsheets: unchanged figures, and no formulas."""

import csv
import io

import pytest

from clicksafely.common.documents.csv_output import render_csv


@pytest.mark.parametrize("text", ["=1+1", "+381", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_is_never_a_formula(text: str) -> None:
    [_header, [cell]] = csv.reader(io.StringIO(render_csv(["a"], [[text]]), newline=""))
    assert cell == f"'{text}"


def test_figures_and_marks_are_for_programs() -> None:
    assert render_csv(["a", "b", "c", "d"], [[12345, None, True, 'ОШ „Свети, Сава"']]) == (
        'a,b,c,d\r\n12345,,true,"ОШ „Свети, Сава"""\r\n'
    )
