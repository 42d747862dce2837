"""A demonstration never mixes with the data of a real installation."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def var_dir(settings: Any, tmp_path: Path) -> Path:
    settings.DEMO, settings.VAR_DIR = True, tmp_path
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
