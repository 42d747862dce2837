"""Periodic tasks of consultations."""

from typing import Final

from celery import shared_task
from django.db import OperationalError, connection
from psycopg2.errors import LockNotAvailable

from youthpanel.models import AnswerSheet, OpinionParticipation, OpinionSheet, Participation

# The lock timeout. Members who answer must not queue behind this task while it waits for a backup.
PATIENCE: Final = "1s"


@shared_task(name="youthpanel.rewrite_answer_tables", soft_time_limit=120, time_limit=150)
def rewrite_answer_tables() -> None:
    """Hourly: rewrite the tables of answers and of votes on disk.

    Otherwise dead rows remain, and two successive states differ by one answer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
        try:
            for model in (AnswerSheet, Participation, OpinionSheet, OpinionParticipation):
                cursor.execute(f"VACUUM (FULL) {model._meta.db_table}")
        except OperationalError as error:
            # A long reader, such as a backup, holds a lock. The next run retries.
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
        finally:
            cursor.execute("RESET lock_timeout")
