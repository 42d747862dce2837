"""The register of abuse contacts and of hints at kinds of sites: normal spelling, changes, who is responsible for a host."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

import ada_url
from babel import Locale
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.hosting.site_type_rules import clear_rule_cache
from hotline.models import AbuseContact, ContactKind, Host, SiteTypeRule

LARGEST_ASN = 2**32 - 1
# What Unicode's list of territories has beside countries: worlds, continents, private use.
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})


def normal_key(kind: str, key: str) -> str:
    """The spelling in which a key is stored and looked for. Raises ValidationError where it cannot be one of its kind."""
    key = " ".join(key.split())
    if kind == ContactKind.ASN:
        return _asn(key)
    if kind == ContactKind.COUNTRY:
        return country_code(key)
    if kind == ContactKind.REGISTRAR:
        return key.casefold()
    name = host_name(key.removeprefix(".") if kind == ContactKind.TLD else key)
    if kind == ContactKind.TLD and "." in name:
        raise ValidationError(_("A top-level domain is one word, for example rs."))
    return name


def host_name(typed: str) -> str:
    """A host as content items have it: lower case, ASCII. Raises ValidationError where it is none."""
    try:
        url = ada_url.URL(f"https://{typed}/")
    except ValueError:
        url = None
    if url is None or not typed or set(typed) & set("/?#@ \\") or url.port or url.hostname.endswith("."):
        raise ValidationError(_("This is not a host or a domain: write it without https:// and without a path."))
    return str(url.hostname)


def country_code(typed: str) -> str:
    """A country's two letters (ISO 3166-1) in capitals. Raises ValidationError."""
    code = typed.strip().upper()
    if code not in _countries():
        raise ValidationError(_("This is not the code of a country. For example RS, DE or US."))
    return code


def contacts_responsible_for(host: Host | None, *, name: str, domain: str) -> list[AbuseContact]:
    """Everybody in the register who has to do with a host, the most specific first. One query.

    `name` and `domain` (registrable, empty where there is none) are those of the item; `host` is what is known by a look-up.
    """
    keys: list[tuple[ContactKind, str]] = [
        (ContactKind.HOST, name),
        (ContactKind.DOMAIN, domain),
        (ContactKind.TLD, "" if name.startswith("[") else name.rpartition(".")[2]),
    ]
    if host:
        keys.append((ContactKind.ASN, str(host.asn or "")))
        keys.append((ContactKind.REGISTRAR, host.registrar.casefold()))
        keys.append((ContactKind.COUNTRY, host.country))
    condition = Q(pk=None)
    for kind, key in keys:
        if key:
            condition |= Q(kind=kind, key=key)
    order = list(ContactKind)
    found = AbuseContact.objects.filter(condition, active=True)
    return sorted(found, key=lambda contact: order.index(ContactKind(contact.kind)))


def save_contact_or_rule(
    *, entry: AbuseContact | SiteTypeRule, actor: User, now: datetime, changed: Iterable[str]
) -> None:
    """Store a new or changed entry, checked by its form; `changed` are the names of the fields."""
    what = "contact" if isinstance(entry, AbuseContact) else "site_type_rule"
    with transaction.atomic():
        action = f"{what}.added" if entry._state.adding else f"{what}.changed"
        entry.save()
        audit_log.record(action=action, subject=entry, actor=actor, now=now, data={"fields": sorted(changed)})
    clear_rule_cache()


def remove_site_type_rule(*, hint: SiteTypeRule, actor: User, now: datetime) -> None:
    """Take a hint away; what it said of items stays."""
    with transaction.atomic():
        audit_log.record(action="site_type_rule.removed", subject=hint, actor=actor, now=now)
        hint.delete()
    clear_rule_cache()


def set_registrar(*, host: Host, registrar: str, actor: User, now: datetime) -> None:
    """Write down through whom a domain is registered, found out by hand: no look-up tells it."""
    with transaction.atomic():
        Host.objects.filter(pk=host.pk).update(registrar=" ".join(registrar.split()))
        audit_log.record(action="host.registrar", subject=host, actor=actor, now=now)


def _asn(key: str) -> str:
    digits = key.upper().removeprefix("AS").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10 and 0 < int(digits) <= LARGEST_ASN):
        raise ValidationError(_("This is not an AS number. For example AS64500."))
    return str(int(digits))


@cache
def _countries() -> frozenset[str]:
    """The codes that Unicode's list of territories names; ISO's own list is not free."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRY
