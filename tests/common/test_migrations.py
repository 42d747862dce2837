"""Migrations can run beside a working portal: they do not block its tables or break the previous version."""

import io
import threading
from contextlib import redirect_stdout
from unittest.mock import patch

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from clicksafely.common.management.commands import prepare

pytestmark = pytest.mark.django_db
OURS = ("clicksafely", "hotline", "awareness", "youthpanel")
# Migrations of 1.0.0, which create tables, triggers and roles: these run on empty tables only.
FIRST_RELEASE = {
    *("0001_initial", "0002_functions", "0002_indexes", "0002_roles", "0002_search_column", "0002_search_columns"),
    *("0002_triggers", "0003_roles"),
}
# Variable names of a data migration do not affect a table.
NAMES = ["RUNPYTHON_MODEL_VARIABLE_NAME"]
# By migration, the code of a problem that its table does not have.
PERMITTED: dict[tuple[str, str], str] = {}


def complaints(*migrations: tuple[str, str], permitted: tuple[str, ...] = ()) -> str:
    """Return the problems of these migrations, without those of the `permitted` codes."""
    linter = MigrationLinter(no_cache=True, all_warnings_as_errors=True, exclude_migration_tests=[*NAMES, *permitted])
    output = io.StringIO()
    with redirect_stdout(output):
        for label, name in migrations:
            linter.lint_all_migrations(label, name)
    return output.getvalue() if linter.nb_erroneous else ""


# Indexes that are built concurrently cannot be read inside a transaction.
@pytest.mark.django_db(transaction=True)
def test_no_migration_since_the_first_release_holds_up_a_table() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith(OURS)}
    migrations = sorted(key for key in MigrationLoader(connection).disk_migrations if key[0] in ours)
    later = [(label, name) for label, name in migrations if name not in FIRST_RELEASE]
    assert complaints(*(each for each in later if each not in PERMITTED)) == ""
    assert [complaints(each, permitted=(code,)) for each, code in PERMITTED.items()] == [""] * len(PERMITTED)
    assert {label for label, _name in migrations} >= {"common", "hotline", "youthpanel", "events", "search"}


@pytest.mark.django_db(transaction=True)
def test_a_migration_does_not_wait_for_a_table_in_use() -> None:
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
            locked.set()
            done.wait(60)
            cursor.execute("ROLLBACK")
        connections["default"].close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert locked.wait(60)
        with patch.object(prepare, "LOCK_SECONDS", 1), pytest.raises(CommandError, match="Run this again in a minute"):
            call_command("prepare", no_data=True)
    finally:
        done.set()
        holder.join(60)
