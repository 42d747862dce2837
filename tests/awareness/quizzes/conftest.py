"""Shared fixtures of the quiz tests."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from awareness.quizzes.models import Question, Quiz
from tests.clients.quiz_player import published
from tests.database import shared_rows


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
