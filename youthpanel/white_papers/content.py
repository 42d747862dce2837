"""What an edition holds, as it is frozen: everything that is printed, in both written languages, and nothing that names anybody. Pure.

Rich texts are HTML as `common.richtext` cleans it, with placeholders filled in.
"""

from typing import Final, Literal, TypedDict

SCHEMA_VERSION: Final = 1
LanguageCode = Literal["sr", "en"]
WRITTEN_LANGUAGES: Final[tuple[LanguageCode, ...]] = ("sr", "en")


class BilingualText(TypedDict):
    """A text in Serbian (Cyrillic) and in English; English may be empty: Serbian stands in for it."""

    sr: str
    en: str


class ChapterContent(TypedDict):
    """A chapter or an annex; the text is rich."""

    title: BilingualText
    text: BilingualText


class OriginContent(TypedDict):
    """A consultation or a meeting that a recommendation came from; `on` is an ISO date, empty for consultations."""

    title: BilingualText
    on: str


class QuotationContent(TypedDict):
    """What somebody said; `pseudonym` is empty where nobody knows whose words they are."""

    text: BilingualText
    pseudonym: str


class RecommendationContent(TypedDict):
    """A recommendation at its place. `id` is that of the row, `education` a code; `support` of `asked` members, or neither; `ideas`: from how many."""

    id: int
    number: int
    slug: str
    title: BilingualText
    text: BilingualText
    child_text: BilingualText
    education: str
    addressee: BilingualText
    support: int | None
    asked: int | None
    ideas: int
    origins: list[OriginContent]


class StatisticsContent(TypedDict):
    """The panel in figures on a day (ISO date): what the placeholders say. `attendance` is a percentage; `town_codes` those on the map."""

    on: str
    members: int
    meetings: int
    consultations: int
    towns: int
    schools: int
    attendance: int | None
    town_codes: list[str]


class EditionContent(TypedDict):
    """The whole of an edition."""

    shape: int
    title: BilingualText
    foreword: BilingualText
    method: BilingualText
    chapters: list[ChapterContent]
    recommendations: list[RecommendationContent]
    quotations: list[QuotationContent]
    annexes: list[ChapterContent]
    figures: StatisticsContent


def text_in_language(text: BilingualText, language: str) -> str:
    """`text` for a page or document in `language` (a code of LANGUAGES): Cyrillic for both Serbian scripts, Serbian where there is no English."""
    return (text["en"] or text["sr"]) if language == "en" else text["sr"]


def is_untranslated(text: BilingualText, language: str) -> bool:
    """Whether an English page shows this text in Serbian."""
    return language == "en" and bool(text["sr"]) and not text["en"]
