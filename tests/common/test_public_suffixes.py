"""Registrable domains and public suffixes, with rules of the list and the added suffixes."""

import pytest

from clicksafely.common.public_suffixes import registrable_domain


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.example.co.rs", "example.co.rs"),
        ("xn--e1afmkfd.xn--90a3ac", "xn--e1afmkfd.xn--90a3ac"),  # the Serbian suffix in Cyrillic
        ("www.city.kawasaki.jp", "city.kawasaki.jp"),  # an exception of a wildcard
        ("x.a.b.kawasaki.jp", "a.b.kawasaki.jp"),  # a wildcard
        ("a.test", "a.test"),
        ("co.rs", ""),
        ("a.unknown-suffix", ""),
        ("192.0.2.1", ""),
        ("a..rs", ""),
    ],
)
def test_registrable_domain(host: str, expected: str) -> None:
    assert registrable_domain(host) == expected


def test_private_suffixes_separate_customers_of_one_company() -> None:
    assert registrable_domain("a.name.github.io", private=True) == "name.github.io"
    assert registrable_domain("github.io", private=True) == ""
    assert registrable_domain("a.test", private=True) == "a.test"
