"""Matching of rules: hosts, domains and URL patterns with `*`. Pure, in linear time."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import ada_url
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hotline.models import LocationKind, RuleKind
from hotline.triage.url_normalisation import Location, NotALocation, is_public_suffix, locate

MAX_VALUE_LENGTH = 300
# The minimum of letters or digits in a pattern with an open host, without public suffixes such as `.co.rs`.
MIN_LETTERS = 4

# Full-width and small stars, which become plain stars in canonical hosts.
_STARS = re.compile("[*＊﹡]+")
_HOST_END = re.compile(r"[/?#]")
_OTHER_PLACES = ("app:", "magnet:", "described:")
# The part that all locations of one app, or all magnet links, have in common.
_SHARED = re.compile(r"^(?:app:[^/]*|magnet:(?:\?xt=urn:[a-z*]*:?)?|described:)")


class InvalidRuleValue(ValueError):
    """The value is invalid. `message` is for the author of the rule."""

    def __init__(self, message: Promise | str) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class CompiledRule:
    """A rule for matching. `pieces` are the parts of a pattern between its stars."""

    pk: int
    kind: str
    value: str
    set_host: str = ""
    do_not_fetch: bool = False
    raise_priority: bool = False
    pieces: tuple[str, ...] = ()


@dataclass
class RuleSet:
    """All active rules. Hosts and domains are indexed by name, patterns are tried in order."""

    rules: Sequence[CompiledRule] = ()
    _hosts: dict[str, list[CompiledRule]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _domains: dict[str, list[CompiledRule]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _patterns: list[CompiledRule] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        for rule in self.rules:
            if rule.kind == RuleKind.HOST:
                self._hosts[rule.value].append(rule)
            elif rule.kind == RuleKind.DOMAIN:
                self._domains[rule.value].append(rule)
            else:
                self._patterns.append(rule)

    def fitting(self, *, host: str, registrable_domain: str, canonical: str) -> list[CompiledRule]:
        """Return the rules that match one location, the oldest first."""
        found = [*self._hosts.get(host, ()), *self._domains.get(registrable_domain, ())] if host else []
        found += [rule for rule in self._patterns if fits_pattern(rule, canonical)]
        return sorted(found, key=lambda rule: rule.pk)


def compiled(rule: CompiledRule) -> CompiledRule:
    """Return the rule with its pattern split into pieces."""
    if rule.kind != RuleKind.PATTERN:
        return rule
    return CompiledRule(
        rule.pk,
        rule.kind,
        rule.value,
        rule.set_host,
        rule.do_not_fetch,
        rule.raise_priority,
        tuple(rule.value.split("*")),
    )


def fits_pattern(rule: CompiledRule, canonical: str) -> bool:
    """Return whether the address matches the pattern.

    A pattern is not a regular expression. It is split at its stars, and the pieces are searched in order. `?`, `[` and
    `.` are literal. A pattern with `://` is compared with the whole canonical address, otherwise with the part after
    the scheme.
    """
    text = canonical if "://" in rule.value else canonical.partition("://")[2] or canonical
    first, *rest = rule.pieces
    if not rest:
        return text == first
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return at <= end


def canonical_value(kind: str, typed: str) -> str:
    """Return the canonical value of `typed` for this kind of rule.

    Raises InvalidRuleValue, in particular for values that match everything.
    """
    typed = _STARS.sub("*", typed.strip())
    if not any(character.isalnum() for character in typed):
        raise InvalidRuleValue(_("This would match everything. Enter a host, a domain or an address pattern."))
    if re.search(r"\s", typed):
        raise InvalidRuleValue(_("The value contains a space. Enter one value for each rule."))
    value = _pattern(typed) if kind == RuleKind.PATTERN else _name(kind, typed)
    if len(value) > MAX_VALUE_LENGTH:
        raise InvalidRuleValue(_("The value is too long for a rule."))
    return value


def _name(kind: str, typed: str) -> str:
    if "*" in typed:
        raise InvalidRuleValue(
            _(
                "An asterisk (*) is allowed only in an address pattern. Choose “addresses of one form” or remove "
                "the asterisk."
            )
        )
    location = _located(typed)
    if location.canonical != f"{location.canonical.partition('://')[0]}://{location.host}/":
        raise InvalidRuleValue(_("This is an address. Enter only its host or choose “addresses of one form”."))
    domain = location.registrable_domain
    if kind == RuleKind.DOMAIN and not domain:
        raise InvalidRuleValue(_("This host belongs to no domain. Choose “one host”."))
    if kind == RuleKind.DOMAIN and domain != location.host:
        raise InvalidRuleValue(
            _("The domain of this host is %(domain)s. Enter the domain or choose “one host”.") % {"domain": domain}
        )
    return location.host


def _located(typed: str) -> Location:
    bare = typed.partition("://")[2] or typed
    if is_public_suffix(_HOST_END.split(bare)[0].strip(".").lower()):
        raise InvalidRuleValue(_("This suffix would match too many addresses. Enter a host or a domain under it."))
    try:
        location = locate(typed if "://" in typed else f"https://{typed}")
    except NotALocation as problem:
        raise InvalidRuleValue(_("This is not a valid host name. Write it like www.example.org.")) from problem
    if not location.host:
        raise InvalidRuleValue(_("This is not a valid host name. Write it like www.example.org."))
    return location


def _pattern(typed: str) -> str:
    if typed.startswith(_OTHER_PLACES):
        _check_letters(_SHARED.sub("", typed))
        return typed
    scheme, mark, rest = typed.rpartition("://") if "://" in typed else ("", "", typed)
    end = _HOST_END.search(rest)
    host, path = (rest[: end.start()], rest[end.start() :]) if end else (rest, "/*")
    host = ".".join(_label(label) for label in host.lower().split("."))
    path = quote(path, safe="".join(map(chr, range(0x21, 0x7F))))
    if "*" in host:
        _check_letters(_own_letters(host) + path)
    else:
        _located(host)
    return f"{scheme.lower()}{mark}{host}{path}"


def _label(label: str) -> str:
    """Return the label as in canonical hosts."""
    if label.isascii():
        return label
    if "*" in label:
        raise InvalidRuleValue(_("With an asterisk, write an internationalised host in its ASCII form (xn--…)."))
    try:
        return ada_url.URL(f"https://{label}.example/").hostname.removesuffix(".example")
    except ValueError as error:
        raise InvalidRuleValue(_("This is not a valid host name. Write it like www.example.org.")) from error


def _own_letters(host: str) -> str:
    """Return the part of a host pattern before its public suffix."""
    before, _star, tail = host.rpartition("*")
    tail = tail.split(":")[0].strip(".")
    labels = tail.split(".")
    for place in range(len(labels)):
        if is_public_suffix(".".join(labels[place:])):
            return before + ".".join(labels[:place])
    return before + tail


def _check_letters(text: str) -> None:
    if sum(character.isalnum() for character in text.replace("www.", "")) < MIN_LETTERS:
        raise InvalidRuleValue(_("This would match nearly everything. Enter more of the address."))


def fitting_location(rules: RuleSet, location: Location) -> list[CompiledRule]:
    """Return the rules that match a location. Locations of kind DESCRIBED match none."""
    if location.kind == LocationKind.DESCRIBED:
        return []
    return rules.fitting(
        host=location.host, registrable_domain=location.registrable_domain, canonical=location.canonical
    )


def combine_effects(fitting: Iterable[CompiledRule]) -> tuple[str, bool]:
    """Return the combined effects on an item: (host to show, do not fetch). The newest rule sets the host."""
    rules = list(fitting)
    hosts = [rule.set_host for rule in rules if rule.set_host]
    return (hosts[-1] if hosts else ""), any(rule.do_not_fetch for rule in rules)
