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
from tests.e2e.audit.words import stray_words

CATALOGUE: Final = settings.LOCALE_PATHS[0] / "sr" / "LC_MESSAGES" / "django.po"
TERMS: Final = settings.BASE_DIR / "docs" / "terms.md"
# Search terms of visitors, right or wrong.
SEARCHED: Final = (settings.BASE_DIR / "awareness" / "seed" / "search" / "synonyms.yaml",)
SERBIAN: Final = "абвгдђежзијклљмнњопрстћуфхцчџш"
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[sd]|%%|\{\{? ?\w* ?\}?\}|\0")
TAG: Final = re.compile(r"<[^>]*>")
WORD: Final = re.compile(r"[^\W\d_]+")
MIXED: Final = re.compile(r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
FORMAL_ADDRESS: Final = re.compile(r"\b(?:Ви|Вас|Вам|Вама|Ваш\w*)\b")
INFORMAL_ADDRESS: Final = re.compile(r"\b(?:[Тт]и си|[Тт]ебе|[Тт]еби|[Тт]вој\w*)\b")
# Croatian words and ijekavian forms, by prefix; longer where a Serbian form has the same prefix.
ELSEWHERE: Final = re.compile(
    r"\b(?:тко|нетко|увјет|тједан|тисућ|сустав|повијест|уопће|точно|рачунал|опћенит|сувремен|твртк|кориштењ|судјел"
    r"|дијет|дјец|вријем|мјест|ријеч|лијеп|свјет|овдје|гдје|увијек|послије|прије(?!м)|слиједе|умјет|обавијест|извјешт"
    r"|примјер|тијел|двије|смјер|човјек|бијел|видјет|вољет|живјет|хтјет|сјећ|вјер|недјељ|утјец)\w*",
    re.IGNORECASE,
)
# Endings of a term in other cases and numbers.
ENDINGS: Final = "(?:[аеиоу]|[аеиоу][гјмх]|ога|ому|ама|има|ов[аеиу]|овима)?"
OLD_NAMES: Final = re.compile(r"\bСто\b|\bПраћења\b|\b[Оо]тис(?:ак|к|ц)|[Нн]адзорни[кцч]|НАДЕЛ, национална")
FORMS: Final = (
    ("и/или", re.compile(r"и/или")),
    ("two genders at once", re.compile(r"[а-џ]/(?:ла|а|ица)\b")),
    ("a dash between words", re.compile(r"\s[-–—]\s|—")),
    ("a straight quotation mark", re.compile(r'"')),
    ("quotation marks of English", re.compile("”")),
    ("two spaces", re.compile(r"\S {2,}\S")),
    ("a space before a mark", re.compile(r"\s[,;:.!?](?:\s|$)")),
)

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


def test_every_plural_has_its_three_forms() -> None:
    plurals = [message for message in catalogue() if message.pluralizable]
    assert len(plurals) > 100
    assert [message.id for message in plurals if len(texts_of(message)) != 3 or not all(texts_of(message))] == []


def test_only_names_are_in_latin_script() -> None:
    html = '<html lang="sr-Cyrl"><body><p>{}</p></body></html>'
    wrong = {text: stray for text in translations() if (stray := stray_words(html.format(text)))}
    assert wrong == {}


def test_no_word_has_letters_of_two_scripts_or_of_another_language() -> None:
    texts = translations() + content()
    assert found(MIXED, texts) == []
    words = {word for text in texts for word in WORD.findall(text) if re.search("[\u0400-\u04ff]", word)}
    assert sorted(word for word in words if set(word.casefold()) - set(SERBIAN)) == []


def test_serbian_follows_the_rules_of_writing() -> None:
    assert {name: texts for name, what in FORMS if (texts := found(what, translations()))} == {}


def test_quotation_marks_come_in_pairs() -> None:
    serbian = translations() + content()
    assert [text for text in serbian if text.count("„") != text.count("“")] == []
    assert [text for text in english() if text.count("“") != text.count("”") or '"' in text] == []


def test_message_uses_one_form_of_address() -> None:
    texts = translations() + content()
    assert len(found(FORMAL_ADDRESS, texts)) > 100
    assert len(found(INFORMAL_ADDRESS, texts)) > 100
    assert [text for text in found(FORMAL_ADDRESS, texts) if INFORMAL_ADDRESS.search(text)] == []


def test_no_words_of_other_standard_varieties() -> None:
    assert found(ELSEWHERE, translations() + content()) == []


def test_unused_terms_occur_nowhere() -> None:
    serbian = translations() + content()
    assert {
        term: texts
        for term in TABLED
        if (texts := found(pattern(term), serbian if re.search("[а-џ]", term) else english()))
    } == {}


def test_old_names_of_pages_roles_and_help_lines_do_not_occur() -> None:
    """The table has them in italics, because the words have other uses in content."""
    assert found(OLD_NAMES, translations()) == []


def test_the_table_is_read_as_it_is_meant() -> None:
    assert len(TABLED) > 50
    assert not_used("*потврда, код*, тикет (само уз рачун)") == ["тикет"]
    for text in ("Нема кохорте.", "Из две Кохорте", "кохортама"):
        assert pattern("кохорта").search(text)
    assert pattern("дечја порнографија").search("дечју порнографију")
    assert not pattern("дечја порнографија").search("„дечја порнографија“")
    assert not pattern("мејл").search("имејл")
    assert not pattern("Click safely").search("Click Safely")
