"""Searches by people in distress are recognised in every script and with typing errors. Similar harmless searches are not."""

import re
import statistics
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from awareness.search.crisis.recognition import Crisis, recognise_crisis
from clicksafely.common.serbian.search_folding import fold
from tests.timing import seconds

PHRASES: Final[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "phrases.toml").read_text())
WRITTEN: Final = [
    (language, key, kind, phrase)
    for language in ("sr", "en")
    for key, kinds in PHRASES[language].items()
    for kind, phrases in kinds.items()
    for phrase in phrases
]
HARMLESS: Final[list[str]] = [*PHRASES["harmless"]["sr"], *PHRASES["harmless"]["en"]]
LETTERS: Final = {
    "lj": "љ", "nj": "њ", "dž": "џ",
    **dict(zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True)),
}  # fmt: skip


def to_cyrillic(text: str) -> str:
    return re.sub("lj|nj|dž|.", lambda match: LETTERS.get(match[0], match[0]), text)


def kind_of(crisis: Crisis | None) -> tuple[str, str] | None:
    if crisis is None:
        return None
    return crisis.situation.key, "subjects" if not crisis.personal else "other" if crisis.about_other else "self"


def test_there_are_phrases_enough_of_every_category() -> None:
    assert len(WRITTEN) >= 600
    assert len(HARMLESS) >= 300
    assert len({phrase for *_rest, phrase in WRITTEN}) == len(WRITTEN)


@pytest.mark.parametrize("spell", [str, fold, str.upper, lambda text: f"  {text}!!! "])
def test_a_phrase_of_the_lexicon_gets_its_situation(spell: Callable[[str], str]) -> None:
    wrong = [
        (phrase, found)
        for _language, key, kind, phrase in WRITTEN
        if (found := kind_of(recognise_crisis(spell(phrase)))) != (key, kind)
    ]
    assert wrong == []


def test_cyrillic_is_read_like_latin() -> None:
    wrong = [
        cyrillic
        for language, key, kind, phrase in WRITTEN
        if language == "sr" and kind_of(recognise_crisis(cyrillic := to_cyrillic(phrase))) != (key, kind)
    ]
    assert wrong == []


def test_similar_harmless_words_are_not_recognised() -> None:
    for spell in (str, fold, str.upper):
        assert [phrase for phrase in HARMLESS if recognise_crisis(spell(phrase))] == []
    assert [phrase for phrase in PHRASES["harmless"]["sr"] if recognise_crisis(to_cyrillic(phrase))] == []


def test_harmless_words_do_not_hide_distress_beside_them() -> None:
    for harmless in ("umirem od dosade", "kill the process", "ne jedem meso", "die hard", "bije rekord"):
        found = recognise_crisis(f"{harmless} a hoću da se ubijem")
        assert found is not None
        assert found.situation.key == "self-harm"


def errors(word: str) -> Iterator[str]:
    """A word with one typing error: a letter missing, doubled, replaced by a neighbouring key, or swapped."""
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]
        yield word[:place] + word[place] + word[place:]
        yield word[:place] + "x" + word[place + 1 :]
        if place + 1 < len(word):
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def misspellings(phrase: str) -> Iterator[str]:
    """The phrase with one error in its longest word, if the word is long enough."""
    words = fold(phrase).split()
    longest = max(range(len(words)), key=lambda place: len(words[place]))
    if len(words[longest]) >= 7:
        for wrong in errors(words[longest]):
            yield " ".join([*words[:longest], wrong, *words[longest + 1 :]])


def share_recognised(phrases: list[tuple[str, str]]) -> float:
    """The share of (typed text, category) pairs recognised as their category."""
    matches = [
        (crisis := recognise_crisis(typed)) is not None and crisis.situation.key == key for typed, key in phrases
    ]
    return statistics.mean(matches)


def test_one_typing_error_in_a_long_word_does_not_hide_distress() -> None:
    typed = [(wrong, key) for _language, key, _kind, phrase in WRITTEN for wrong in misspellings(phrase)]
    assert len(typed) > 5_000
    assert share_recognised(typed) >= 0.93


def test_repeated_letters_do_not_hide_distress() -> None:
    typed = [(phrase + phrase[-1] * 3, key) for _language, key, _kind, phrase in WRITTEN if phrase[-1].isalpha()]
    assert share_recognised(typed) >= 0.99


def test_words_written_together_do_not_hide_distress() -> None:
    typed = [
        (fold(phrase).replace(" ", ""), key)
        for _language, key, kind, phrase in WRITTEN
        if kind != "subjects" and phrase.replace(" ", "").isalpha() and phrase.count(" ") in range(1, 5)
    ]
    assert len(typed) > 300
    assert share_recognised(typed) >= 0.6
    for together in (
        "hocudaseubijem", "zelimdaumrem", "tatametuce", "iwanttodie", "killmyself", "hocuda seubijem", "bijeme otac",
        "nemogu vise dazivim",
    ):  # fmt: skip
        assert recognise_crisis(together), together


@pytest.mark.parametrize(
    ("typed", "key", "kind"),
    [
        ("mama ne zna da hocu da se ubijem", "self-harm", "self"),
        ("drugarica mi je rekla da hoce da se ubije", "self-harm", "other"),
        ("tata me tuce i hocu da umrem", "self-harm", "self"),
        ("prete da ce objaviti moje slike i tata ce me ubiti", "violence", "self"),
        ("pobegla sam od kuce jer me ocuh dira", "sexual-abuse", "self"),
        ("cerka mi je poslala gole slike i sad je ucenjuju", "extortion", "other"),
        ("prevencija samoubistva kod mladih", "self-harm", "subjects"),
    ],
)
def test_the_gravest_of_several_comes_first(typed: str, key: str, kind: str) -> None:
    assert kind_of(recognise_crisis(typed)) == (key, kind)


HOSTILE: Final = [
    "ubij" * 50, "se ubij " * 25, "samopovredjivanjx " * 11, "hocudase" * 25, "se" * 100, "i" * 200, "da " * 66, "me tuce tata " * 15,
    "samoubistvosamoubistvo" * 9, "a" * 1_000_000, "ubijem se " * 100_000, "\x00" * 200, "ﷺ" * 200, "ж" * 200, "ubica ubice ubici " * 11,
    "seksualnx zlostavljajx maltretirajx " * 5, "\u0301" * 200, "e\u0301" * 100, "İ" * 200,
]  # fmt: skip


@pytest.mark.timing
def test_no_search_takes_much_longer_than_others() -> None:
    def recognise_all(texts: list[str]) -> None:
        for text in texts:
            recognise_crisis(text)

    usual = seconds(recognise_all, [phrase for *_rest, phrase in WRITTEN]) / len(WRITTEN)
    assert max(seconds(recognise_all, [text] * 10) / 10 for text in HOSTILE) < 200 * usual
