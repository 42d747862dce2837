"""What happens to consultations by itself."""

from celery import shared_task
from django.db import connection

from youthpanel.models import AnswerSheet, Participation


@shared_task(name="youthpanel.sweep_answers", soft_time_limit=120, time_limit=150)
def sweep_answers() -> None:
    """Every hour: write both tables of answers into new files. In the old ones rows that were mixed before still lie, and two such states differ by one answer."""
    with connection.cursor() as cursor:
        for model in (AnswerSheet, Participation):
            cursor.execute(f"VACUUM (FULL) {model._meta.db_table}")
