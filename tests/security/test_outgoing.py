"""Modules with network connections: the table lists how each is protected; a new one must be added."""

import ast
from typing import Final

from tests.security.imports import imported, trees

SPEAKING: Final = {
    "socket", "ssl", "http.client", "urllib.request", "smtplib", "imaplib", "poplib", "ftplib", "telnetlib",
    "asyncio.streams", "httpx2", "httpcore2", "requests", "urllib3", "aiohttp", "imap_tools", "dns", "socks",
    "websockets", "paramiko", "boto3", "botocore",
}  # fmt: skip
# {module: why third parties cannot choose the destination}
GUARDED: Final = {
    # URLs of reports: public addresses only, each checked immediately before use, including redirects.
    "hotline/availability/guarded_http.py": "tests/hotline/availability/test_url_checker.py",
    "hotline/availability/url_checker.py": "tests/hotline/availability/test_url_checker.py",
    # Hosts that an administrator has listed, at public addresses, verified immediately before use.
    "clicksafely/common/http/webhooks.py": "tests/common/http/test_webhooks.py",
    # Host names go only into DNS queries to the configured name servers.
    "hotline/hosting/resolver.py": "DNS_RESOLVERS",
    # Servers from the administrator's settings.
    "hotline/referral/iccam/client.py": "ICCAM_URL",
    "clicksafely/accounts/openid.py": "OPENID_URL",
    "clicksafely/common/mail/imap_mailbox.py": "MAIL_IMAP_URL",
    "clicksafely/common/files/s3_storage.py": "MEDIA_S3_ENDPOINT",
    # Names of errors and of keys, no connection.
    "clicksafely/common/mail/errors.py": "errors only",
    "hotline/referral/iccam/config.py": "a context of TLS",
    "clicksafely/common/mail/smtp.py": "MAIL_SMTP_URL",
    "clicksafely/monitoring/doctor/servers.py": "MAIL_SMTP_URL",
    # Connections that clients have opened.
    "clicksafely/common/http/body_reception.py": "closes slow ones, connects to nothing",
    # The local machine.
    "clicksafely/common/sandbox/runner.py": "locks, and pairs of sockets with the fork server",
    "clicksafely/common/sandbox/fork_server.py": "a socket of its owner",
    "clicksafely/devserver/server_programs.py": "a socket of the var folder",
    "clicksafely/devserver/launch_checks.py": "an address of this machine, bound and closed again",
    "clicksafely/healthcheck.py": "the loopback",
    "clicksafely/devserver/ports.py": "the loopback",
    **{
        f"clicksafely/devserver/mock_services/{name}.py": "the loopback, for `make stand-ins` and tests"
        for name in ("certificates", "iccam", "web")
    },
}


def spoken(path: str) -> set[str]:
    """The modules of `SPEAKING` that a file imports, or a part of which."""
    names = {".".join(name.split(".")[:depth]) for name in imported(path) for depth in (1, 2)}
    return names & SPEAKING


def test_no_other_module_opens_connections() -> None:
    speaking = {path: found for path in trees() if (found := spoken(path))}
    assert {name: modules for name, modules in speaking.items() if name not in GUARDED} == {}
    assert {*GUARDED} - {*speaking} == set(), "no connections any more"


def test_no_client_follows_where_a_server_sends_it() -> None:
    following = [
        f"{path}:{node.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg in {"follow_redirects", "allow_redirects"}
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]  # fmt: skip
    assert following == []
