"""A backup from before an erasure, restored with pg_restore: the site starts only after the erasure is repeated."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.serbian.search_folding import fold
from tests.database_dumps import back_up, restored
from tests.factories.youthpanel import NOW, make_cohort, make_consultation, make_member
from tests.servers import BASE_DIR
from youthpanel.members.erasure import erase_member
from youthpanel.models import Idea, Member

NAME = "Милица Стојановић"


def everything(url: str) -> str:
    """Every row of every table, folded."""
    with psycopg2.connect(url) as database, database.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        rows: list[str] = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608 - the database's own names
            rows += [row for (row,) in cursor.fetchall()]
    return fold("\n".join(rows))


def replay(url: str, erasures: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"DATABASE_URL": url, "PANEL_ERASURE_LOG": str(erasures), **more}
    command = [sys.executable, str(BASE_DIR / "manage.py"), "replay_erasures"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_before_forgets_again(coordinator: User, erasures: Path, tmp_path: Path) -> None:
    cohort = make_cohort()
    member = make_member(cohort, contact={"name": NAME}, pseudonym="Храбри јеж")
    make_member(cohort)
    consultation = make_consultation(cohort)
    Idea.objects.create(consultation=consultation, member=member, text=f"Ја, {NAME}, мислим.", written_at=NOW)
    back_up(connection.settings_dict["NAME"], tmp_path / "portal.dump")
    erase_member(member, coordinator, timezone.now())
    with restored(tmp_path / "portal.dump", f"{connection.settings_dict['NAME']}_restored") as url:
        assert fold(NAME) in everything(url)
        closed = replay(url, erasures, PRIVATE_KEYS_DIR="/nonexistent")
        assert closed.returncode == 1
        assert "where the private keys are" in closed.stderr
        assert fold(NAME) in everything(url)
        process = replay(url, erasures)
        assert (process.returncode, process.stdout) == (0, "Erased 1 members of the youth panel again.\n"), (
            process.stderr
        )
        remaining = everything(url)
        assert [trace for trace in (fold("Стојановић"), fold("Милиц"), fold("Храбри јеж")) if trace in remaining] == []
        # A process without the private keys starts now.
        assert replay(url, erasures, PRIVATE_KEYS_DIR="/nonexistent").returncode == 0
        erasures.write_text("")
        lost = replay(url, erasures)
        assert lost.returncode == 1
        assert "The log was lost" in lost.stderr
    assert Member.objects.count() == 2
