"""A published quiz, and a player without JavaScript who uses only the buttons of the pages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict
from django.test import Client

from awareness.quizzes.kinds import schemas as plain_quiz
from awareness.quizzes.kinds.base import Answer
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.models import Quiz
from awareness.quizzes.services import create_quiz
from clicksafely.accounts.models import User
from tests.clients.page_reader import PageReader
from tests.clients.quiz_answers import fields_of, filled
from tests.factories import quizzes as quiz_factory

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
OURS = {"Sec-Fetch-Site": "same-origin"}


def published(facts: plain_quiz.Quiz = quiz_factory.QUIZ) -> Quiz:
    """A published quiz."""
    actor, _new = User.objects.get_or_create(username="editor")
    quiz = create_quiz(facts=facts, actor=actor, now=SINCE)
    Quiz.objects.filter(pk=quiz.pk).update(published_at=SINCE)
    return Quiz.objects.get(pk=quiz.pk)


class Player:
    """Holds the latest response."""

    def __init__(self, client: Client, slug: str = "proba", language: str = "en", path: str = "") -> None:
        self.client = client
        self.path = path or f"/{language}/quizzes/{slug}/"
        self.status = 0
        self.page = PageReader("")
        self.html = ""

    def send(self, data: Any, **headers: str) -> PageReader:
        """Post the given fields."""
        response = self.client.post(self.path, data, headers=OURS | headers)
        self.status, self.html = response.status_code, response.content.decode()
        assert not response.cookies
        assert "no-store" in response.headers["Cache-Control"]
        self.page = PageReader(self.html)
        return self.page

    def begin(self) -> PageReader:
        """Press the button of the start page."""
        return self.send({})

    @property
    def carried(self) -> dict[str, str]:
        """The hidden fields of the page, without the path through a scenario."""
        return {each["name"]: each["value"] for each in self.page.all("input", type="hidden") if each["name"] != "way"}

    def press(self, name: str, value: str, **more: Any) -> PageReader:
        """Press a button of the page."""
        assert {"name": name, "value": value}.items() <= {
            k: v for each in self.page.all("button", name=name, value=value) for k, v in each.items()
        }.items(), f"no button {name}={value}"
        return self.send(self.carried | {name: value} | more)

    def answer(self, question: Question, answer: Answer) -> PageReader:
        """Answer the question, with all steps of a scenario."""
        for fields in filled(question, answer):
            names = fields_of(self.page)
            for name, values in fields.lists():
                assert all(names[name] is None or value in names[name] for value in values), (name, values)  # type: ignore[operator]
            self.press("act", "answer", **dict(fields.lists()))
        return self.page

    def play(self, answers: Sequence[Answer], questions: Sequence[Question] = quiz_factory.EACH_KIND) -> PageReader:
        """Start, answer all questions and open the result."""
        self.begin()
        for number, (question, answer) in enumerate(zip(questions, answers, strict=True), 1):
            self.answer(question, answer)
            self.press("act", "next" if number < len(questions) else "finish")
        return self.page


def query(text: str) -> dict[str, list[str]]:
    """Encode fields like a browser."""
    return dict(QueryDict(text).lists())
