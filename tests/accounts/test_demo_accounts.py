"""Demonstration accounts: one for every role, with a second factor."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from pytest_django import Settings

from clicksafely.accounts.demo_accounts import ACCOUNTS, DemoAccountNotFound, current_otp_code, ensure_demo_accounts
from clicksafely.accounts.models import AuthenticatorApp

pytestmark = pytest.mark.django_db


def test_each_can_sign_in_and_has_the_rights_of_its_role(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    accounts = ensure_demo_accounts(path=path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    request = RequestFactory().post("/admin/login/")
    for account in accounts:
        user = authenticate(request, username=account.username, password=account.password)
        assert user is not None
        assert user.is_staff
        assert not user.is_superuser
        assert [group.name for group in user.groups.all()] == [account.role]
    assert {account.username: account.role for account in accounts} == ACCOUNTS
    assert len({account.password for account in accounts}) == len(ACCOUNTS)


def test_a_second_time_the_accounts_of_the_file_stay_or_are_created_again(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    first = ensure_demo_accounts(path=path)
    before = path.stat().st_mtime_ns, path.read_bytes()
    hashes = list(get_user_model().objects.order_by("pk").values_list("password"))
    assert ensure_demo_accounts(path=path) == first
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    assert list(get_user_model().objects.order_by("pk").values_list("password")) == hashes
    get_user_model().objects.all().delete()
    assert ensure_demo_accounts(path=path) == first


def test_a_lost_file_is_written_again_with_new_passwords(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    first = ensure_demo_accounts(path=path)
    path.unlink()
    second = ensure_demo_accounts(path=path)
    assert [one.otpauth for one in second] == [one.otpauth for one in first]
    assert {one.password for one in second} & {one.password for one in first} == set()


def test_a_used_code_is_followed_by_the_next_one_which_is_accepted_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ensure_demo_accounts(path=tmp_path / "accounts.json")
    now = datetime.now(UTC)
    call_command("code", "analyst1")
    first = capsys.readouterr().out.removesuffix("\n")
    assert AuthenticatorApp.objects.get(user__username="analyst1").verify_token(first)
    second = current_otp_code("analyst1", now=now)
    assert second == current_otp_code("analyst1", now=now + timedelta(seconds=30))
    assert AuthenticatorApp.objects.get(user__username="analyst1").verify_token(second)


def test_a_name_that_is_no_account() -> None:
    with pytest.raises(DemoAccountNotFound, match="analyst1, analyst2, supervisor"):
        current_otp_code("root", now=datetime.now(UTC))
    with pytest.raises(CommandError, match="root"):
        call_command("code", "root")


def test_outside_the_demonstration_there_are_none(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=true"):
        call_command("demo_accounts")
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize("part", ["hotline", "youthpanel"])
def test_demo_data_without_its_accounts_is_an_error(part: str) -> None:
    with pytest.raises(CommandError, match=r"demo_accounts"):
        call_command("load_demo", part)
