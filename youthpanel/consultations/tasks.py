"""What happens to consultations by itself."""

from typing import Final

from celery import shared_task
from django.db import OperationalError, connection
from psycopg2.errors import LockNotAvailable

from youthpanel.models import AnswerSheet, Participation

# Nobody who answers waits longer behind the sweep while that waits for a backup.
PATIENCE: Final = "1s"


@shared_task(name="youthpanel.rewrite_answer_tables", soft_time_limit=120, time_limit=150)
def rewrite_answer_tables() -> None:
    """Every hour: write both tables of answers into new files. In the old ones rows that were mixed before still lie, and two such states differ by one answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
        try:
            for model in (AnswerSheet, Participation):
                cursor.execute(f"VACUUM (FULL) {model._meta.db_table}")
        except OperationalError as error:
            # Somebody reads them for long, such as a backup: in an hour it is over.
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
        finally:
            cursor.execute("RESET lock_timeout")
