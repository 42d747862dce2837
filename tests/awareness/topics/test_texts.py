"""Length and reading level of the answers of topics, in both languages. An answer for children of all ages is exempt with its topic."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from awareness.publishing.audiences import Reader
from awareness.topics.content import LANGUAGES, SEED
from clicksafely.common.content.schema import content_files, read_checked
from tests.awareness.text_measures import sentence_length, words_in
from tests.cases import failed_cases

pytestmark = pytest.mark.texts

# Words of the body, without title and lead.
WORDS: Final = {Reader.YOUNGEST: range(120, 201)}
WORDS_OF_OTHERS: Final = range(300, 501)
# Words of a sentence on average.
MAX_SENTENCE_LENGTH: Final = {Reader.YOUNGEST: 12, Reader.MIDDLE: 15}
TEXTS: Final = {
    topic.data["slug"]: {answer["audience"]: answer for answer in topic.data["answers"]}
    for topic in read_checked(content_files(SEED / "topics" / "topics"))
}


def answers() -> Iterator[tuple[str, str, str]]:
    """(topic, reader, language) of the answers of each topic for children by age."""
    for slug, readers in TEXTS.items():
        if Reader.CHILDREN not in readers:
            for reader in readers:
                yield from ((slug, reader, code) for code in LANGUAGES)


def texts_of(answer: dict[str, Any], code: str) -> list[str]:
    """The title, the lead and the lines of the body, headings too."""
    return [answer[f"title_{code}"], answer[f"lead_{code}"], *filter(None, answer[f"body_{code}"].split("\n"))]


def check_length(answer: tuple[str, str, str]) -> None:
    slug, reader, code = answer
    count = words_in(TEXTS[slug][reader][f"body_{code}"])
    allowed = WORDS.get(Reader(reader), WORDS_OF_OTHERS)
    assert count in allowed, f"{count} words, not {allowed.start} to {allowed.stop - 1}"


def check_sentences(answer: tuple[str, str, str]) -> None:
    slug, reader, code = answer
    _title, *lines = texts_of(TEXTS[slug][reader], code)
    length = sentence_length(lines)
    assert length <= MAX_SENTENCE_LENGTH.get(Reader(reader), length), f"{length:.1f} words a sentence"


def test_answers_have_the_length_for_their_reader() -> None:
    assert len({slug for slug, _reader, _code in answers()}) >= 4
    assert failed_cases(check_length, answers()) == {}


def test_sentences_are_short_for_children() -> None:
    assert failed_cases(check_sentences, answers()) == {}


def test_answers_have_the_same_sections_in_both_languages() -> None:
    for slug, reader, _code in answers():
        answer = TEXTS[slug][reader]
        shapes = [
            [line[:3] if line.startswith("###") else line[:1] == "-" for line in answer[f"body_{code}"].split("\n")]
            for code in LANGUAGES
        ]
        assert shapes[0] == shapes[1], (slug, reader)
