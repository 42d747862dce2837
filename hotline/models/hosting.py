"""Hosting facts: lookup results, abuse contacts, site-type rules, and the state of the network databases."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline import data_inventory
from hotline.models.content_items import SiteType


class LookupProblem(models.TextChoices):
    """Reasons for a failed lookup of a host."""

    TIMEOUT = "timeout", pgettext_lazy("host lookup", "the name server did not answer")
    UNREACHABLE = "unreachable", pgettext_lazy("host lookup", "the name server could not be reached")
    SERVFAIL = "servfail", pgettext_lazy("host lookup", "the name server reported an error")
    REFUSED = "refused", pgettext_lazy("host lookup", "the name server refused to answer")
    NXDOMAIN = "nxdomain", pgettext_lazy("host lookup", "there is no such name")
    NO_ADDRESS = "no_address", pgettext_lazy("host lookup", "the name has no address")
    LOOP = "loop", pgettext_lazy("host lookup", "the aliases of the name form a loop")
    MALFORMED = "malformed", pgettext_lazy("host lookup", "the answer could not be read")
    BAD_NAME = "bad_name", pgettext_lazy("host lookup", "not a valid host name")
    NO_RESOLVER = "no_resolver", pgettext_lazy("host lookup", "no name server is configured")


class SpecialAddress(models.TextChoices):
    """Kinds of address outside the public internet."""

    LOOPBACK = "loopback", pgettext_lazy("address", "the local machine")
    PRIVATE = "private", pgettext_lazy("address", "private network")
    RESERVED = "reserved", pgettext_lazy("address", "reserved")


@dataclass(frozen=True)
class HostAddress:
    """One address of a host.

    `country` is ISO 3166-1 alpha-2. Unknown fields are empty (`asn` None). `special` is a `SpecialAddress`.
    """

    ip: str
    country: str = ""
    asn: int | None = None
    organisation: str = ""
    special: str = ""

    def as_dict(self) -> dict[str, str | int | None]:
        """Return an entry of `Host.addresses`."""
        return {name: value for name, value in vars(self).items() if value}

    @property
    def special_label(self) -> str:
        """The label of a special address; empty for public addresses."""
        return str(SpecialAddress(self.special).label) if self.special else ""


class Host(models.Model):
    """A host named by items or set by a rule: ASCII name or address literal. Items refer to it by name.

    `addresses` holds at most 16 entries (`HostAddress.as_dict`) of the `address_count` in the answer; `aliases`
    are the CNAMEs on the way. `country`, `asn` and `organisation` are those of the first public address.
    `next_lookup_at` is the lookup queue: due then if not NULL. `tries` counts consecutive failures; earlier
    results are kept. Times caused by the arrival of a report are full hours.
    """

    name = models.CharField(_("host"), max_length=255, unique=True)
    addresses = models.JSONField(_("addresses"), default=list)
    address_count = models.PositiveIntegerField(default=0)
    aliases = models.JSONField(_("redirects through"), default=list)
    country = models.CharField(_("country"), max_length=2, blank=True)
    asn = models.BigIntegerField(_("network (AS number)"), null=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    registrar = models.CharField(_("registrar"), max_length=120, blank=True)
    problem = models.CharField(_("problem"), max_length=12, choices=LookupProblem, blank=True)
    tries = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    looked_up_at = models.DateTimeField(_("checked"), null=True)
    expires_at = models.DateTimeField(_("valid until"), null=True)
    next_lookup_at = models.DateTimeField(_("next lookup"), null=True)

    field_inventory: ClassVar = {
        (data_inventory.ADDRESS, data_inventory.UNTIL_REPLACED): (
            "name addresses address_count aliases country asn organisation registrar"
        ),
        (data_inventory.CODES, data_inventory.UNTIL_REPLACED): "problem tries looked_up_at expires_at next_lookup_at",
    }

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & Q(name=Lower("name")), name="host_name_lower_case"),
            models.CheckConstraint(condition=Q(problem__in=["", *LookupProblem.values]), name="host_problem_known"),
            models.CheckConstraint(
                condition=Q(looked_up_at__isnull=True, expires_at__isnull=True)
                | Q(looked_up_at__isnull=False, expires_at__isnull=False),
                name="host_lookup_whole",
            ),
            models.CheckConstraint(
                condition=Q(asn__isnull=True) | Q(asn__gt=0, asn__lt=2**32), name="host_asn_32_bits"
            ),
        ]
        indexes = [
            models.Index(fields=["next_lookup_at"], name="host_due", condition=Q(next_lookup_at__isnull=False)),
            models.Index(fields=["asn", "-id"], name="host_asn", condition=Q(asn__isnull=False)),
            models.Index(fields=["country", "-id"], name="host_country", condition=~Q(country="")),
            models.Index(fields=["problem", "-id"], name="host_problem", condition=~Q(problem="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def places(self) -> list[HostAddress]:
        """`addresses` as objects."""
        return [HostAddress(**entry) for entry in self.addresses]


class ContactKind(models.TextChoices):
    """Kinds of abuse contact, the most specific first."""

    HOST = "host", pgettext_lazy("abuse contact", "host")
    DOMAIN = "domain", pgettext_lazy("abuse contact", "domain")
    ASN = "asn", pgettext_lazy("abuse contact", "network (AS number)")
    REGISTRAR = "registrar", pgettext_lazy("abuse contact", "registrar")
    TLD = "tld", pgettext_lazy("abuse contact", "registry of a top-level domain")
    COUNTRY = "country", pgettext_lazy("abuse contact", "country")


class AbuseContact(models.Model):
    """The abuse contact of a host, domain, network, registrar, top-level domain or country.

    `key` is spelled as `register.normal_key` returns it. `is_cdn` (networks only): the content is hosted behind
    this network. A contact without e-mail and form is only a name.
    """

    kind = models.CharField(_("responsible for"), max_length=10, choices=ContactKind)
    key = models.CharField(
        _("identifier"),
        max_length=255,
        help_text=_("Host or domain, AS number, registrar's name, top-level domain or country code."),
    )
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail for reports"), blank=True)
    form_address = models.URLField(_("address of a form"), blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True, help_text=_("For example en or sr."))
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two-letter code, for example RS."))
    is_cdn = models.BooleanField(_("content delivery network (CDN)"), default=False)
    notes = models.TextField(_("notes"), max_length=2000, blank=True)
    active = models.BooleanField(_("active"), default=True)

    impersonal_fields: ClassVar = "key name form_address language country notes"
    field_inventory: ClassVar = {
        (data_inventory.STAFF_TEXT, data_inventory.UNTIL_CHANGED): "email",
    }

    class Meta:
        verbose_name = _("abuse contact")
        verbose_name_plural = _("abuse contacts")
        ordering = ["kind", "key"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_contact_a_key"),
            models.CheckConstraint(condition=Q(kind__in=ContactKind.values), name="contact_kind_known"),
            models.CheckConstraint(condition=~Q(key=""), name="contact_has_key"),
            models.CheckConstraint(
                condition=Q(is_cdn=False) | Q(kind="asn"),
                name="contact_cdn_is_network",
                violation_error_message=_("Only a network can deliver for others."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SiteTypeRule(models.Model):
    """The site type of addresses under a host and path, until an analyst sets another.

    An empty `host` means any host; otherwise the hosts below it are included. `path` is a prefix of whole
    segments, `/forum`; empty means the whole host.
    """

    host = models.CharField(
        _("host"), max_length=255, blank=True, help_text=_("Includes all hosts below it. Empty: any host.")
    )
    path = models.CharField(_("path"), max_length=120, blank=True, help_text=_("For example /forum. Empty: any path."))
    site_type = models.PositiveSmallIntegerField(_("site type"), choices=SiteType)

    impersonal_fields: ClassVar = "host path"

    class Meta:
        verbose_name = _("site-type rule")
        verbose_name_plural = _("site-type rules")
        ordering = ["host", "path"]
        constraints = [
            models.UniqueConstraint(fields=["host", "path"], name="one_site_type_rule_a_place"),
            models.CheckConstraint(
                condition=~Q(host="", path=""),
                name="site_type_rule_not_for_all",
                violation_error_message=_(
                    "Enter a host, a path or both. A rule that matches every address has no use."
                ),
            ),
            models.CheckConstraint(condition=Q(site_type__in=SiteType.values), name="site_type_rule_type_known"),
        ]

    def __str__(self) -> str:
        return f"{self.host}{self.path}"


class NetworkFile(models.TextChoices):
    """Network databases (MMDB) that the administrator may supply."""

    COUNTRY = "country", pgettext_lazy("database", "countries of addresses")
    ASN = "asn", pgettext_lazy("database", "networks of addresses")


class NetworkFileProblem(models.TextChoices):
    """Reasons for an unusable database file."""

    MISSING = "missing", pgettext_lazy("database", "the file is missing")
    UNREADABLE = "unreadable", pgettext_lazy("database", "no permission to read the file")
    BROKEN = "broken", pgettext_lazy("database", "the file is damaged or incomplete")
    WRONG_KIND = "wrong_kind", pgettext_lazy("database", "the file is another kind of database")


class NetworkFileState(models.Model):
    """State of a database file as the lookup process last found it.

    It is stored, because that process may run on another machine. With a `problem`, an earlier version of the file
    stays in use if there is one (`in_use`). `built_at` is that of the version in use.
    """

    kind = models.CharField(_("database"), max_length=8, choices=NetworkFile, unique=True)
    problem = models.CharField(_("problem"), max_length=12, choices=NetworkFileProblem, blank=True)
    built_at = models.DateTimeField(_("built"), null=True)
    in_use = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.UNTIL_REPLACED): "kind problem built_at in_use changed_at",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NetworkFile.values), name="network_file_kind_known"),
            models.CheckConstraint(
                condition=Q(problem__in=["", *NetworkFileProblem.values]), name="network_file_problem_known"
            ),
        ]

    def __str__(self) -> str:
        return self.kind
