"""After a test that commits, exactly the rows of the migrations remain."""

import pytest
from django.db import connection

from tests import migrated_rows

pytestmark = pytest.mark.django_db(transaction=True)

TOPICS = "SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM topics_topic t"


def run_sql(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE topics_topic SET slug = 'x' WHERE id = (SELECT min(id) FROM topics_topic)",
        "DELETE FROM topics_topic WHERE id = (SELECT max(id) FROM topics_topic)",
        "TRUNCATE topics_topic CASCADE",
    ],
)
def test_rows_of_migrations_are_restored(harm: str) -> None:
    before = run_sql(TOPICS)
    for _once_more in range(2):
        run_sql(f"SET session_replication_role = replica; {harm}; SET session_replication_role = origin")
        migrated_rows.restore()
        assert run_sql(TOPICS) == before


def test_other_rows_are_deleted(django_user_model: type) -> None:
    django_user_model.objects.create(username="x")
    migrated_rows.restore()
    assert not django_user_model.objects.exists()


def test_unchanged_rows_are_not_rewritten() -> None:
    migrated_rows.restore()
    rows = "SELECT string_agg(ctid::text, ' ' ORDER BY id) FROM topics_topic"
    before = run_sql(rows)
    migrated_rows.restore()
    assert run_sql(rows) == before


def test_triggers_and_foreign_keys_bind_again() -> None:
    migrated_rows.restore()
    assert run_sql("SELECT current_setting('session_replication_role')") == "origin"
