"""What an edition holds, as it is frozen: everything that is printed, in both written languages, and nothing that names anybody. Pure.

Rich texts are HTML as `common.richtext` cleans it, with placeholders filled in.
"""

from typing import Final, Literal, TypedDict

SHAPE: Final = 1
Code = Literal["sr", "en"]
WRITTEN: Final[tuple[Code, ...]] = ("sr", "en")


class Both(TypedDict):
    """A text in Serbian (Cyrillic) and in English; English may be empty: Serbian stands in for it."""

    sr: str
    en: str


class ChapterContent(TypedDict):
    """A chapter or an annex; the text is rich."""

    title: Both
    text: Both


class OriginContent(TypedDict):
    """A consultation or a meeting that a recommendation came from; `on` is an ISO date, empty for consultations."""

    title: Both
    on: str


class QuotationContent(TypedDict):
    """What somebody said; `pseudonym` is empty where nobody knows whose words they are."""

    text: Both
    pseudonym: str


class RecommendationContent(TypedDict):
    """A recommendation at its place. `id` is that of the row, `education` a code; `support` of `asked` members, or neither; `ideas`: from how many."""

    id: int
    number: int
    slug: str
    title: Both
    text: Both
    child_text: Both
    education: str
    addressee: Both
    support: int | None
    asked: int | None
    ideas: int
    origins: list[OriginContent]


class FiguresContent(TypedDict):
    """The panel in figures on a day (ISO date): what the placeholders say. `attendance` is a percentage; `town_codes` those on the map."""

    on: str
    members: int
    meetings: int
    consultations: int
    towns: int
    schools: int
    attendance: int | None
    town_codes: list[str]


class Content(TypedDict):
    """The whole of an edition."""

    shape: int
    title: Both
    foreword: Both
    method: Both
    chapters: list[ChapterContent]
    recommendations: list[RecommendationContent]
    quotations: list[QuotationContent]
    annexes: list[ChapterContent]
    figures: FiguresContent


def said(text: Both, language: str) -> str:
    """`text` for a page or document in `language` (a code of LANGUAGES): Cyrillic for both Serbian scripts, Serbian where there is no English."""
    return (text["en"] or text["sr"]) if language == "en" else text["sr"]


def is_foreign(text: Both, language: str) -> bool:
    """Whether an English page shows this text in Serbian."""
    return language == "en" and bool(text["sr"]) and not text["en"]
