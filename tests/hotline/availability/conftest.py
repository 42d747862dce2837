"""A web server, a name server with its names, and a checker that may request them."""

import ipaddress
import ssl
from collections.abc import Iterator
from typing import Any

import pytest

from clicksafely.devserver.mock_services.certificates import Certificate, make_certificate
from clicksafely.devserver.mock_services.dns import DnsServer, Name, running_dns
from clicksafely.devserver.mock_services.web import LOOPBACK, WebServer
from hotline.availability.guarded_http import GuardedBackend
from hotline.availability.url_checker import Checker
from hotline.hosting.resolver import Resolver

AGENT = "Mozilla/5.0 (test)"
# The first loopback address counts as public; all others are private.
PUBLIC = (f"{LOOPBACK}/32", "::1/128")
ZONE = {
    "a.test": Name((LOOPBACK,)),
    "www.a.test": Name((LOOPBACK,)),
    "b.test": Name((LOOPBACK,)),
    "six.test": Name(("::1",)),
    "inner.test": Name(("127.0.0.9",)),
    "lan.test": Name(("10.0.0.7",)),
    "mixed.test": Name((LOOPBACK, "10.0.0.7")),
    "silent.test": Name(silent=True),
    "broken.test": Name(rcode="SERVFAIL"),
    "empty.test": Name(()),
}


@pytest.fixture
def names() -> Iterator[DnsServer]:
    with running_dns(ZONE) as server:
        yield server


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("web"), host="a.test")


def make_checker(
    names: DnsServer, *, certificate: Certificate | None = None, lifetime: float = 10, **backend: Any
) -> Checker:
    """A checker that uses the stand-ins, with `lifetime` seconds for a name; it trusts the authority of `certificate`."""
    allowed = backend.pop("allowed", PUBLIC)
    networks = tuple(ipaddress.ip_network(network) for network in allowed)
    tls = ssl.create_default_context(cafile=str(certificate.ca) if certificate else None)
    return Checker(GuardedBackend(Resolver([names.address], lifetime), allowed=networks, **backend), AGENT, tls)


@pytest.fixture
def checker(names: DnsServer) -> Checker:
    return make_checker(names)
