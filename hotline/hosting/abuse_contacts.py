"""Register of abuse contacts and site-type rules: normalisation, changes, and contacts responsible for a host."""

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

MAX_ASN = 2**32 - 1
# Two-letter codes in Unicode's territory list that are not countries: unions, test and private-use codes.
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})


def normal_key(kind: str, key: str) -> str:
    """Return the normal form of a key. Raises ValidationError if it is not valid for its kind."""
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
    """Return a host in lower case and ASCII. Raises ValidationError."""
    try:
        url = ada_url.URL(f"https://{typed}/")
    except ValueError:
        url = None
    if url is None or not typed or set(typed) & set("/?#@ \\") or url.port or url.hostname.endswith("."):
        raise ValidationError(_("This is not a host or a domain. Enter it without https:// and without a path."))
    return str(url.hostname)


def country_code(typed: str) -> str:
    """Return a country code (ISO 3166-1) in capitals. Raises ValidationError."""
    code = typed.strip().upper()
    if code not in _countries():
        raise ValidationError(_("This is not the code of a country. For example RS, DE or US."))
    return code


def contacts_responsible_for(host: Host | None, *, name: str, domain: str) -> list[AbuseContact]:
    """Return the contacts responsible for a host, the most specific first. One query.

    `name` and `domain` (registrable, empty without one) belong to the item; `host` holds the result of a look-up.
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
    """Delete a rule. Site types that it assigned stay."""
    with transaction.atomic():
        audit_log.record(action="site_type_rule.removed", subject=hint, actor=actor, now=now)
        hint.delete()
    clear_rule_cache()


def set_registrar(*, host: Host, registrar: str, actor: User, now: datetime) -> None:
    """Set the registrar of a domain, which an analyst has to find by hand."""
    with transaction.atomic():
        Host.objects.filter(pk=host.pk).update(registrar=" ".join(registrar.split()))
        audit_log.record(action="host.registrar", subject=host, actor=actor, now=now)


def _asn(key: str) -> str:
    digits = key.upper().removeprefix("AS").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 10 and 0 < int(digits) <= MAX_ASN):
        raise ValidationError(_("This is not an AS number. For example AS64500."))
    return str(int(digits))


@cache
def _countries() -> frozenset[str]:
    """Return the country codes of Unicode's territory list; the ISO list is not free."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRY
