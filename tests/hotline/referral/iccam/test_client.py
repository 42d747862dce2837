"""Tests of the client against an ICCAM-like server, of invalid responses and of the check of its settings."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from django.core.checks import CheckMessage
from pytest_django import Settings

from clicksafely.common.checks import run_rules
from clicksafely.devserver.mock_services.certificates import make_certificate
from clicksafely.devserver.mock_services.iccam import PASSWORD, IccamServer
from hotline.checks import ICCAM_HINTS, RULES
from hotline.referral.iccam import client, exceptions
from hotline.referral.iccam.client import Iccam
from hotline.referral.iccam.config import read_config
from hotline.referral.iccam.schemas import utc
from tests.hotline.referral.iccam.conftest import little_patience

ADDRESS = "https://album.example.org/a/7.jpg"


def test_one_token_serves_many_calls(iccam: IccamServer, caller: Iccam) -> None:
    caller.listed("unassessed")
    caller.listed("unactioned")
    with Iccam(read_config()) as another:
        another.listed("unassessed")
    assert (iccam.signed_in, iccam.refreshed) == (1, 0)


def test_a_token_is_renewed_before_it_ends(iccam: IccamServer, caller: Iccam, monkeypatch: pytest.MonkeyPatch) -> None:
    caller.listed("unassessed")
    later = time.monotonic() + iccam.token_seconds - client.MARGIN + 1
    monkeypatch.setattr(client.time, "monotonic", lambda: later)
    iccam.calls.clear()
    caller.listed("unassessed")
    assert [path for _method, path, _status in iccam.calls] == [
        "Authentication/refresh",
        "rest/Content/unassessed?maxResults=200",
    ]


def test_an_expired_token_is_refreshed_and_an_expired_refresh_token_causes_a_sign_in(
    iccam: IccamServer, caller: Iccam
) -> None:
    caller.listed("unassessed")
    iccam.expire_tokens()
    caller.listed("unassessed")
    assert (iccam.signed_in, iccam.refreshed) == (1, 1)
    iccam.expire_tokens(refresh_too=True)
    caller.listed("unassessed")
    assert (iccam.signed_in, iccam.refreshed) == (2, 1)


def test_a_call_refused_twice_is_a_problem_of_the_sign_in(iccam: IccamServer, caller: Iccam) -> None:
    for _ in range(2):
        iccam.fail("GET rest/content", 401)
    with pytest.raises(exceptions.SignInRefused):
        caller.listed("unassessed")
    assert sum(path.startswith("rest") for _method, path, _status in iccam.calls) == 2


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_password_is_an_error_and_not_tried_twice(iccam: IccamServer, caller: Iccam, status: int) -> None:
    iccam.fail("POST authentication", status)
    with pytest.raises(exceptions.SignInRefused):
        caller.listed("unassessed")
    assert len(iccam.calls) == 1


def test_tokens_and_passwords_are_not_logged(
    iccam: IccamServer, caller: Iccam, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    caller.listed("unassessed")
    iccam.fail("GET rest/content", 500)
    with pytest.raises(exceptions.IccamServerError):
        caller.listed("unassessed")
    config = read_config()
    for secret in (client._tokens[config.url, config.user].bearer, config.password):
        assert secret not in caplog.text + repr(config)


def test_a_server_with_an_untrusted_certificate_is_refused(
    iccam: IccamServer, settings: Settings, tmp_path: Path
) -> None:
    settings.ICCAM_CA_FILE = str(make_certificate(tmp_path / "other").ca)
    with Iccam(read_config()) as caller, pytest.raises(exceptions.Untrusted):
        caller.listed("unassessed")
    settings.ICCAM_CA_FILE = ""
    with Iccam(read_config()) as caller, pytest.raises(exceptions.Untrusted):
        caller.listed("unassessed")
    assert iccam.calls == []


@pytest.mark.parametrize("wrong", [{"host": "iccam.example.org"}, {"expired": True}])
def test_a_certificate_of_another_name_or_time_is_refused(
    iccam: IccamServer, settings: Settings, tmp_path: Path, wrong: dict[str, object]
) -> None:
    bad = make_certificate(tmp_path / "bad", **wrong)  # type: ignore[arg-type]
    settings.ICCAM_CA_FILE = str(bad.ca)
    with IccamServer(bad) as server:
        settings.ICCAM_URL = server.url_with_password
        with Iccam(read_config()) as caller, pytest.raises(exceptions.Untrusted):
            caller.listed("unassessed")
        assert server.calls == []


def test_an_untrusted_client_certificate_is_refused(iccam: IccamServer, settings: Settings, tmp_path: Path) -> None:
    stranger = make_certificate(tmp_path / "stranger", host="stranger.test", client=True)
    settings.ICCAM_CERT_FILE = str(stranger.identity)
    with Iccam(read_config()) as caller, pytest.raises(exceptions.Untrusted):
        caller.listed("unassessed")
    assert iccam.calls == []


@pytest.mark.parametrize(
    ("what", "error", "helps"),
    [
        (400, exceptions.IccamRequestRejected, False),
        (408, exceptions.Unreachable, True),
        (409, exceptions.Conflict, False),
        (429, exceptions.IccamRateLimited, True),
        (500, exceptions.IccamServerError, True),
        (302, exceptions.UnreadableResponse, True),
        ("html", exceptions.UnreadableResponse, True),
        ("other", exceptions.UnreadableResponse, True),
        ("large", exceptions.UnreadableResponse, True),
        ("cut", exceptions.Unreachable, True),
        ("hang", exceptions.Unreachable, True),
    ],
)
def test_every_failure_has_a_name(
    iccam: IccamServer, caller: Iccam, what: int | str, error: type[exceptions.IccamError], helps: bool
) -> None:
    iccam.fail("GET rest/content", what)
    with little_patience(what), pytest.raises(error) as caught:
        caller.listed("unassessed")
    assert caught.value.helps is helps
    # The connection stays usable.
    assert caller.listed("unassessed").entries == []


def test_an_answer_that_drips_ends_in_time(iccam: IccamServer, caller: Iccam, monkeypatch: pytest.MonkeyPatch) -> None:
    caller.listed("unassessed")
    monkeypatch.setattr(client, "ANSWER_SECONDS", -1.0)
    with pytest.raises(exceptions.Unreachable):
        caller.listed("unassessed")


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [
        ("120", 120, 120),
        ("99999999", client.MAX_WAIT, client.MAX_WAIT),
        (timedelta(minutes=5), 240, 300),
        (timedelta(minutes=-5), 0, 0),
        ("soon", None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(
    iccam: IccamServer, caller: Iccam, retry_after: str | timedelta, least: float | None, most: float | None
) -> None:
    if isinstance(retry_after, timedelta):
        retry_after = format_datetime(datetime.now(UTC) + retry_after, usegmt=True)
    iccam.fail("GET rest/content", 429, retry_after=retry_after)
    with pytest.raises(exceptions.IccamRateLimited) as caught:
        caller.listed("unassessed")
    wait = caught.value.wait
    assert wait is None if least is None or most is None else wait is not None and least <= wait <= most


def test_rules_are_checked_before_a_request_to_iccam(iccam: IccamServer, caller: Iccam) -> None:
    theirs = caller.content(iccam.partner_reports(ADDRESS, country="NL"))
    baseline = caller.content(iccam.partner_reports(ADDRESS, classification=1))
    iccam.calls.clear()
    answers = {"classification": 2, "ageCategorization": 1}
    for forbidden in (
        lambda: caller.assess(theirs, answers),
        lambda: caller.assess(baseline, answers),
        lambda: caller.act(theirs, 3, now=utc(datetime.now(UTC))),
        lambda: caller.rehost(theirs, ip="192.0.2.1", country="DE"),
        lambda: caller.assign(theirs, country="DE"),
    ):
        with pytest.raises(exceptions.RuleForbids):
            forbidden()
    assert iccam.calls == []


def test_the_server_holds_to_the_rules_too(iccam: IccamServer, caller: Iccam, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test server enforces the rules, so that a client that breaks them fails."""
    monkeypatch.setattr(client, "_allow", lambda rule: None)
    now, answers = utc(datetime.now(UTC)), {"classification": 2, "ageCategorization": 1}
    theirs = caller.content(iccam.partner_reports(ADDRESS, country="NL"))
    with pytest.raises(exceptions.IccamRequestRejected):
        caller.act(theirs, 3, now=now)
    with pytest.raises(exceptions.IccamRequestRejected):
        caller.assign(theirs, country="DE")
    with pytest.raises(exceptions.Conflict):
        caller.assess(caller.content(iccam.partner_reports(ADDRESS, classification=1)), answers)
    with pytest.raises(exceptions.Conflict):
        caller.assess(caller.content(iccam.partner_reports(ADDRESS, classification=2, hosted="DE")), answers)
    acted = caller.content(iccam.partner_reports(ADDRESS))
    caller.act(acted, 1, now=now)
    with pytest.raises(exceptions.Conflict):
        caller.assess(acted, answers)


def found() -> list[CheckMessage]:
    return [message for message in run_rules(RULES) if message.id == "hotline.E401"]


def test_good_settings_and_none_pass(iccam: IccamServer, settings: Settings) -> None:
    assert found() == []
    settings.ICCAM_URL = ""
    settings.ICCAM_CERT_FILE = "/nowhere"
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ICCAM_URL", "http://iccam.example.org/", "https"),
        ("ICCAM_URL", "https://iccam.example.org:x/", "not a URL"),
        ("ICCAM_URL", "https://iccam.example.org/", "no user name and password"),
        ("ICCAM_URL", "https://me:@iccam.example.org/", "no user name and password"),
        ("ICCAM_URL", "https://:secret@iccam.example.org/", "no user name and password"),
        ("ICCAM_URL", "https://me:secret@iccam.example.org/?a=b", "more than user, password, host and path"),
        ("ICCAM_CA_FILE", "/nowhere", "cannot be used"),
        ("ICCAM_CERT_FILE", "", "not set"),
        ("ICCAM_CERT_FILE", "/nowhere", "cannot be used"),
    ],
)
def test_each_mistake_is_named(iccam: IccamServer, settings: Settings, name: str, value: str, words: str) -> None:
    setattr(settings, name, value)
    (message,) = found()
    assert message.id == "hotline.E401"
    assert name in message.msg
    assert words in message.msg
    assert message.hint in ICCAM_HINTS.values()
    assert "secret" not in message.msg
    assert PASSWORD not in message.msg
