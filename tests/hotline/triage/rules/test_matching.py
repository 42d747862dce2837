"""Values of rules, and what they fit."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.models import LocationKind
from hotline.triage.rules.matching import (
    CompiledRule,
    InvalidRuleValue,
    RuleSet,
    canonical_value,
    combine_effects,
    compiled,
    fits_pattern,
    fitting_location,
)
from hotline.triage.url_normalisation import Location, app_location, locate

ONION = "a" * 56 + ".onion"


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("host", " EXAMPLE.org ", "example.org"),
        ("host", "пример.срб", "xn--e1afmkfd.xn--90a3ac"),
        ("host", "[2001:db8::1]", "[2001:db8::1]"),
        ("domain", "example.org", "example.org"),
        ("domain", "Primer.co.rs", "primer.co.rs"),
        ("pattern", "*.Example.org", "*.example.org/*"),
        ("pattern", "**.example.org/***", "*.example.org/*"),
        ("pattern", "x.rs/a?b=[c]", "x.rs/a?b=[c]"),
        ("pattern", "*.срб/слике/*", "*.xn--90a3ac/%D1%81%D0%BB%D0%B8%D0%BA%D0%B5/*"),
        ("pattern", "app:discord/server*", "app:discord/server*"),
    ],
)
def test_canonical_values(kind: str, typed: str, value: str) -> None:
    assert canonical_value(kind, typed) == value
    assert canonical_value(kind, value) == value


@pytest.mark.parametrize("kind", ["host", "pattern"])
@pytest.mark.parametrize("typed", ["", "*", "**", "*.*", "://", "*://*/*", "-", "?", "＊", "﹡.＊"])
def test_value_that_matches_everything_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(InvalidRuleValue):
        canonical_value(kind, typed)


@pytest.mark.parametrize("kind", ["host", "domain"])
@pytest.mark.parametrize("typed", ["rs", "co.rs", "CO.RS.", "https://co.rs/", "срб", "onion"])
def test_an_ending_that_many_share(kind: str, typed: str) -> None:
    with pytest.raises(InvalidRuleValue):
        canonical_value(kind, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "*.rs/*",
        "*.com.*",
        "https://*",
        "*.onion",
        "*a.rs",
        "app:discord/*",
        "magnet:?xt=urn:btih:*",
        "a://b://*",
        "co.rs/a",
    ],
)
def test_a_pattern_that_would_fit_nearly_everything(typed: str) -> None:
    with pytest.raises(InvalidRuleValue):
        canonical_value("pattern", typed)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("host", "example.org/a"),
        ("host", "example.org:8080"),
        ("host", "*.example.org"),
        ("host", "javascript:alert"),
        ("host", "a" * 57 + ".onion"),
        ("domain", "www.example.org"),
        ("domain", "192.0.2.1"),
        ("pattern", "*.сајт*.срб"),
        ("pattern", "example.org/" + "a" * 300),
        ("pattern", "no host_at:all/*"),
    ],
)
def test_value_of_another_kind_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(InvalidRuleValue):
        canonical_value(kind, typed)


def pattern(value: str) -> CompiledRule:
    return compiled(CompiledRule(1, "pattern", value))


@pytest.mark.parametrize(
    ("value", "fits", "not_fits"),
    [
        ("*.example.org/*", ["https://a.example.org/", "http://a.b.example.org/x"], ["https://example.org/"]),
        ("https://a.test/*", ["https://a.test/", "https://a.test/b"], ["http://a.test/", "https://b.test/a.test/"]),
        ("a.test/x", ["https://a.test/x", "ftp://a.test/x"], ["https://a.test/x/", "https://a.test/"]),
        ("*/v?id=*", ["https://a.test/v?id=", "https://a.test/b/v?id=1"], ["https://a.test/vxid=1"]),
        ("ab*ba", ["abba", "abxba"], ["aba", "ab", "ba"]),
        ("*aa*aa*", ["aaaa", "xaaxaax"], ["aaa", "aa"]),
        ("app:discord/name*", ["app:discord/name", "app:discord/name2"], ["app:tiktok/name"]),
    ],
)
def test_matches_of_a_pattern(value: str, fits: list[str], not_fits: list[str]) -> None:
    rule = pattern(value)
    assert [address for address in fits if not fits_pattern(rule, address)] == []
    assert [address for address in not_fits if fits_pattern(rule, address)] == []


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
def test_pattern_matches_like_its_regular_expression(value: str, text: str) -> None:
    expected = re.fullmatch(".*".join(map(re.escape, value.split("*"))), text) is not None
    assert fits_pattern(pattern(value), text) == expected


def test_a_set_of_rules_is_matched_together() -> None:
    rules = RuleSet(
        [
            compiled(CompiledRule(pk, kind, value))
            for pk, kind, value in (
                (1, "pattern", "*/gallery/*"),
                (2, "host", "www.example.org"),
                (3, "domain", "example.org"),
                (4, "domain", "example.net"),
                (5, "host", ""),
                (6, "domain", ""),
            )
        ]
    )

    def fitting(location: Location) -> list[int]:
        return [rule.pk for rule in fitting_location(rules, location)]

    assert fitting(locate("https://www.example.org/gallery/1")) == [1, 2, 3]
    assert fitting(locate("https://example.org/")) == [3]
    assert fitting(locate("https://example.com/")) == []
    assert fitting(app_location("discord", "gallery")) == []
    assert fitting(Location(LocationKind.DESCRIBED, "described:/gallery/")) == []


def test_rules_work_together_and_the_newest_names_the_host() -> None:
    rules = [
        CompiledRule(1, "host", "a", set_host="one"),
        CompiledRule(2, "host", "a", do_not_fetch=True),
        CompiledRule(3, "host", "a", set_host="two"),
    ]
    assert combine_effects(rules) == ("two", True)
    assert combine_effects([]) == ("", False)
