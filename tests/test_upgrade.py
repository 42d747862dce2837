"""An installation of each earlier release is upgraded: the migrations keep its rows and lead to the tables of a new installation."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import psycopg2
import pytest
from django.apps import apps
from django.db import connection, router

from tests.database_dumps import restored
from tests.dump_release import NOT_DUMPED, RELEASES
from tests.servers import BASE_DIR

DUMPS = sorted(RELEASES.glob("*.dump"))
# Restored conditions have other parentheses and casts than those that a migration creates.
NOISE = re.compile(r"::(character varying|[a-z]+)(\[\])?|[()\s]")
# Columns without their place, constraints, indexes, triggers, functions and permissions.
STRUCTURE = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, generation_expression"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
    " AND prokind = 'f' AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')",
    "SELECT g.name, p.codename, c.app_label FROM auth_group_permissions JOIN auth_group g ON g.id = group_id"
    " JOIN auth_permission p ON p.id = permission_id JOIN django_content_type c ON c.id = p.content_type_id",
)
TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"


def structure(url: str, query: str) -> set[tuple[str, ...]]:
    with psycopg2.connect(url) as database, database.cursor() as cursor:
        cursor.execute(query)
        return {tuple(NOISE.sub("", str(value)) for value in row) for row in cursor.fetchall()}


def counts(url: str) -> dict[str, int]:
    """Return the number of rows of each table."""
    with psycopg2.connect(url) as database, database.cursor() as cursor:
        cursor.execute(TABLES)
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - the database's own names
            found[table] = cursor.fetchone()[0]
        return found


def migrate(url: str) -> None:
    command = [sys.executable, str(BASE_DIR / "manage.py"), "migrate", "--no-input"]
    result = subprocess.run(
        command, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=False, timeout=300
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.stem)
def test_a_release_is_upgraded(dump: Path) -> None:
    own = connection.settings_dict["NAME"]
    with restored(dump, f"{own}_release") as url:
        before = counts(url)
        assert before["hotline_report"]
        assert before["youthpanel_member"]
        migrate(url)
        after = counts(url)
        lost = {table: (count, after[table]) for table, count in before.items() if after.get(table, 0) < count}
        assert lost == {}
        new = url.replace(f"/{own}_release", f"/{own}")
        assert [structure(url, query) ^ structure(new, query) for query in STRUCTURE] == [set() for _query in STRUCTURE]


@pytest.mark.texts
def test_each_release_has_a_dump() -> None:
    released = re.findall(r"^## (\d+\.\d+\.\d+)", (BASE_DIR / "CHANGELOG.md").read_text(), re.MULTILINE)
    version: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
    assert version in released
    assert sorted(released) == [path.stem for path in DUMPS]


@pytest.mark.texts
def test_tables_left_out_exist() -> None:
    tables = {model._meta.db_table for model in apps.get_models() if router.allow_migrate_model("default", model)}
    assert set(NOT_DUMPED) <= tables
