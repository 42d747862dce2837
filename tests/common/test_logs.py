"""Logs contain no personal data: every line is searched for planted markers."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.logs import PrivateFormatter, redact, request_id

BASE_DIR = Path(__file__).resolve().parents[2]
RECEIPT = "7K2M-9QXT-4B6W-HJ8D"
CONTACT = "child.parent@example.org"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[StringIO]:
    """The records of the root logger through our formatter, including levels that the real configuration drops."""
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(PrivateFormatter())
    for name in ("", "django.request", "django.security"):
        caplog.set_level("DEBUG", name)
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


def last(lines: StringIO) -> dict[str, Any]:
    """Return the last line."""
    record: dict[str, Any] = json.loads(lines.getvalue().splitlines()[-1])
    return record


class TestRedact:
    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            ("from 192.0.2.7 to 10.1.2.3:5432", "from [address] to [address]:5432"),
            ("('192.0.2.7', 51234)", "('[address]', 51234)"),
            ("peer [2001:db8::7]:443 and ::1", "peer [[address]]:443 and [address]"),
            ("::ffff:192.0.2.7", "[address]"),
            (f"receipt {RECEIPT}", "receipt [receipt]"),
            (f"receipt {RECEIPT.replace('-', ' ')}", "receipt [receipt]"),
            (f"mail to <{CONTACT}>", "mail to <[contact]>"),
            ("call +381 64 123 4567 now", "call [contact] now"),
            ("GET /sr/search/?q=words&page=2 200", "GET /sr/search/?[query] 200"),
        ],
    )
    def test_personal_data_is_removed(self, text: str, clean: str) -> None:
        assert redact(text) == clean

    @pytest.mark.parametrize(
        "text",
        [
            "Task common.chain_audit[5e3a3f64-2f0c-4f7e-9d2a-8f3f1c9d7b21] succeeded in 0.0123456789s: None",
            "at 12:30:45 on 2026-11-25",
            "Django 6.1.3, PostgreSQL 18.6",
            "head 3fdba35f04dc8c462986c992bcf875546257113072a909c162f7e470e581e278",
            "clicksafely.common.page_cache.wsgi:210 in f",
        ],
    )
    def test_technical_details_stay(self, text: str) -> None:
        assert redact(text) == text

    @given(st.ip_addresses(), st.sampled_from(["{}", "from {}.", "[{}]", "'{}'", "={},", "<{}>", "{} - -"]))
    def test_any_address_is_removed(self, address: Any, around: str) -> None:
        if str(address) != "::":
            assert str(address) not in redact(around.format(address))


class TestLines:
    def test_one_object_a_line(self, lines: StringIO) -> None:
        token = request_id.set("0123456789ab")
        logging.getLogger("x").warning("two\nlines", extra={"task": "t", "seconds": 1.5, "words": "planted"})
        request_id.reset(token)
        record = last(lines)
        assert record.pop("time").endswith("+00:00")
        expected = {"level": "warning", "logger": "x", "message": "two\nlines", "request": "0123456789ab"}
        assert record == expected | {"task": "t", "seconds": 1.5}
        assert lines.getvalue().count("\n") == 1

    def test_an_exception_is_logged_with_its_place_without_its_text(self, lines: StringIO) -> None:
        try:
            try:
                raise KeyError("planted words")
            except KeyError as error:
                raise ValueError("planted words") from error
        except ValueError:
            logging.getLogger("x").exception("it failed")
        record = last(lines)
        assert record["exception"] == "builtins.ValueError"
        assert record["because"] == ["builtins.KeyError"]
        assert record["where"][-1].endswith("test_an_exception_is_logged_with_its_place_without_its_text")
        assert "planted" not in lines.getvalue()

    def test_an_exception_as_the_message(self, lines: StringIO) -> None:
        logging.getLogger("x").error(ValueError("planted words"), extra={"task": f"for {RECEIPT}"})
        assert (last(lines)["message"], last(lines)["task"]) == ("ValueError", "for [receipt]")

    def test_a_failed_task_is_logged_with_its_name_without_its_text(self, lines: StringIO) -> None:
        context = {"name": "hotline.triage", "id": "5e3a3f64", "description": "raised unexpected", "exc": "planted"}
        context |= {"args": "['planted']", "kwargs": "{}", "traceback": "planted", "return_value": "planted"}
        for template in ("Task %(name)s[%(id)s] %(description)s: %(exc)s", "Task %(name)s: %(return_value)s %(args)s"):
            logging.getLogger("celery.app.trace").error(template, context)
        assert "Task hotline.triage[5e3a3f64] raised unexpected: [exc]" in lines.getvalue()
        assert "planted" not in lines.getvalue()


@pytest.mark.django_db
@pytest.mark.urls("tests.common.pages")
class TestRequests:
    @pytest.mark.parametrize(
        ("path", "line"),
        [
            ("/broken/code/", "500 POST broken/<how>/"),
            ("/broken/database/", "503 POST broken/<how>/"),
            ("/broken/hostile/", "400 POST broken/<how>/"),
            (f"/sr/{RECEIPT}/", "404 POST no route"),
        ],
    )
    def test_a_failing_request_leaves_nothing_of_the_visitor(self, lines: StringIO, path: str, line: str) -> None:
        client = Client(headers={"Host": "localhost", "User-Agent": "planted-browser"}, raise_request_exception=False)
        client.post(
            f"{path}?q=planted-query&receipt={RECEIPT}",
            {"words": f"planted words {CONTACT}", "receipt": RECEIPT},
            REMOTE_ADDR="198.51.100.77",
            headers={"X-Forwarded-For": "203.0.113.9", "Referer": "https://planted.invalid/"},
        )
        log_text = lines.getvalue()
        assert line in log_text
        for marker in ("198.51.100.77", "203.0.113.9", "planted", CONTACT, RECEIPT):
            assert marker not in log_text

    def test_the_lines_of_a_request_bear_its_id(self, lines: StringIO) -> None:
        client = Client(headers={"Host": "localhost"}, raise_request_exception=False)
        response = client.get("/broken/database/")
        records = [json.loads(line) for line in lines.getvalue().splitlines()]
        assert len(records) == 2
        assert {line["request"] for line in records} == {response.headers["X-Request-ID"]}


PROGRAM = """
import logging, sys, warnings
import django
django.setup()
from django.conf import settings
settings.ADMINS = ["admin@example.org"]
logging.getLogger("django.request").warning("Not Found: /planted")
logging.getLogger("django.security.csrf").warning("Forbidden: planted")
logging.getLogger("axes.watch_login").warning("AXES: planted from 198.51.100.77")
logging.getLogger("django.server").info("GET from %s", "198.51.100.77")
logging.getLogger("x").info("%d", "planted words that do not fit")
warnings.warn("old thing at 198.51.100.77")
logging.getLogger("x").info("wanted")
handlers = {type(h).__name__ for n in ["", *logging.root.manager.loggerDict] for h in logging.getLogger(n).handlers}
print(sorted(handlers), file=sys.stderr)
"""


def test_the_real_configuration(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=BASE_DIR, capture_output=True, text=True, timeout=240, check=True
    )
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["message"] for record in records if record["logger"] == "x"] == ["wanted"]
    assert "GET from [address]" in result.stdout
    assert "old thing at [address]" in result.stdout
    assert "planted" not in result.stdout + result.stderr
    assert "198.51" not in result.stdout + result.stderr
    # No handler that e-mails whole requests, none with another format.
    assert result.stderr == "['NullHandler', 'StreamHandler']\n"
