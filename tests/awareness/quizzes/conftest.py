"""What all tests of a module about quizzes find."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from awareness.quizzes.models import Question, Quiz
from tests.awareness.quizzes.players import published
from tests.database import shared_rows


@pytest.fixture(scope="module")
def empty_bank(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """No question and no quiz; the portal is founded with hundreds."""
    with shared_rows(django_db_blocker):
        Quiz.objects.all().delete()
        Question.objects.all().delete()
        yield


@pytest.fixture(scope="module")
def published_quiz(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """`making.QUIZ`, seen by everybody."""
    with shared_rows(django_db_blocker):
        published()
        yield
