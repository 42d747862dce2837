"""A web server, a name server that knows its names, and a checker that may ask it."""

import ipaddress
import ssl
from collections.abc import Iterator
from typing import Any

import pytest

from hotline.availability.guarded_http import GuardedBackend
from hotline.availability.url_checker import Checker
from hotline.hosting.resolver import Resolver
from tests.standins.certificates import Certificate, make_certificate
from tests.standins.dns import DnsServer, Name, running_dns
from tests.standins.web import LOOPBACK, WebServer

AGENT = "Mozilla/5.0 (test)"
# The first loopback address stands for the public internet; every other one is as private as it is.
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
    """A checker that asks the stand-ins, a name for `lifetime` seconds; it trusts the authority of `certificate`."""
    allowed = backend.pop("allowed", PUBLIC)
    networks = tuple(ipaddress.ip_network(network) for network in allowed)
    tls = ssl.create_default_context(cafile=str(certificate.ca) if certificate else None)
    return Checker(GuardedBackend(Resolver([names.address], lifetime), allowed=networks, **backend), AGENT, tls)


@pytest.fixture
def checker(names: DnsServer) -> Checker:
    return make_checker(names)
