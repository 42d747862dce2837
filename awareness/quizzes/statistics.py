"""Atomic counters of attempts, answers and choices."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils import timezone

from awareness.quizzes.models import ChoiceCount, PlayCount, PlayMode, QuestionCount

_PLAY = f"""
INSERT INTO {PlayCount._meta.db_table} (quiz_id, day, mode, started, finished) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (quiz_id, day, mode) DO UPDATE SET
  started = {PlayCount._meta.db_table}.started + EXCLUDED.started,
  finished = {PlayCount._meta.db_table}.finished + EXCLUDED.finished
"""  # noqa: S608 - names of our own tables
_QUESTION = f"""
INSERT INTO {QuestionCount._meta.db_table} (quiz_id, question_id, shown, answered, credit) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (quiz_id, question_id) DO UPDATE SET
  shown = {QuestionCount._meta.db_table}.shown + EXCLUDED.shown,
  answered = {QuestionCount._meta.db_table}.answered + EXCLUDED.answered,
  credit = {QuestionCount._meta.db_table}.credit + EXCLUDED.credit
"""  # noqa: S608 - names of our own tables
_CHOICE = f"""
INSERT INTO {ChoiceCount._meta.db_table} (quiz_id, choice_id, chosen)
SELECT %s, choice_id, chosen FROM unnest(%s::bigint[], %s::bigint[]) AS counted (choice_id, chosen) ORDER BY choice_id
ON CONFLICT (quiz_id, choice_id) DO UPDATE SET chosen = {ChoiceCount._meta.db_table}.chosen + EXCLUDED.chosen
"""  # noqa: S608 - names of our own tables


def count_play(*, quiz_id: int, mode: PlayMode, now: datetime, started: int = 0, finished: int = 0) -> None:
    """Add attempts on the day of `now` in Europe/Belgrade."""
    with connection.cursor() as cursor:
        cursor.execute(_PLAY, [quiz_id, timezone.localdate(now), mode.value, started, finished])


def count_question(*, quiz_id: int, question_id: int, shown: int = 0, answered: int = 0, credit: float = 0) -> None:
    """Add displays and answers. `credit`: the sum of the answers' credits."""
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, [quiz_id, question_id, shown, answered, credit])


def count_choices(*, quiz_id: int, chosen: Iterable[tuple[int, int]]) -> None:
    """Add selections of choices: pairs of choice id and count."""
    pairs = sorted(chosen)
    if pairs:
        with connection.cursor() as cursor:
            cursor.execute(_CHOICE, [quiz_id, [each for each, _times in pairs], [times for _each, times in pairs]])
