"""Columns of the import spreadsheet: headings in both languages, help texts, and cell parsers."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.serbian.search_folding import fold
from clicksafely.common.serbian.transliteration import to_latin
from youthpanel.models import ConsentScope, MemberRole, SchoolKind


class Column(NamedTuple):
    """A column: its code, its headings in Serbian and English, and its help text."""

    code: str
    serbian: str
    english: str
    help: str | Promise

    def heading(self, language: str) -> str:
        """Return the heading in `language` (a code of LANGUAGES)."""
        if language == "en":
            return self.english
        return to_latin(self.serbian) if language == "sr-latn" else self.serbian


SCOPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "membership": ConsentScope.MEMBERSHIP,
        "online": ConsentScope.ONLINE,
        "photograph": ConsentScope.PHOTOGRAPH,
        "quotation": ConsentScope.QUOTATION,
        "travel": ConsentScope.TRAVEL,
    }
)
_YES_HELP: Final = gettext_lazy("“yes” if there is a signed form; otherwise empty")
COLUMNS: Final = (
    Column("school", "Школа", "School", gettext_lazy("the full name of the school")),
    Column(
        "kind",
        "Врста школе",
        "Kind of school",
        gettext_lazy("primary or secondary; may be empty if the school is known"),
    ),
    Column("town", "Град", "Town", gettext_lazy("the town, in either script")),
    Column(
        "name",
        "Име и презиме",
        "Name",
        gettext_lazy("the real name, stored sealed; a row without one creates only the school"),
    ),
    Column("birth_year", "Година рођења", "Year of birth", gettext_lazy("four digits")),
    Column("birth_month", "Месец рођења", "Month of birth", gettext_lazy("a number from 1 to 12")),
    Column("pseudonym", "Псеудоним", "Pseudonym", gettext_lazy("may be empty: one will be proposed")),
    Column("role", "Улога", "Role", gettext_lazy("member, peer educator or speaker; empty: member")),
    Column("joined_on", "Приступање", "Joined", gettext_lazy("a date; empty: the first day of the cohort")),
    Column("email", "Е-пошта", "E-mail", gettext_lazy("may be empty; stored sealed")),
    Column("phone", "Телефон", "Phone", gettext_lazy("may be empty; stored sealed")),
    Column("guardian", "Старатељ", "Guardian", gettext_lazy("name of a parent or guardian; stored sealed")),
    Column(
        "guardian_contact", "Контакт старатеља", "Guardian's contact", gettext_lazy("phone or e-mail; stored sealed")
    ),
    Column("membership", "Чланство", "Membership", _YES_HELP),
    Column("online", "Учешће на мрежи", "Taking part online", _YES_HELP),
    Column("photograph", "Фотографије", "Photographs", _YES_HELP),
    Column("quotation", "Цитати", "Quotations", _YES_HELP),
    Column("travel", "Путовања", "Travel", _YES_HELP),
    Column("given_on", "Датум сагласности", "Date of consent", gettext_lazy("a date; for all consents of the row")),
    Column("expires_on", "Сагласност важи до", "Consent valid until", gettext_lazy("a date")),
    Column("document", "Документ", "Document", gettext_lazy("where the signed form is filed")),
)
COLUMNS_BY_CODE: Final = MappingProxyType({column.code: column for column in COLUMNS})
_BY_HEADING: Final = {fold(heading): column.code for column in COLUMNS for heading in (column.serbian, column.english)}
# A file without these columns is rejected.
REQUIRED_COLUMNS: Final = ("school", "town")
MEMBER_COLUMNS: Final = tuple(column.code for column in COLUMNS[3:])

_KINDS: Final = {
    fold(word): kind
    for kind, words in (
        (SchoolKind.PRIMARY, "основна|основна школа|ОШ|primary|primary school"),
        (SchoolKind.SECONDARY, "средња|средња школа|СШ|гимназија|secondary|secondary school"),
    )
    for word in words.split("|")
}
_ROLES: Final = {
    fold(word): role
    for role, words in (
        (MemberRole.MEMBER, "члан|чланица|member"),
        (MemberRole.PEER_EDUCATOR, "вршњачки едукатор|вршњачка едукаторка|peer educator"),
        (MemberRole.SPEAKER, "говорник|говорница|speaker"),
    )
    for word in words.split("|")
}
_ANSWERS: Final = {
    "da": True,
    "yes": True,
    "x": True,
    "1": True,
    "ne": False,
    "no": False,
    "0": False,
    "": False,
    "-": False,
}
_DATE: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\.?")


def column_of(heading: str) -> str | None:
    """Return the code of the column with this heading in either language or script."""
    return _BY_HEADING.get(fold(heading.rstrip("* ")))


def parse_school_kind(cell: str) -> str | None:
    """Return the kind of school in a cell."""
    return _KINDS.get(fold(cell))


def parse_role(cell: str) -> str | None:
    """Return the role in a cell; an empty cell means a plain member."""
    return _ROLES.get(fold(cell)) if cell else MemberRole.MEMBER


def parse_yes_no(cell: str) -> bool | None:
    """Yes or no; None for anything else."""
    return _ANSWERS.get(fold(cell))


def parse_date(cell: str) -> date | None:
    """Return a date such as 1.10.2026, 01. 10. 2026. or 2026-10-01; None for anything else."""
    match = _DATE.fullmatch(cell)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d", cell) else None
    except ValueError:
        return None


def parse_number(cell: str) -> int | None:
    """Return a number of at most four digits."""
    return int(cell) if re.fullmatch(r"[0-9]{1,4}", cell) else None


_WIDEST = 40


def template_csv(language: str) -> bytes:
    """Return a CSV file with headings only, with the byte order mark that spreadsheet programs need to detect UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow([column.heading(language) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(language: str) -> bytes:
    """Return a workbook with a sheet of headings, and a sheet that describes each column."""
    # Imported here: openpyxl costs each web process 22 MB and more than 0.5 s, and imports are rare.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    book = Workbook()
    sheet, manual = book.active, book.create_sheet(_written(_("Instructions"), language))
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
            # Text format: otherwise numbers lose leading zeros, and dates are reformatted.
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
