"""The mock web through its proxy, as availability checks of a demonstration use it."""

import ipaddress
import ssl
from pathlib import Path

from clicksafely.devserver.mock_services.__main__ import NETWORKS, ZONE
from clicksafely.devserver.mock_services.certificates import make_certificate
from clicksafely.devserver.mock_services.dns import running_dns
from clicksafely.devserver.mock_services.web import Page, Proxy, WebServer
from hotline.availability.guarded_http import GuardedBackend
from hotline.availability.url_checker import Checker
from hotline.hosting.resolver import Resolver
from hotline.models import CheckResult


def test_demonstration_hosts_are_reachable_and_removed(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, also=[*ZONE])
    urls = [("https://album.example.org/a/310", "example.org"), ("https://forum.example.net/tema/52", "example.net")]
    with running_dns(ZONE) as dns, WebServer(certificate, fallback=Page()) as web, Proxy("http") as proxy:
        proxy.ports = {443: web.port}
        networks = tuple(map(ipaddress.ip_network, NETWORKS))
        backend = GuardedBackend(Resolver([dns.address], 1), proxy.url, networks)
        checker = Checker(backend, "test", ssl.create_default_context(cafile=str(certificate.ca)))
        assert [each.result for each in checker.check_all(urls)] == [CheckResult.AVAILABLE, CheckResult.AVAILABLE]
        web.fallback = Page(404)
        assert [each.result for each in checker.check_all(urls)] == [CheckResult.GONE, CheckResult.GONE]
        assert checker.check_all([("https://casino.example.com/", "")])[0].result == CheckResult.PRIVATE
