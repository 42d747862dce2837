"""Which modules speak to other machines: each is guarded in its own way, and another one has to say here how it is."""

import ast
from pathlib import Path
from typing import Final

BASE_DIR = Path(__file__).resolve().parents[2]
SPEAKING: Final = {
    *(
        "socket",
        "ssl",
        "http.client",
        "urllib.request",
        "smtplib",
        "imaplib",
        "poplib",
        "ftplib",
        "telnetlib",
        "asyncio.streams",
    ),
    *(
        "httpx",
        "httpcore",
        "requests",
        "urllib3",
        "aiohttp",
        "imap_tools",
        "dns",
        "tldextract",
        "socks",
        "websockets",
        "paramiko",
        "boto3",
        "botocore",
    ),
}
# {module: why nobody outside decides where it leads}
GUARDED: Final = {
    # Wherever a reporter's address leads: public addresses only, each checked just before it is used, redirects too.
    "hotline/availability/guarded_http.py": "tests/hotline/availability/test_url_checker.py",
    "hotline/availability/url_checker.py": "tests/hotline/availability/test_url_checker.py",
    # A name of a host goes to the operator's name servers, in a question of the DNS and nothing else.
    "hotline/hosting/resolver.py": "DNS_RESOLVERS",
    # The suffix list that comes with the library, never fetched.
    "hotline/triage/url_normalisation.py": "suffix_list_urls=()",
    "hotline/intake/email/authentication.py": "suffix_list_urls=()",
    # Servers that the operator's settings name.
    "hotline/referral/iccam/client.py": "ICCAM_URL",
    "clicksafely/common/mail/imap_mailbox.py": "MAIL_IMAP_URL",
    "clicksafely/common/files/s3_storage.py": "MEDIA_S3_ENDPOINT",
    # Names of errors and of keys, no connection.
    "clicksafely/common/mail/errors.py": "errors only",
    "hotline/referral/iccam/config.py": "a context of TLS",
    "clicksafely/common/mail/smtp.py": "MAIL_SMTP_URL",
    "clicksafely/monitoring/doctor/servers.py": "MAIL_SMTP_URL",
    # This machine.
    "clicksafely/devserver/server_programs.py": "a socket of the var folder",
    "clicksafely/devserver/launch.py": "the loopback",
    "clicksafely/healthcheck.py": "the loopback",
}


def imported(path: Path) -> set[str]:
    """The names of modules that a file imports, each with those above it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {".".join(name.split(".")[:depth]) for name in names for depth in (1, 2)}


def test_nothing_else_speaks_to_other_machines() -> None:
    speaking = {
        str(path.relative_to(BASE_DIR)): imported(path) & SPEAKING
        for folder in ("clicksafely", "awareness", "hotline", "youthpanel")
        for path in (BASE_DIR / folder).rglob("*.py")
        if imported(path) & SPEAKING
    }
    assert {name: modules for name, modules in speaking.items() if name not in GUARDED} == {}
    assert {*GUARDED} - {*speaking} == set(), "speaks to nobody any more"


def test_no_client_follows_where_a_server_sends_it() -> None:
    following = [
        f"{path.relative_to(BASE_DIR)}:{node.lineno}"
        for folder in ("clicksafely", "awareness", "hotline", "youthpanel")
        for path in (BASE_DIR / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.keyword) and node.arg in {"follow_redirects", "allow_redirects"}
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]  # fmt: skip
    assert following == []
