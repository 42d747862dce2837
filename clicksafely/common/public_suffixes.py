"""Public suffixes and registrable domains after the Public Suffix List (https://publicsuffix.org). Pure."""

from functools import cache
from importlib.resources import files
from typing import Final

from publicsuffixlist import PublicSuffixList

# Onion services (RFC 7686), and the reserved names of RFC 2606, which demonstration data and tests use.
ADDED_SUFFIXES: Final = ("onion", "test", "invalid", "example", "localhost")
_ICANN_SECTION: Final = "// ===BEGIN ICANN DOMAINS===\n"


def registrable_domain(host: str, *, private: bool = False) -> str:
    """Return the domain one label below the public suffix of `host`, or "" where there is none.

    `private` also counts the suffixes in the private part of the list, such as `github.io`.
    """
    return _suffix_list(only_icann=not private).privatesuffix(host) or ""


def public_suffix(host: str) -> str:
    """Return the public suffix of `host` in the ICANN part of the list, or ""."""
    return _suffix_list(only_icann=True).publicsuffix(host) or ""


@cache
def _suffix_list(*, only_icann: bool) -> PublicSuffixList:
    rules = files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    source = rules.replace(_ICANN_SECTION, _ICANN_SECTION + "\n".join([*ADDED_SUFFIXES, ""]))
    return PublicSuffixList(source, accept_unknown=False, only_icann=only_icann)
