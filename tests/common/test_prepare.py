"""A demonstration never mixes with the data of a real installation."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.management.commands import load_content
from tests.database import kinds_loaded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def var_dir(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    # The other kinds of content take most of a minute.
    monkeypatch.setattr(load_content, "all_kinds", kinds_loaded)
    return tmp_path


def test_a_database_in_use_is_refused_and_stays_as_it_was(var_dir: Path) -> None:
    audit_log.record(action="report.received", subject=None, actor=None, now=timezone.now())
    with pytest.raises(CommandError, match="a demonstration requires its own database"):
        call_command("prepare", no_data=True)
    assert not User.objects.exists()
    assert list(var_dir.iterdir()) == []


def test_an_empty_one_becomes_the_demonstration_and_is_used_again(var_dir: Path) -> None:
    call_command("prepare", no_data=True)
    accounts = User.objects.count()
    audit_log.record(action="report.received", subject=None, actor=None, now=timezone.now())
    call_command("prepare", no_data=True)
    assert User.objects.count() == accounts > 0
