"""Network databases: found, missing, truncated, of the wrong type, changed while in use."""

import logging
import os
import shutil
from pathlib import Path

import pytest

from clicksafely.devserver.mock_services.networks import write_database
from hotline.hosting.network_databases import DatabaseFile, FileError, Networks, read_file, special_of
from hotline.models import HostAddress, NetworkFile, NetworkFileProblem

COUNTRY, ASN = NetworkFile.COUNTRY, NetworkFile.ASN


@pytest.fixture
def country(databases: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy for damaging."""
    return Path(shutil.copy(databases[0], tmp_path / "country.mmdb"))


def both(databases: tuple[Path, Path]) -> Networks:
    networks = Networks(DatabaseFile(COUNTRY, databases[0]), DatabaseFile(ASN, databases[1]))
    for file in networks.files:
        file.refresh()
    return networks


@pytest.mark.parametrize(
    ("ip", "country", "asn", "organisation", "special"),
    [
        ("192.31.196.1", "RS", 64500, "Primer hosting Beograd", ""),
        ("192.175.48.9", "DE", 64503, "Beispiel Hosting", ""),
        ("192.0.2.200", "NL", 64501, "Voorbeeld Hosting", "reserved"),
        ("2001:db8:8000::1", "FR", 64504, "Exemple Hosting", "reserved"),
        ("127.0.0.1", "", None, "", "loopback"),
    ],
)
def test_an_address_of_either_family_is_placed(
    databases: tuple[Path, Path], ip: str, country: str, asn: int | None, organisation: str, special: str
) -> None:
    assert both(databases).locate(ip) == HostAddress(ip, country, asn, organisation, special)


@pytest.mark.parametrize(
    ("ip", "special"),
    [
        ("127.8.9.1", "loopback"),
        ("0.0.0.0", "loopback"),  # noqa: S104 - looked at, not listened on
        ("::ffff:127.0.0.1", "loopback"),
        ("10.1.2.3", "private"),
        ("100.64.0.1", "private"),
        ("169.254.169.254", "private"),
        ("fd00::1", "private"),
        ("::ffff:10.0.0.1", "private"),
        ("224.0.0.1", "reserved"),
        ("240.0.0.1", "reserved"),
        ("2001:db8::1", "reserved"),
        ("2620:4f:8000::1", ""),
    ],
)
def test_addresses_that_are_not_of_the_public_internet_are_flagged(ip: str, special: str) -> None:
    assert special_of(ip) == special


def test_databases_of_several_makers_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "made-by-others.mmdb"
    record = {"country": "rs", "asn": "AS64500", "as_name": "Primer\x00 hosting" + "x" * 300}
    write_database(path, "other country_asn.mmdb", {"192.0.2.0/24": record})
    networks = Networks(DatabaseFile(COUNTRY, path), DatabaseFile(ASN, path))
    for file in networks.files:
        file.refresh()
    found = networks.locate("192.0.2.1")
    assert (found.country, found.asn) == ("RS", 64500)
    assert (found.organisation[:14], len(found.organisation)) == ("Primer hosting", 200)


@pytest.mark.parametrize(
    "record",
    [
        {"country": 7, "asn": "ASx", "name": 3},
        {"country": {"iso_code": "Serbia"}, "asn": 2**40},
        {"country": ["RS"], "asn": -1},
    ],
)
def test_invalid_records_are_ignored(
    tmp_path: Path, record: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    networks = Networks(DatabaseFile(COUNTRY, tmp_path / "x"), DatabaseFile(ASN, tmp_path / "x"))
    monkeypatch.setattr(DatabaseFile, "record", lambda self, ip: record)
    assert networks.locate("192.31.196.1") == HostAddress("192.31.196.1")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def test_a_spoilt_file_is_broken(country: Path) -> None:
    content = country.read_bytes()
    for spoilt in (content[: len(content) // 2], content[400:], os.urandom(5000), b""):
        country.write_bytes(spoilt)
        with pytest.raises(FileError) as caught:
            read_file(country, COUNTRY)
        assert caught.value.problem == NetworkFileProblem.BROKEN


def test_a_file_is_missing_not_a_file_or_of_something_else(databases: tuple[Path, Path], tmp_path: Path) -> None:
    found = []
    for path in (tmp_path / "nothing", tmp_path, databases[1]):
        with pytest.raises(FileError) as caught:
            read_file(path, COUNTRY)
        found.append(caught.value.problem)
    assert found == [NetworkFileProblem.MISSING, NetworkFileProblem.UNREADABLE, NetworkFileProblem.WRONG_KIND]


def test_a_new_file_is_read_by_itself(country: Path) -> None:
    file = DatabaseFile(COUNTRY, country)
    assert (file.refresh(), file.refresh()) == (True, False)
    write_database(country, "Test-Country", {"192.31.196.0/24": {"country": {"iso_code": "BA"}}})
    assert (file.refresh(), file.refresh()) == (True, False)
    assert file.record("192.31.196.1") == {"country": {"iso_code": "BA"}}


def test_a_broken_new_file_is_logged_once_and_the_old_data_stays(
    country: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = DatabaseFile(COUNTRY, country)
    file.refresh()
    built = file.condition.built_at
    cut_short(country)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            file.refresh()
    assert file.record("192.31.196.1") == {"country": {"iso_code": "RS"}}
    assert (file.condition.problem, file.condition.built_at) == (NetworkFileProblem.BROKEN, built)
    assert len(caplog.records) == 1


def test_a_file_added_later_is_found(databases: tuple[Path, Path], tmp_path: Path) -> None:
    path = tmp_path / "later.mmdb"
    file = DatabaseFile(COUNTRY, path)
    file.refresh()
    assert file.condition.problem == NetworkFileProblem.MISSING
    shutil.copy(databases[0], path)
    assert file.refresh()
    assert file.condition.problem is None


def test_a_file_broken_in_the_middle_is_reported(country: Path) -> None:
    content = bytearray(country.read_bytes())
    marker = content.rfind(b"\xab\xcd\xefMaxMind.com")
    # The records, which precede the metadata.
    content[marker - 40 : marker] = b"\xff" * 40
    country.write_bytes(content)
    file = DatabaseFile(COUNTRY, country)
    file.refresh()
    answers = [file.record(ip) for ip in ("192.31.196.1", "192.175.48.1", "192.0.2.1", "192.0.2.200", "203.0.113.1")]
    assert {} in answers
    assert file.condition.problem == NetworkFileProblem.BROKEN
