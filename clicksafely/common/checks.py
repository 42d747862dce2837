"""System checks of the settings, as tables of rules whose messages name the remedy."""

import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_network
from os import R_OK, W_OK, X_OK, access
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning, register

from clicksafely.common import places
from clicksafely.common.content.schema import find_problems
from clicksafely.common.crypto import keyring, part_secrets, signing
from clicksafely.common.files.credentials import read_credentials
from clicksafely.common.files.storage import CLIENT_MISSING
from clicksafely.common.http import webhooks
from clicksafely.common.mail.addresses import is_untagged
from clicksafely.common.mail.bounces import events_mailbox
from clicksafely.common.mail.imap_settings import ImapSettings, ImapSettingsInvalid
from clicksafely.common.mail.smtp_settings import has_smtp_server

TAG = "clicksafely"
PORTALS = ("public", "staff", "all")

type Problems = Iterator[str]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A system check. `problems` yields a message for each problem, or a message with its own hint. `when`: the check applies."""

    id: str
    problems: Callable[[], Iterable[str | tuple[str, str]]]
    hint: str = ""
    level: Callable[..., CheckMessage] = Error
    when: Callable[[], object] = lambda: True

    def messages(self) -> Iterator[CheckMessage]:
        """Yield the messages of the check."""
        for problem in self.problems() if self.when() else ():
            text, hint = (problem, self.hint) if isinstance(problem, str) else problem
            yield self.level(text, hint=hint, id=self.id)


def problem_if(wrong: object, message: str) -> Problems:
    """Yield the message if the condition is true."""
    if wrong:
        yield message


def register_rules(rules: Sequence[Rule]) -> None:
    """Register a table of rules as one system check.

    `manage.py check --tag clicksafely` runs only these checks. They read files and the environment, and contact no
    server.
    """

    def check_rules(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
        return run_rules(rules)

    register(check_rules, TAG)


def run_rules(rules: Iterable[Rule]) -> list[CheckMessage]:
    """Return the messages of the rules."""
    return [message for rule in rules for message in rule.messages()]


def _equal_secrets() -> Problems:
    secret_values = part_secrets.held_secrets()
    times = Counter(secret_values.values())
    same = [name for name, value in secret_values.items() if times[value] > 1]
    yield from problem_if(same, f"{', '.join(same)} are the same.")


def _public_ring() -> Problems:
    path = settings.SEALING_PUBLIC_KEYS
    try:
        rings = keyring.read_public(path)
    except (OSError, ValueError) as error:
        yield _unusable(path, error)
        return
    for ring in keyring.RINGS:
        yield from problem_if(not rings.get(ring), _unusable(path, f"no key for {ring}"))


def _private_ring() -> Problems:
    path = settings.SEALING_PRIVATE_KEYS
    try:
        empty = not any(keyring.read_private(path).values())
    except (OSError, ValueError) as error:
        yield _unusable(path, error)
    else:
        yield from problem_if(empty, _unusable(path, "absent, unreadable or empty"))


def _signing_keys() -> Problems:
    path = settings.SIGNING_PUBLIC_KEYS
    try:
        keys = signing.read_public(path)
    except (OSError, ValueError, TypeError, LookupError) as error:
        yield _unusable(path, error)
        return
    path = settings.SIGNING_PRIVATE_KEY
    if not _is_there(path):
        # Only the staff site signs; the worker `sealed` verifies.
        return
    try:
        fits = signing.read_private(path).public_key() in keys
    except (OSError, ValueError, TypeError):
        yield f"The signing key {path} is damaged or unreadable."
        return
    yield from problem_if(not fits, f"The signing key {path} has no public key in {settings.SIGNING_PUBLIC_KEYS}.")


def _unusable(path: Path, error: object) -> str:
    return f"The key ring {path} cannot be used: {error}."


def _open_files() -> Iterator[tuple[str, str]]:
    for path, forbidden, remedy in (
        *((path, stat.S_IRWXO, "chmod 600") for path in sorted(settings.VAR_DIR.glob("secrets-*.env"))),
        (settings.SEALING_PRIVATE_KEYS, stat.S_IRWXO, "chmod 600"),
        (settings.SIGNING_PRIVATE_KEY, stat.S_IRWXO, "chmod 600"),
        (settings.SIGNING_PUBLIC_KEYS, stat.S_IWOTH, "chmod o-w"),
        # A replaced public key would make all later values readable to the attacker.
        (settings.SEALING_PUBLIC_KEYS, stat.S_IWOTH, "chmod o-w"),
    ):
        if _is_there(path) and path.stat().st_mode & forbidden:
            yield f"{path} is accessible to every user of the machine.", f"{remedy} {path}"


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False


def _proxies() -> Problems:
    for entry in settings.TRUSTED_PROXIES:
        if entry != "unix" and (complaint := _complaint(entry)):
            yield f"TRUSTED_PROXIES has {entry!r}, {complaint}."


def _complaint(entry: str) -> str:
    try:
        network = ip_network(entry, strict=False)
    except ValueError:
        return "which is neither an address nor a network"
    return "" if network.prefixlen else "which trusts every client"


def _has_events_mail() -> bool:
    return bool(settings.EVENTS_MAIL_ADDRESS or settings.EVENTS_MAIL_IMAP_URL)


def _events_mailbox() -> Problems:
    try:
        events_mailbox()
    except ImapSettingsInvalid as error:
        yield f"The mailbox of events cannot be read: {error}."


def _same_mailbox() -> Problems:
    same = settings.EVENTS_MAIL_ADDRESS.lower() == settings.MAIL_ADDRESS.lower()
    try:
        ours = events_mailbox()
        same = same or (ours is not None and _place(ours) == _place(ImapSettings.parse(settings.MAIL_IMAP_URL)))
    except ImapSettingsInvalid:
        pass
    yield from problem_if(same, "Events and the hotline have the same address or mailbox.")


def _place(mailbox: ImapSettings) -> tuple[str, int, str, str]:
    folder = "INBOX" if mailbox.folder.upper() == "INBOX" else mailbox.folder
    return mailbox.host.lower(), mailbox.port, mailbox.user, folder


def _has_bucket() -> bool:
    return bool(settings.MEDIA_S3_BUCKET)


def _bucket_key() -> Problems:
    try:
        read_credentials()
    except ValueError as error:
        yield f"{error}."


def _open_bucket_key() -> Iterator[tuple[str, str]]:
    path = Path(settings.MEDIA_S3_KEY_FILE)
    if not any(_bucket_key()) and path.stat().st_mode & 0o007:
        yield f"{path} is accessible to every user of the machine.", f"chmod o= {path}"


def _bucket_endpoint() -> Problems:
    try:
        parts = urlsplit(settings.MEDIA_S3_ENDPOINT)
        fine = parts.scheme in {"http", "https"} and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        fine = False
    yield from problem_if(settings.MEDIA_S3_ENDPOINT and not fine, "MEDIA_S3_ENDPOINT is not the address of a service.")


def _plain_bucket() -> Problems:
    if not any(_bucket_endpoint()):
        parts = urlsplit(settings.MEDIA_S3_ENDPOINT)
        yield from problem_if(
            parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"},
            "MEDIA_S3_ENDPOINT is http://: photographs and documents are transferred unencrypted.",
        )


def _user_of_valkey() -> Problems:
    user = urlsplit(settings.REDIS_URL).username
    yield from problem_if(not user, "REDIS_URL names no user: this process may read and change all that Valkey holds.")


def _webhook_networks() -> Problems:
    try:
        webhooks.allowed_networks()
    except ValueError as error:
        yield f"WEBHOOK_ALLOW_NETWORKS: {error}."


_OWN_VALUE_HINT: Final = (
    "Give each its own value, for example from `openssl rand -hex 32`; the embedded default creates them automatically."
)
_SECRETS_HINT: Final = (
    "Each part has its own file, secrets-PART.env, written by `manage.py create_secrets`; "
    "docs/operations/configure.md lists the secrets of each part."
)
_RING_HINT: Final = "Copy it from the machine of the installation, or create new rings with `manage.py create_secrets`."

RULES: Final = (
    Rule(id="clicksafely.E001", problems=part_secrets.find_problems, hint=_SECRETS_HINT),
    Rule(id="clicksafely.E002", problems=_equal_secrets, hint=_OWN_VALUE_HINT),
    Rule(id="clicksafely.E003", problems=_public_ring, hint=_RING_HINT),
    Rule(id="clicksafely.E004", when=lambda: settings.PORTAL != "public", problems=_private_ring, hint=_RING_HINT),
    Rule(
        id="clicksafely.E005",
        problems=part_secrets.find_key_problems,
        hint="Store that file only where its part reads it, or set PRIVATE_KEYS_DIR to a folder without it.",
    ),
    Rule(id="clicksafely.E006", problems=_open_files),
    Rule(
        id="clicksafely.E007",
        problems=lambda: problem_if(settings.PORTAL not in PORTALS, f"PORTAL is {settings.PORTAL!r}."),
        hint=f"Set it to one of {', '.join(PORTALS)}.",
    ),
    Rule(
        id="clicksafely.E008",
        problems=lambda: problem_if(
            settings.DEBUG and (settings.PORTAL == "public" or not settings.DEMO),
            "DEBUG is on: an error page would show the text of a report.",
        ),
        hint=("Remove DEBUG; it is for development machines, together with DEMO=true, never for the public process."),
    ),
    Rule(
        id="clicksafely.E009",
        problems=lambda: problem_if(
            settings.DEMO and settings.SECURE_HTTPS,
            "DEMO is on together with SECURE_HTTPS: demonstration accounts have known passwords.",
        ),
        hint="Remove DEMO in production.",
    ),
    Rule(
        id="clicksafely.E010",
        problems=lambda: problem_if(
            "*" in settings.ALLOWED_HOSTS,
            "ALLOWED_HOSTS allows every host: an attacker could place a foreign host into cached pages and links.",
        ),
        hint="List the host names of the portal, separated by commas.",
    ),
    Rule(
        id="clicksafely.E011",
        problems=_proxies,
        hint="List addresses or networks such as 10.0.0.0/8 or fd00::/8, or `unix` for a proxy on a socket.",
    ),
    Rule(
        id="clicksafely.E012",
        problems=lambda: problem_if(
            not (settings.VAR_DIR.is_dir() and access(settings.VAR_DIR, R_OK | W_OK | X_OK)),
            f"VAR_DIR, {settings.VAR_DIR}, is not a folder that this process can write to.",
        ),
        hint="Create it, owned by the user that runs the portal, or set VAR_DIR.",
    ),
    Rule(
        id="clicksafely.E013",
        problems=part_secrets.find_part_problems,
        hint=f"Set it to one of {', '.join(part_secrets.PARTS)}: the part that this process is.",
    ),
    Rule(
        id="clicksafely.E014",
        when=lambda: settings.PORTAL != "public",
        problems=_signing_keys,
        hint="Set PUBLIC_KEYS_DIR and, for the staff process, PRIVATE_KEYS_DIR; see docs/operations/configure.md.",
    ),
    Rule(id="clicksafely.E015", problems=_webhook_networks, hint="List networks like 10.20.0.0/16, or leave it empty."),
    Rule(
        id="clicksafely.E016",
        problems=lambda: find_problems(places.FILE),
        hint="Correct the line, or restore the file of the release.",
    ),
    Rule(
        id="clicksafely.W017",
        level=Warning,
        # The owner of the database uses no Valkey, and a process of all parts has no user of its own.
        when=lambda: settings.PART not in {"", "owner"},
        problems=_user_of_valkey,
        hint=(
            "Create the users of Valkey with `deploy/valkey/print-users.sh`, and set REDIS_URL to redis://PART:PASSWORD@host:6379/0 in the "
            'environment of each process: docs/operations/install.md, "Users of Valkey".'
        ),
    ),
    Rule(
        id="common.E101",
        when=_has_events_mail,
        problems=lambda: problem_if(
            not is_untagged(settings.EVENTS_MAIL_ADDRESS),
            f"EVENTS_MAIL_ADDRESS is {settings.EVENTS_MAIL_ADDRESS!r}, which is not a plain address.",
        ),
        hint=(
            "Set it to a separate address, such as events@example.org, whose server also delivers "
            "events+anything@example.org to it."
        ),
    ),
    Rule(
        id="common.E102",
        when=lambda: settings.EVENTS_MAIL_IMAP_URL,
        problems=lambda: problem_if(
            not has_smtp_server(),
            "EVENTS_MAIL_IMAP_URL is set, but no mail server: no confirmation is sent, and none can bounce.",
        ),
        hint="Set MAIL_SMTP_URL to the server for all outgoing e-mail; see docs/operations/configure.md.",
    ),
    Rule(
        id="common.E103",
        when=_has_events_mail,
        problems=_events_mailbox,
        hint="Write it as imaps://user:password@host:993/INBOX, special characters percent-encoded.",
    ),
    Rule(
        id="common.E104",
        when=_has_events_mail,
        problems=_same_mailbox,
        hint=(
            "Use a separate one for events: messages to the hotline's become reports and are removed, "
            "including replies of schools."
        ),
    ),
    # Processes without a server queue e-mail and read none.
    Rule(
        id="common.I105",
        level=Info,
        when=lambda: _has_events_mail() and has_smtp_server(),
        problems=lambda: problem_if(
            not settings.EVENTS_MAIL_IMAP_URL,
            "EVENTS_MAIL_IMAP_URL is not set: of undelivered confirmations, only immediate rejections are known.",
        ),
        hint="Set it to the mailbox of EVENTS_MAIL_ADDRESS, for the part that fetches mail.",
    ),
    Rule(
        id="common.E305",
        when=_has_bucket,
        problems=lambda: problem_if(find_spec("boto3") is None, f"MEDIA_S3_BUCKET is set, but {CLIENT_MISSING}."),
        hint='Run `bin/setup s3`, which installs the extra "s3" (requirements-s3.txt), or remove MEDIA_S3_BUCKET.',
    ),
    Rule(
        id="common.E301",
        when=_has_bucket,
        problems=_bucket_key,
        hint=(
            "Set it to a file with the access key on the first line and its secret on the second; "
            "docs/operations/configure.md lists the permissions it needs."
        ),
    ),
    Rule(id="common.E302", when=_has_bucket, problems=_open_bucket_key),
    Rule(
        id="common.E303",
        when=_has_bucket,
        problems=_bucket_endpoint,
        hint="Write it as https://host:port, or remove it for Amazon's own.",
    ),
    Rule(
        id="common.W304",
        level=Warning,
        when=_has_bucket,
        problems=_plain_bucket,
        hint="Use https://, except on a private network (with docker compose: the network `back`).",
    ),
)
