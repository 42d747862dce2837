"""The frozen content of an edition: all printed text in both written languages, without real names. Pure."""

from typing import Final, Literal, TypedDict

SCHEMA_VERSION: Final = 1
LanguageCode = Literal["sr", "en"]
WRITTEN_LANGUAGES: Final[tuple[LanguageCode, ...]] = ("sr", "en")


class BilingualText(TypedDict):
    """A text in Serbian (Cyrillic) and in English. Serbian replaces missing English."""

    sr: str
    en: str


class ChapterContent(TypedDict):
    """A chapter or an annex. Its text is HTML as cleaned by `common.rich_text`, with variables replaced."""

    title: BilingualText
    text: BilingualText


class OriginContent(TypedDict):
    """A consultation or a meeting that is the source of a recommendation; `on` is an ISO date, empty for consultations."""

    title: BilingualText
    on: str


class QuotationContent(TypedDict):
    """A quotation; `pseudonym` is empty if the author is unknown."""

    text: BilingualText
    pseudonym: str


class RecommendationContent(TypedDict):
    """A recommendation at its position. `id` is that of the row, `education` a code, `ideas` the number of its ideas.

    `support` of `asked` members, or neither. `voted`: both are counted from votes, not from raised hands.
    """

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
    voted: bool
    ideas: int
    origins: list[OriginContent]


class ResultRowContent(TypedDict):
    """A choice or a score of a question; `count` is None if it is not published."""

    label: BilingualText
    count: int | None


class QuestionResultContent(TypedDict):
    """A question with choices or scores, and the number of its answers."""

    question: BilingualText
    answered: int
    rows: list[ResultRowContent]


class ConsultationResultContent(TypedDict):
    """The results of a consultation, without free texts."""

    title: BilingualText
    sheets: int
    questions: list[QuestionResultContent]


class StatisticsContent(TypedDict):
    """Panel statistics of a day (ISO date) for the variables. `attendance` is a percentage, `town_codes` are for the map."""

    on: str
    members: int
    meetings: int
    consultations: int
    towns: int
    schools: int
    attendance: int | None
    town_codes: list[str]


class EditionContent(TypedDict):
    """The whole content of an edition. `site` is the address of the portal without a final slash, empty if unknown."""

    shape: int
    site: str
    title: BilingualText
    foreword: BilingualText
    method: BilingualText
    chapters: list[ChapterContent]
    recommendations: list[RecommendationContent]
    quotations: list[QuotationContent]
    results: list[ConsultationResultContent]
    annexes: list[ChapterContent]
    figures: StatisticsContent


def text_in_language(text: BilingualText, language: str) -> str:
    """`text` in `language` (a code of LANGUAGES): Cyrillic for both Serbian scripts, Serbian if English is missing."""
    return (text["en"] or text["sr"]) if language == "en" else text["sr"]


def is_untranslated(text: BilingualText, language: str) -> bool:
    """Return whether an English page shows this text in Serbian."""
    return language == "en" and bool(text["sr"]) and not text["en"]
