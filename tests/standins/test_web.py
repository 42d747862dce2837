"""The mock web through its proxy, as availability checks of a demonstration use it."""

import ipaddress
import ssl
from pathlib import Path

from hotline.availability.guarded_http import GuardedBackend
from hotline.availability.url_checker import Checker
from hotline.hosting.resolver import Resolver
from hotline.models import CheckResult
from tests.standins.__main__ import NETWORKS, ZONE
from tests.standins.certificates import make_certificate
from tests.standins.dns import running_dns
from tests.standins.web import Page, Proxy, WebServer


def test_the_hosts_of_the_demonstration_are_there_and_gone(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, also=[*ZONE])
    wanted = [("https://album.example.org/a/310", "example.org"), ("https://forum.example.net/tema/52", "example.net")]
    with running_dns(ZONE) as dns, WebServer(certificate, fallback=Page()) as web, Proxy("http") as proxy:
        proxy.ports = {443: web.port}
        networks = tuple(map(ipaddress.ip_network, NETWORKS))
        backend = GuardedBackend(Resolver([dns.address], 1), proxy.url, networks)
        checker = Checker(backend, "test", ssl.create_default_context(cafile=str(certificate.ca)))
        assert [seen.finding for seen in checker.check_all(wanted)] == [CheckResult.THERE, CheckResult.THERE]
        web.fallback = Page(404)
        assert [seen.finding for seen in checker.check_all(wanted)] == [CheckResult.GONE, CheckResult.GONE]
        assert checker.check_all([("https://casino.example.com/", "")])[0].finding == CheckResult.PRIVATE
