"""Where content is hosted: what look-ups found, whom to write to, what kind of site it is, and the state of the databases of networks."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.models.content_items import SiteType


class LookupProblem(models.TextChoices):
    """Why a host could not be looked up."""

    TIMEOUT = "timeout", pgettext_lazy("look-up", "the name server did not answer")
    UNREACHABLE = "unreachable", pgettext_lazy("look-up", "the name server could not be reached")
    SERVFAIL = "servfail", pgettext_lazy("look-up", "the name server could not find it out")
    REFUSED = "refused", pgettext_lazy("look-up", "the name server refused to answer")
    NXDOMAIN = "nxdomain", pgettext_lazy("look-up", "there is no such name")
    NO_ADDRESS = "no_address", pgettext_lazy("look-up", "the name has no address")
    LOOP = "loop", pgettext_lazy("look-up", "the name leads round in a circle")
    MALFORMED = "malformed", pgettext_lazy("look-up", "the answer could not be read")
    BAD_NAME = "bad_name", pgettext_lazy("look-up", "it is no name that can be looked up")
    NO_RESOLVER = "no_resolver", pgettext_lazy("look-up", "no name server is configured")


class SpecialAddress(models.TextChoices):
    """What an address is that is not one of the public internet."""

    LOOPBACK = "loopback", pgettext_lazy("address", "the machine itself")
    PRIVATE = "private", pgettext_lazy("address", "private network")
    RESERVED = "reserved", pgettext_lazy("address", "reserved")


@dataclass(frozen=True)
class HostAddress:
    """One address of a host. Country ISO 3166-1 alpha-2, all but `ip` empty (`asn` None) where not known; `special` a `Special`."""

    ip: str
    country: str = ""
    asn: int | None = None
    organisation: str = ""
    special: str = ""

    def as_dict(self) -> dict[str, str | int | None]:
        """An entry of `Host.addresses`."""
        return {name: value for name, value in vars(self).items() if value}

    @property
    def special_label(self) -> str:
        """What it is instead of an address of the public internet, in words."""
        return str(SpecialAddress(self.special).label) if self.special else ""


class Host(models.Model):
    """A host that items name, or a rule sets in its place: ASCII name or address literal. Items point to it by the name.

    `addresses` holds at most 16 (`HostAddress.as_dict`), of `address_count` in the answer; `aliases` are the names that it led through.
    `country`, `asn`, `organisation` are those of the first public address. `next_lookup_at` is the queue of look-ups: not NULL is due then.
    `tries` counts failures in a row; what an earlier look-up found stays. Every time that a report's arrival brought about is a full hour.
    """

    name = models.CharField(_("host"), max_length=255, unique=True)
    addresses = models.JSONField(_("addresses"), default=list)
    address_count = models.PositiveIntegerField(default=0)
    aliases = models.JSONField(_("leads through"), default=list)
    country = models.CharField(_("country"), max_length=2, blank=True)
    asn = models.BigIntegerField(_("network (AS number)"), null=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    registrar = models.CharField(_("registrar"), max_length=120, blank=True)
    problem = models.CharField(_("problem"), max_length=12, choices=LookupProblem, blank=True)
    tries = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    looked_up_at = models.DateTimeField(_("looked up"), null=True)
    expires_at = models.DateTimeField(_("good until"), null=True)
    next_lookup_at = models.DateTimeField(_("next look-up"), null=True)

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
        """`addresses`, as objects."""
        return [HostAddress(**entry) for entry in self.addresses]


class ContactKind(models.TextChoices):
    """What a contact of the register is responsible for; the most specific first."""

    HOST = "host", pgettext_lazy("abuse contact", "host")
    DOMAIN = "domain", pgettext_lazy("abuse contact", "domain")
    ASN = "asn", pgettext_lazy("abuse contact", "network (AS number)")
    REGISTRAR = "registrar", pgettext_lazy("abuse contact", "registrar")
    TLD = "tld", pgettext_lazy("abuse contact", "registry of a top-level domain")
    COUNTRY = "country", pgettext_lazy("abuse contact", "country")


class AbuseContact(models.Model):
    """Whom to write to about a host, a domain, a network and so on. `key` is in the spelling of `register.normal_key`.

    `is_cdn` (networks only): what is served from there comes from elsewhere. One without mail and form is a name only.
    """

    kind = models.CharField(_("responsible for"), max_length=10, choices=ContactKind)
    key = models.CharField(
        _("which one"),
        max_length=255,
        help_text=_("Host or domain, AS number, name of the registrar, top-level domain, or code of the country."),
    )
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail for reports"), blank=True)
    form_address = models.URLField(_("address of a form"), blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True, help_text=_("For example en or sr."))
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Code of two letters, for example RS.")
    )
    is_cdn = models.BooleanField(_("delivers for others (CDN)"), default=False)
    notes = models.TextField(_("notes"), max_length=2000, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("abuse contact")
        verbose_name_plural = _("abuse contacts")
        ordering = ["kind", "key"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_contact_a_key"),
            models.CheckConstraint(condition=Q(kind__in=ContactKind.values), name="contact_kind_known"),
            models.CheckConstraint(condition=~Q(key=""), name="contact_has_key"),
            models.CheckConstraint(condition=Q(is_cdn=False) | Q(kind="asn"), name="contact_cdn_is_network"),
        ]

    def __str__(self) -> str:
        return self.name


class SiteTypeRule(models.Model):
    """That addresses of a host (and the hosts below it; empty: of any host) under a path are of a kind, until an analyst says otherwise.

    `path` is the beginning of the path by whole segments, `/forum`; empty where the whole host is meant.
    """

    host = models.CharField(
        _("host"), max_length=255, blank=True, help_text=_("With every host below it. Empty: any host.")
    )
    path = models.CharField(_("path"), max_length=120, blank=True, help_text=_("For example /forum. Empty: any path."))
    site_type = models.PositiveSmallIntegerField(_("kind of site"), choices=SiteType)

    class Meta:
        verbose_name = _("hint at the kind of site")
        verbose_name_plural = _("hints at the kind of site")
        ordering = ["host", "path"]
        constraints = [
            models.UniqueConstraint(fields=["host", "path"], name="one_hint_a_place"),
            models.CheckConstraint(condition=~Q(host="", path=""), name="hint_not_for_everything"),
            models.CheckConstraint(condition=Q(site_type__in=SiteType.values), name="hint_site_type_known"),
        ]

    def __str__(self) -> str:
        return f"{self.host}{self.path}"


class NetworkFile(models.TextChoices):
    """The databases of networks (MMDB) that an operator may supply."""

    COUNTRY = "country", pgettext_lazy("database", "countries of addresses")
    ASN = "asn", pgettext_lazy("database", "networks of addresses")


class NetworkFileProblem(models.TextChoices):
    """Why such a file cannot be used."""

    MISSING = "missing", pgettext_lazy("database", "the file is missing")
    UNREADABLE = "unreadable", pgettext_lazy("database", "the file may not be read")
    BROKEN = "broken", pgettext_lazy("database", "the file is broken or cut short")
    WRONG_KIND = "wrong_kind", pgettext_lazy("database", "the file is a database of something else")


class NetworkFileState(models.Model):
    """How the process that looks up found a file when it last changed; the desk reads it here, for it may be on another machine.

    With a `problem` an earlier reading of the file goes on being used, where there is one (`in_use`). `built_at` is of what is in use.
    """

    kind = models.CharField(_("database"), max_length=8, choices=NetworkFile, unique=True)
    problem = models.CharField(_("problem"), max_length=12, choices=NetworkFileProblem, blank=True)
    built_at = models.DateTimeField(_("built"), null=True)
    in_use = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NetworkFile.values), name="network_file_kind_known"),
            models.CheckConstraint(
                condition=Q(problem__in=["", *NetworkFileProblem.values]), name="network_file_problem_known"
            ),
        ]

    def __str__(self) -> str:
        return self.kind
