"""Sample questions of every kind, and strategies that generate arbitrary questions."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from awareness.quizzes.enums import Role
from awareness.quizzes.kinds.essay import Essay
from awareness.quizzes.kinds.note import Note
from awareness.quizzes.kinds.registry import QUESTION_KINDS
from awareness.quizzes.kinds.schemas import (
    EMPTY_TEXT,
    BilingualText,
    Choice,
    NextStep,
    Question,
    Quiz,
    ResultText,
    Situation,
)


def w(text: str) -> BilingualText:
    return BilingualText(f"{text} (ср)", f"{text} (en)")


def choice(text: str, weight: int = 0, **more: Any) -> Choice:
    return Choice(text=w(text), weight=Decimal(weight), feedback=w(f"на {text}"), **more)


def question(kind: str, *choices: Choice, **more: Any) -> Question:
    facts: dict[str, Any] = {
        "name": f"{kind}-question",
        "text": w("Питање"),
        "explanation": w("Зато"),
        "source_title": "Извор",
        "source_url": "https://example.org/",
        "level": "11-14",
        "topic": "phishing",
    }
    return Question(kind=kind, choices=choices, **(facts | more))


SINGLE = question("single", choice("а"), choice("б", 100), choice("в", 50))
MULTIPLE = question("multiple", choice("а", 50, missed=w("а је требало")), choice("б"), choice("в", 50), choice("г"))
TRUE_FALSE = question("true_false", choice("тачно"), choice("нетачно", 100))
ORDERING = question("ordering", choice("прво"), choice("друго"), choice("треће"), choice("четврто"))
MATCHING = question(
    "matching",
    choice("пас", match=w("лаје")),
    choice("мачка", match=w("мјауче")),
    choice("јеж", match=w("шушка")),
)
SORTING = question(
    "sorting",
    choice("име", match=w("питај")),
    choice("цртеж", match=w("подели")),
    choice("адреса", match=w("питај")),
    choice("лозинка", match=w("никад")),
)
CLUES = question(
    "clues",
    choice("Банка", 0, role=Role.SENDER),
    choice("http://banka.example.test", 50, role=Role.LINK),
    choice("Одмах!", 50, role=Role.TEXT),
    choice("Поздрав", 0, role=Role.TEXT),
    frame="message",
)
SCENARIO = question(
    "scenario",
    choice("Одговори", leads_to=1),
    choice("Питај маму", 100),
    choice("Пошаљи", at=1),
    choice("Стани", 50, at=1),
    situations=(Situation(number=1, text=w("Тражи слику")),),
)
POLL = question("poll", choice("да"), choice("не"), choice("не знам"))
SHORT = question("short", choice("лозинка", 100), choice("шифр*", 50))
NUMERIC = question(
    "numeric",
    Choice(text=BilingualText("15", "15"), weight=Decimal(100), tolerance=Decimal("0.5")),
    Choice(text=BilingualText("14", "14"), weight=Decimal(25)),
)
ESSAY = question("essay", *(Choice(text=text) for text in Essay.default_choices))
NOTE = question("note", *(Choice(text=text) for text in Note.default_choices))
EACH_KIND = (
    SINGLE,
    MULTIPLE,
    TRUE_FALSE,
    ORDERING,
    MATCHING,
    SORTING,
    CLUES,
    SCENARIO,
    POLL,
    SHORT,
    NUMERIC,
    ESSAY,
    NOTE,
)
QUIZ = Quiz(
    slug="proba",
    title=w("Проба"),
    summary=w("Свега по мало."),
    level="11-14",
    minutes=7,
    topics=("phishing",),
    closings=(ResultText(from_percent=0, text=w("Почетак")), ResultText(from_percent=60, text=w("Браво"))),
    next_steps=(NextStep(kind="topic", slug="phishing"), NextStep(kind="help")),
    questions=EACH_KIND,
)

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
WORDS = st.builds(BilingualText, _TEXT, _TEXT)
_FEEDBACK = WORDS.filter(bool)
_PERCENT = st.decimals(-100, 100, places=5).map(lambda weight: weight + 0)
_CHOICES = st.builds(
    Choice,
    text=_FEEDBACK,
    weight=_PERCENT,
    match=WORDS | st.just(EMPTY_TEXT),
    feedback=WORDS,
    missed=WORDS,
    role=st.sampled_from(["", *Role.values]),
    at=st.integers(0, 9),
    leads_to=st.none() | st.integers(0, 9),
    tolerance=st.none() | st.decimals(0, 1000, places=6),
)
# Arbitrary questions, including ones that cannot be answered.
QUESTIONS = st.builds(
    Question,
    kind=st.sampled_from(list(QUESTION_KINDS)),
    name=_TEXT,
    text=_FEEDBACK,
    choices=st.lists(_CHOICES, max_size=5).map(tuple),
    situations=st.lists(st.builds(Situation, number=st.integers(1, 9), text=_FEEDBACK), max_size=3).map(tuple),
    frame=st.sampled_from(["", "email", "chat"]),
    explanation=WORDS,
    discussion=WORDS,
    source_title=_TEXT,
    source_url=st.sampled_from(["", "https://example.org/a"]),
    level=st.sampled_from(["", "7-10", "15-18"]),
    topic=st.sampled_from(["", "phishing"]),
    difficulty=st.integers(1, 3),
    shuffle=st.booleans(),
    category=_TEXT,
)
