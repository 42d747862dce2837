"""System checks of the AVAILABILITY settings."""

import pytest
from django.test import override_settings

from clicksafely.common.checks import run_rules
from hotline.checks import RULES


def ids(**settings: object) -> list[str]:
    with override_settings(**settings):
        return [str(message.id) for message in run_rules(RULES) if str(message.id)[-3] == "6"]


def test_default_settings() -> None:
    assert ids() == []


@pytest.mark.parametrize(
    ("proxy", "found"),
    [
        ("http://127.0.0.1:8118", []),
        ("socks5h://tor.example.org:9050", []),
        ("socks5://user:pass@[::1]:9050", []),
        ("https://127.0.0.1:8118", ["hotline.E601"]),
        ("http://127.0.0.1", ["hotline.E601"]),
        ("http://[", ["hotline.E601"]),
    ],
)
def test_proxies(proxy: str, found: list[str]) -> None:
    assert ids(AVAILABILITY_PROXY=proxy) == found


@pytest.mark.parametrize(
    ("networks", "demo", "found"),
    [
        (["127.0.0.1/32"], True, []),
        (["127.0.0.1/32", "2001:db8::/32"], False, ["hotline.W604"]),
        (["127.0.0.1/8"], True, ["hotline.E603"]),
        (["everything"], True, ["hotline.E603"]),
    ],
)
def test_networks(networks: list[str], demo: bool, found: list[str]) -> None:
    assert ids(AVAILABILITY_ALLOW_NETWORKS=networks, DEMO=demo) == found
