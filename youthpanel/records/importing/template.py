"""The empty spreadsheet to fill in, as XLSX and as CSV, with headings in the language somebody works in."""

import csv
import io

from django.utils.translation import gettext as _

from clicksafely.common.letters import to_latin
from youthpanel.records.importing.columns import COLUMNS, SCOPES

_WIDEST = 40


def template_csv(language: str) -> bytes:
    """Headings alone; with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow([column.heading(language) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(language: str) -> bytes:
    """A sheet with headings, and one that says what stands in each column."""
    # Here, because it costs every process of the site 22 MB and more than half a second, for what is asked for a few times a year.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    book = Workbook()
    sheet, manual = book.active, book.create_sheet(_written(_("How to fill it in"), language))
    sheet.title = _written(_("Members"), language)
    sheet.append([column.heading(language) for column in COLUMNS])
    sheet.freeze_panes = "A2"
    yes = {"en": "yes", "sr": "да", "sr-latn": "da"}[language]
    answers = DataValidation(type="list", formula1=f'"{yes}"', allow_blank=True)
    sheet.add_data_validation(answers)
    for number, column in enumerate(COLUMNS, 1):
        letter = get_column_letter(number)
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[letter].width = min(_WIDEST, 4 + len(column.heading(language)))
        if column.code in SCOPES:
            answers.add(f"{letter}2:{letter}301")
        if column.code in ("phone", "guardian_contact", "joined_on", "given_on", "expires_on"):
            # As text: a number would lose the zero in front, and a date its order.
            for row in range(2, 302):
                sheet.cell(row, number).number_format = "@"
    for column in COLUMNS:
        manual.append([column.heading(language), _written(str(column.help), language)])
    manual.column_dimensions["A"].width, manual.column_dimensions["B"].width = 24, 80
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _written(text: str, language: str) -> str:
    return to_latin(text) if language == "sr-latn" else text
