"""A name server and databases of networks for the tests of hosting."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from clicksafely.devserver.mock_services.dns import DnsServer, running_dns
from clicksafely.devserver.mock_services.networks import write_databases
from hotline.hosting import resolver


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Paths of a database of countries and one of networks."""
    return write_databases(tmp_path_factory.mktemp("networks"))


@pytest.fixture
def dns(databases: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[DnsServer]:
    """A name server that the settings name, with databases of networks beside it."""
    country, asn = map(str, databases)
    monkeypatch.setattr(resolver, "LIFETIME", 10)
    with (
        running_dns() as server,
        override_settings(DNS_RESOLVERS=[server.address], MMDB_COUNTRY=country, MMDB_ASN=asn),
    ):
        yield server


@pytest.fixture(autouse=True)
def _no_decision_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of other things need the same decisions to be checked in every run: none."""
    monkeypatch.setattr("hotline.review.assessments.is_drawn_for_check", lambda: False)
