"""Consultation results as XLSX, with the same content as the results page. No cell is read as a formula."""

import io
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clicksafely.common.documents.csv_output import escape_formula
from clicksafely.common.invisible_characters import strip_unprintable
from clicksafely.common.serbian.scripts import to_script
from youthpanel.consultations.opinion_results import OpinionResults
from youthpanel.consultations.selectors import QuestionResult, Results

_WIDE: Final = 80
_NARROW: Final = 14


def render_results_xlsx(found: Results, language: str) -> bytes:
    """Return the workbook with a cover sheet.

    Each published question and each round of opinion cards has a sheet. Ideas have one sheet, and themes one. Members'
    texts keep their script.
    """
    # Imported here: openpyxl costs each web process 22 MB and more than 0.5 s, and exports are rare.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    book.remove(book.active)

    def add(title: str, rows: list[list[Any]]) -> None:
        sheet = book.create_sheet(to_script(title, language))
        for row in rows:
            sheet.append([_cell(value, language) for value in row])
        _dress(sheet)

    add(pgettext("spreadsheet", "Consultation"), _about(found))
    for number, result in enumerate(found.questions, 1):
        if result.answered is not None:
            add(_("Question %(n)d") % {"n": number}, _question(result))
    for opinions in found.opinions:
        if opinions.sheets is not None:
            add(_("Opinion cards %(n)d") % {"n": opinions.round.number}, _opinions(opinions))
    add(_("Ideas"), _ideas(found))
    add(_("Themes"), _themes(found))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _about(found: Results) -> list[list[Any]]:
    consultation = found.consultation
    hidden = sum(result.answered is None for result in found.questions)
    rows: list[list[Any]] = [
        [consultation.title],
        [consultation.summary],
        [_("State"), consultation.get_state_display()],
        [_("Answers"), found.sheets if found.sheets is not None else _("fewer than five answers, or not closed yet")],
        [_("Outcome"), consultation.outcome],
    ]
    if hidden:
        rows.append([_("Questions with fewer than five answers, not published"), hidden])
    return rows


def _question(result: QuestionResult) -> list[list[Any]]:
    rows: list[list[Any]] = [[result.question.text], [_("Answered"), result.answered]]
    if result.mean is not None:
        rows.append([_("Mean"), result.mean])
    if result.rows:
        rows.append([])
        rows.append([_("Answer"), pgettext("figures", "Number"), _("Percentage of members who answered")])
        rows += [[row.label, row.count, row.share] for row in result.rows]
    if result.texts:
        rows.append([])
        rows.append([_("In their own words")])
        rows += [[_Typed(text)] for text in result.texts]
    return rows


def _opinions(found: OpinionResults) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [_("Members who voted"), found.sheets],
        *([label, size] for label, size in found.groups),
        [],
    ]
    votes = [pgettext("votes", "agree"), pgettext("votes", "not sure"), pgettext("votes", "disagree")]
    labels = [bar.label for bar in found.statements[0].bars]
    rows.append([_("Statement"), *(f"{label}: {vote} (%)" for label in labels for vote in votes)])
    rows += [
        [
            _Typed(each.statement.text),
            *(share for bar in each.bars for share in (bar.agree, bar.unsure, bar.disagree)),
        ]
        for each in found.statements
    ]
    return rows


def _ideas(found: Results) -> list[list[Any]]:
    head = [_("Idea"), _("Supported by"), _("Most important for"), _("Themes")]
    return [
        head,
        *(
            [_Typed(each.idea.text), each.endorsed, each.priorities, ", ".join(map(str, each.themes))]
            for each in found.ideas
        ),
    ]


def _themes(found: Results) -> list[list[Any]]:
    head = [_("Theme"), _("Ideas"), _("Quotations")]
    rows: list[list[Any]] = [head, *([each.theme.name, each.ideas, each.quotations] for each in found.themes)]
    if found.quotations:
        rows += [[], [_("Quotations")], *([_Typed(quotation.text)] for quotation in found.quotations)]
    return rows


class _Typed(str):
    """A member's text, which is not transliterated."""

    __slots__ = ()


def _cell(value: Any, language: str) -> Any:
    if not isinstance(value, str):
        return value
    return escape_formula(strip_unprintable(str(value) if isinstance(value, _Typed) else to_script(value, language)))


def _dress(sheet: Any) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    sheet.column_dimensions["A"].width = _WIDE
    for letter in "BCD":
        sheet.column_dimensions[letter].width = _NARROW * 2
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
