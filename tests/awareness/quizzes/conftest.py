"""Shared fixtures of the quiz tests."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from awareness.quizzes.live import services
from awareness.quizzes.live.models import ClassSession, Pace
from awareness.quizzes.models import Question, Quiz
from awareness.quizzes.selectors import find_quiz
from tests.clients.quiz_player import OURS, published
from tests.clients.staff import Person, signed_in
from tests.database import shared_rows
from tests.factories import quizzes as quiz_factory


@pytest.fixture(scope="module")
def empty_bank(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Remove all seed questions and quizzes."""
    with shared_rows(django_db_blocker):
        Quiz.objects.all().delete()
        Question.objects.all().delete()
        yield


@pytest.fixture(scope="module")
def published_quiz(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """`quiz_factory.QUIZ`, published."""
    with shared_rows(django_db_blocker):
        published()
        yield


@pytest.fixture
def quiz(published_quiz: None, db: None) -> Quiz:
    """The published quiz, with its parts."""
    return found_quiz()


@pytest.fixture
def person(db: None) -> Person:
    """A signed-in editor."""
    return signed_in("urednica", "editor")


@pytest.fixture
def browser() -> Client:
    """A browser on pages of this site."""
    return Client(headers=OURS)


def found_quiz() -> Quiz:
    found = find_quiz(quiz_factory.QUIZ.slug)
    assert found is not None
    return found


def open_class(quiz: Quiz, pace: Pace = Pace.TEACHER) -> tuple[ClassSession, str]:
    """Open a class now. Return it with the address of the teacher's page."""
    session, key = services.open_class(quiz=quiz, pace=pace, now=timezone.now())
    return session, f"/sr/class/{session.code}/control/{key}/"


def step(browser: Client, control: str, act: str) -> None:
    """Press a button of the teacher's page."""
    page = browser.get(control).content.decode()
    assert f'value="{act}"' in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert browser.post(control, {"act": act, "version": version[1]}).status_code == 303


def text(browser: Client, address: str, status: int = 200) -> str:
    """Read a page of a class."""
    answer = browser.get(address)
    assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    return str(answer.content.decode())
