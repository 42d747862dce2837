"""System checks report wrong settings."""

import os
from pathlib import Path

from django.core.checks import CheckMessage
from django.test import override_settings

from clicksafely.common.checks import run_rules
from hotline.checks import RULES


def found() -> list[CheckMessage]:
    return [message for message in run_rules(RULES) if str(message.id)[-3] == "1"]


def test_a_name_server_that_is_no_address_is_an_error() -> None:
    with override_settings(DNS_RESOLVERS=["192.0.2.53", "dns.example.org"]):
        (message,) = found()
    assert (message.id, message.is_serious()) == ("hotline.E101", True)


def test_a_database_that_cannot_be_read_is_a_warning_with_its_reason(
    databases: tuple[Path, Path], tmp_path: Path
) -> None:
    cut = tmp_path / "cut.mmdb"
    cut.write_bytes(databases[0].read_bytes()[:500])
    with override_settings(MMDB_COUNTRY=str(cut), MMDB_ASN=str(databases[0])):
        messages = found()
    assert [(message.id, message.is_serious()) for message in messages] == [("hotline.W103", False)] * 2
    assert os.fspath(cut) in messages[0].msg
