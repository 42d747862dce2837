"""Migration of the test database within the transaction of a test."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def migrate(app: str, name: str) -> None:
    """Migrate an app forward or back to a migration."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate([(app, name)])
