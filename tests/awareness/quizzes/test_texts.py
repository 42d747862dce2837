"""Texts of the seed quizzes, in both languages: feedback, bias of the right answer, sentences, readers and topics."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import pytest

from awareness.publishing.audiences import QuizLevel
from awareness.quizzes.content import FOLDER, seed_quizzes
from awareness.topics.content import LANGUAGES, SEED
from clicksafely.common.content.schema import content_files, read_checked
from tests.cases import failed_cases
from tests.clients.quiz_answers import best_way

pytestmark = pytest.mark.texts

FILES: Final[dict[str, dict[str, Any]]] = {each.path.name: each.data for each in read_checked(content_files(FOLDER))}
TOPICS: Final = {each.data["slug"] for each in read_checked(content_files(SEED / "topics" / "topics"))}
PUBLISHED: Final = 20
OF_EACH_LEVEL: Final = 3
# Shares of questions. Of three or four options, 0.25 to 0.33 would be chance.
EXTREME: Final = 0.4
FIRST: Final = 0.65
TRUE: Final = (0.25, 0.75)
# Words of a sentence for the youngest: of a question at most, and of a quiz on average.
LONG_SENTENCE: Final = 14
MEAN_SENTENCE: Final = 9
SHUFFLED: Final = frozenset({"single", "multiple", "matching", "sorting"})
_SENTENCE: Final = re.compile(r"[^.!?…\n]+")
_WORD: Final = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")


class Case(NamedTuple):
    """A question of a file."""

    file: str
    question: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file}: {self.question['name']}"


def cases(*kinds: str) -> Iterator[Case]:
    """The questions of the given kinds, of all kinds if none is given."""
    for file, quiz in FILES.items():
        yield from (Case(file, question) for question in quiz["questions"] if not kinds or question["kind"] in kinds)


def right_place(question: dict[str, Any]) -> int:
    """The index of the option with full credit."""
    return next(place for place, choice in enumerate(question["choices"]) if choice.get("weight") == 100)


def share_of(found: list[Case], all_cases: list[Case]) -> str:
    return f"{len(found)} of {len(all_cases)}: {', '.join(map(str, found))}"


def words_of_sentences(text: str) -> list[int]:
    return [words for sentence in _SENTENCE.findall(text) if (words := len(_WORD.findall(sentence)))]


def check_feedback(case: Case) -> None:
    without = [choice["text"]["sr"] for choice in case.question["choices"] if "feedback" not in choice]
    assert without == []


def check_order(case: Case) -> None:
    assert case.question.get("shuffle", True), "the options are not shuffled"


def check_length(case: Case) -> None:
    for language in LANGUAGES:
        longest = max(words_of_sentences(case.question["text"][language]))
        assert longest <= LONG_SENTENCE, f"{language}: a sentence of {longest} words"


def check_quiz_sentences(file: str) -> None:
    for language in LANGUAGES:
        found = [words for text in _texts(FILES[file]["questions"], language) for words in words_of_sentences(text)]
        mean = sum(found) / len(found)
        assert mean <= MEAN_SENTENCE, f"{language}: {mean:.1f} words a sentence"


def _texts(data: Any, language: str) -> Iterator[str]:
    """All texts of a language in parsed JSON."""
    if isinstance(data, list):
        for each in data:
            yield from _texts(each, language)
    elif isinstance(data, dict):
        if isinstance(data.get(language), str):
            yield data[language]
        for each in data.values():
            yield from _texts(each, language)


def test_each_option_has_feedback_in_both_languages() -> None:
    assert failed_cases(check_feedback, cases()) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("extreme", [max, min])
def test_the_length_of_an_option_does_not_give_it_away(extreme: Callable[[list[int]], int], language: str) -> None:
    single = list(cases("single"))
    found = []
    for case in single:
        lengths = [len(choice["text"][language]) for choice in case.question["choices"]]
        if lengths[right_place(case.question)] == extreme(lengths):
            found.append(case)
    assert len(found) <= EXTREME * len(single), share_of(found, single)


def test_the_place_of_an_option_does_not_give_it_away() -> None:
    assert failed_cases(check_order, cases(*SHUFFLED)) == {}


def test_true_is_right_as_often_as_false() -> None:
    statements = list(cases("true_false"))
    true = [case for case in statements if right_place(case.question) == 0]
    low, high = (bound * len(statements) for bound in TRUE)
    assert low <= len(true) <= high, share_of(true, statements)


def test_the_best_step_of_a_story_is_not_always_the_first() -> None:
    """The options of a story keep their order."""
    stories = [question for quiz in seed_quizzes() for question in quiz.questions if question.kind == "scenario"]
    steps = [(story, place) for story in stories for place in best_way(story)]
    first = [(story.name, place) for story, place in steps if place == story.choices_at(story.choices[place].at)[0]]
    assert len(first) <= FIRST * len(steps), first


def test_sentences_are_short_for_the_youngest() -> None:
    youngest = [file for file, quiz in FILES.items() if quiz["level"] == QuizLevel.YOUNGEST]
    assert failed_cases(check_quiz_sentences, youngest) == {}
    assert failed_cases(check_length, (case for case in cases() if case.file in youngest)) == {}


def test_there_are_quizzes_for_all_readers_and_topics() -> None:
    published = [quiz for quiz in FILES.values() if not quiz.get("draft")]
    assert len(published) >= PUBLISHED
    levels = Counter(quiz["level"] for quiz in published)
    assert [level for level in QuizLevel.values if levels[level] < OF_EACH_LEVEL] == [], levels
    assert TOPICS - {topic for quiz in FILES.values() for topic in quiz["topics"]} == set()


def test_self_harm_is_a_draft_for_adults() -> None:
    files = [file for file, quiz in FILES.items() if "self-harm" in str(quiz)]
    assert files
    adults = {QuizLevel.PARENTS, QuizLevel.EDUCATORS}
    assert [file for file in files if not FILES[file].get("draft") or FILES[file]["level"] not in adults] == []
