"""Rules of language that can be checked automatically: script, forms, and the terms of docs/terms.md.

`make check-catalogues`: completeness.
"""

import re
from functools import cache
from typing import Final

import pytest
from babel.messages.catalog import Message
from django.conf import settings

from clicksafely.common.content.files import read_document
from clicksafely.common.content.schema import content_files
from clicksafely.common.i18n.message_catalogues import read_catalogue
from tests.awareness.content import strings_in, without_search_words

CATALOGUE: Final = settings.LOCALE_PATHS[0] / "sr" / "LC_MESSAGES" / "django.po"
TERMS: Final = settings.BASE_DIR / "docs" / "terms.md"
# Search terms of visitors, right or wrong.
SEARCHED: Final = (settings.BASE_DIR / "awareness" / "seed" / "search" / "synonyms.yaml",)
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[sd]|%%|\{\{? ?\w* ?\}?\}|\0")
TAG: Final = re.compile(r"<[^>]*>")
# Endings of a term in other cases and numbers.
ENDINGS: Final = "(?:[аеиоу]|[аеиоу][гјмх]|ога|ому|ама|има|ов[аеиу]|овима)?"

pytestmark = pytest.mark.texts


def texts_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@cache
def catalogue() -> list[Message]:
    return [message for message in read_catalogue(CATALOGUE) if message.id]


@cache
def translations() -> list[str]:
    return [PLACEHOLDER.sub("7", TAG.sub("", text)) for message in catalogue() for text in texts_of(message)]


@cache
def english() -> list[str]:
    ids = [message.id if isinstance(message.id, tuple | list) else [message.id] for message in catalogue()]
    return [PLACEHOLDER.sub("7", TAG.sub("", text)) for pair in ids for text in pair]


@cache
def content() -> list[str]:
    """Return the Serbian texts of the content files, line by line, without search terms of visitors."""
    folders = [
        settings.BASE_DIR / app / folder
        for app in ("awareness", "hotline", "youthpanel")
        for folder in ("seed", "demo")
    ]
    paths = [path for folder in folders for path in content_files(folder) if path not in SEARCHED]
    documents = [without_search_words(read_document(path).data) for path in paths]
    texts = [line for data in documents for text in strings_in(data) for line in text.splitlines()]
    return [TAG.sub(" ", text) for text in texts if re.search("[а-џ]", text)]


def not_used(column: str) -> list[str]:
    """Return the terms of a last column that are used nowhere: without those in italics or in brackets."""
    plain = re.sub(r"\*[^*]*\*|\([^)]*\)", "", column)
    return [term.strip() for term in plain.split(",") if term.strip()]


def pattern(term: str) -> re.Pattern[str]:
    """In every case and number; a term in „…“ is mentioned, not used."""
    return re.compile(
        r"(?<!„)\b" + r"\s+".join(map(_inflected_pattern, term.split())) + r"\b", 0 if term[0].isupper() else re.I
    )


def _inflected_pattern(word: str) -> str:
    if not re.search("[а-џ]", word):
        return word + r"s?" if word.islower() else word
    return word if len(word) < 4 else re.sub("[аеиоу]$", "", word) + ENDINGS


def rows() -> list[list[str]]:
    lines = [line for line in TERMS.read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


TABLED: Final = [term for row in rows() if row[2] != "not" for term in not_used(row[2])]


def found(what: re.Pattern[str], texts: list[str]) -> list[str]:
    return [text for text in texts if what.search(text)]


def test_unused_terms_occur_nowhere() -> None:
    serbian = translations() + content()
    assert {
        term: texts
        for term in TABLED
        if (texts := found(pattern(term), serbian if re.search("[а-џ]", term) else english()))
    } == {}


def test_the_table_is_read_as_it_is_meant() -> None:
    assert len(TABLED) > 50
    assert not_used("*потврда, код*, тикет (само уз рачун)") == ["тикет"]
    for text in ("Нема кохорте.", "Из две Кохорте", "кохортама"):
        assert pattern("кохорта").search(text)
    assert pattern("дечја порнографија").search("дечју порнографију")
    assert not pattern("дечја порнографија").search("„дечја порнографија“")
    assert not pattern("мејл").search("имејл")
    assert not pattern("Click safely").search("Click Safely")
