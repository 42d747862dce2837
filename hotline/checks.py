"""System checks of the hotline's settings: one row each. They read files and contact no server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Info, Warning

from clicksafely.common.checks import Problems, Rule, problem_if
from clicksafely.common.mail.addresses import is_untagged
from clicksafely.common.mail.imap_settings import ImapSettings, ImapSettingsInvalid
from clicksafely.common.mail.smtp_settings import has_smtp_server, read_smtp_settings
from hotline.availability.guarded_http import PROXY_SCHEMES
from hotline.availability.url_checker import allowed_networks
from hotline.hosting.network_databases import FileError, read_file
from hotline.hosting.resolver import parse_server
from hotline.models import NetworkFile
from hotline.referral.iccam import config as iccam

MIN_SECRET_LENGTH: Final = 32  # characters
ICCAM_HINTS: Final = {
    "ICCAM_URL": (
        "Write it as https://user:password@iccam.example.org/, special characters percent-encoded. Leave it "
        "empty to turn the exchange off."
    ),
    "ICCAM_CA_FILE": "Set it to the certificate of the authority (PEM). Leave it empty to use the system's authorities.",
    "ICCAM_CERT_FILE": "Set it to a PEM file with the client certificate that INHOPE accepts and its key without a password.",
}


def _name_servers() -> Problems:
    for server in settings.DNS_RESOLVERS:
        try:
            parse_server(server)
        except ValueError as error:
            yield f"DNS_RESOLVERS has {server!r}: {error}."


def _network_databases() -> Problems:
    for path, kind in ((settings.MMDB_COUNTRY, NetworkFile.COUNTRY), (settings.MMDB_ASN, NetworkFile.ASN)):
        if path:
            try:
                read_file(Path(path), kind).close()
            except FileError as error:
                yield f"{path} (MMDB_DIR): {error.problem.label}."


def _mail_server() -> Problems:
    try:
        read_smtp_settings()
    except ValueError as error:
        yield f"MAIL_SMTP_URL cannot be used: {error}."


def _mailbox() -> Problems:
    try:
        ImapSettings.parse(settings.MAIL_IMAP_URL)
    except ImapSettingsInvalid as error:
        yield f"The mailbox cannot be read: {error}."


def _folders() -> Problems:
    try:
        inbox = ImapSettings.parse(settings.MAIL_IMAP_URL).folder
    except ImapSettingsInvalid:
        return
    folders = [inbox, settings.MAIL_PROCESSED_FOLDER, settings.MAIL_UNPROCESSED_FOLDER]
    if len({name.strip().casefold() for name in folders}) < len(folders) or not all(folders):
        yield "MAIL_PROCESSED_FOLDER, MAIL_UNPROCESSED_FOLDER and the inbox folder must be three different folders."


def _iccam() -> Iterator[tuple[str, str]]:
    try:
        iccam.read_config()
    except ValueError as error:
        yield f"{error}.", ICCAM_HINTS[str(error).partition(" ")[0]]


def _proxy() -> Problems:
    try:
        parts = urlsplit(settings.AVAILABILITY_PROXY)
        fine = parts.scheme in PROXY_SCHEMES and bool(parts.hostname and parts.port)
    except ValueError:
        fine = False
    yield from problem_if(not fine, "AVAILABILITY_CHECKS is neither off nor direct nor a proxy.")


def _networks() -> Problems:
    try:
        allowed_networks(settings.AVAILABILITY_ALLOW_NETWORKS)
    except ValueError as error:
        yield f"AVAILABILITY_ALLOW_NETWORKS: {error}."


RULES: Final = (
    Rule(
        id="hotline.E101",
        problems=_name_servers,
        hint="List addresses of name servers, for example 192.0.2.53 or [2001:db8::53]:5353, or leave it empty.",
    ),
    # An unreadable network database is only a warning, so that mail and cases still work.
    Rule(
        id="hotline.W103",
        level=Warning,
        problems=_network_databases,
        hint="Download the database to another path and move it into place. It is reloaded automatically.",
    ),
    Rule(
        id="hotline.E201",
        when=has_smtp_server,
        problems=_mail_server,
        hint="smtp+tls://user:password@mail.example.org:587, smtps://user:password@mail.example.org, or smtp://localhost.",
    ),
    Rule(
        id="hotline.E202",
        when=has_smtp_server,
        problems=lambda: problem_if(
            not is_untagged(settings.MAIL_ADDRESS),
            f"MAIL_ADDRESS is {settings.MAIL_ADDRESS!r}, which is not a plain address.",
        ),
        hint="Set it to the hotline's address, such as report@example.org, which must also receive report+anything@example.org.",
    ),
    Rule(
        id="hotline.E203",
        when=has_smtp_server,
        problems=lambda: problem_if(
            len(settings.MAIL_SECRET) < MIN_SECRET_LENGTH,
            f"MAIL_SECRET is missing or shorter than {MIN_SECRET_LENGTH} characters: addresses cannot be stored for sending.",
        ),
        hint="Set it for the staff site and the mail workers, for example to the output of `openssl rand -hex 32`.",
    ),
    Rule(
        id="hotline.E204",
        when=has_smtp_server,
        problems=lambda: problem_if(
            not settings.SITE_URL, "SITE_URL is missing: messages would contain no link to the answer."
        ),
        hint="Set it to the public address of the portal, such as https://portal.example.org.",
    ),
    Rule(
        id="hotline.I205",
        level=Info,
        when=has_smtp_server,
        problems=lambda: problem_if(
            not settings.MAIL_AUTHSERV_ID,
            "MAIL_AUTHSERV_ID is not set: no sender is authenticated, so e-mail reports get no reply.",
        ),
        hint="Set it to the name at the beginning of your mail server's Authentication-Results headers; see docs/operations/configure.md.",
    ),
    Rule(
        id="hotline.E301",
        when=lambda: settings.MAIL_IMAP_URL,
        problems=_mailbox,
        hint="Write it as imaps://user:password@host:993/INBOX, special characters percent-encoded.",
    ),
    Rule(
        id="hotline.E302",
        problems=lambda: problem_if(
            settings.MAIL_RETENTION_DAYS < 0, f"MAIL_RETENTION_DAYS is {settings.MAIL_RETENTION_DAYS}."
        ),
        hint="Set it to 0 or more.",
    ),
    Rule(
        id="hotline.E303",
        when=lambda: settings.MAIL_IMAP_URL,
        problems=_folders,
        hint="Otherwise processed messages would be read again, or removed with the unprocessed ones.",
    ),
    Rule(id="hotline.E401", when=iccam.is_configured, problems=_iccam),
    Rule(
        id="hotline.E501",
        problems=lambda: problem_if(
            not 0 <= settings.TAKEDOWN_FIRST_AFTER_MINUTES <= 1440,
            f"TAKEDOWN_FIRST_AFTER_MINUTES is {settings.TAKEDOWN_FIRST_AFTER_MINUTES}, which is not between 0 and 1440.",
        ),
        hint="See docs/operations/configure.md.",
    ),
    Rule(
        id="hotline.E502",
        problems=lambda: problem_if(
            not settings.TAKEDOWN_WEEKDAYS or not set(settings.TAKEDOWN_WEEKDAYS) <= set(range(1, 8)),
            "TAKEDOWN_WEEKDAYS is empty or contains an invalid day.",
        ),
        hint="List days of the week, 1 for Monday to 7 for Sunday, for example 1,2,3,4,5.",
    ),
    Rule(
        id="hotline.E601",
        when=lambda: settings.AVAILABILITY_PROXY,
        problems=_proxy,
        hint="Set it to off, direct, http://host:port or socks5://user:password@host:port.",
    ),
    Rule(id="hotline.E603", problems=_networks, hint="List networks like 192.0.2.0/24, or leave it empty."),
    Rule(
        id="hotline.W604",
        level=Warning,
        when=lambda: not settings.DEMO and not any(_networks()),
        problems=lambda: problem_if(
            settings.AVAILABILITY_ALLOW_NETWORKS,
            "AVAILABILITY_ALLOW_NETWORKS lets a reported address lead into private networks.",
        ),
        hint="Leave it empty: it is for tests and demonstrations.",
    ),
)
