"""The settings of an installation: few names, from the environment or from files."""

import os
import re
import subprocess
import sys
from pathlib import Path

from clicksafely.common.crypto.part_secrets import SECRETS

BASE_DIR = Path(__file__).resolve().parent.parent
SETTINGS = (BASE_DIR / "clicksafely" / "settings.py").read_text()
# Secrets have a table of their own.
NAMES = set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z0-9_]+)"', SETTINGS)) - set(SECRETS)
# A setting exists only if two installations would set it differently. Raise this only with such a setting. The last are PART: each process
# of one installation is another part, and only it can tell which secrets it must not hold; PASSKEY_REQUIRED, for centres whose analysts
# all have security keys; WEBHOOK_ALLOW_NETWORKS, for centres with an own gateway to telephones; OPENID_URL, for centres whose staff have a
# sign-in service.
MAX_SETTINGS = 43


def printed_value(expression: str, **environment: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", f"from clicksafely import settings; print({expression})"],
        cwd=BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_there_are_few_settings() -> None:
    assert 30 < len(NAMES) <= MAX_SETTINGS, sorted(NAMES)


def test_only_the_settings_module_reads_the_environment() -> None:
    files = [path for name in ("awareness", "hotline", "youthpanel") for path in (BASE_DIR / name).rglob("*.py")]
    assert len(files) > 100
    assert [path for path in files if re.search(r"\bos\.environ\b|\bgetenv\(", path.read_text())] == []


def test_a_file_may_contain_a_setting(tmp_path: Path) -> None:
    secret = tmp_path / "smtp"
    secret.write_text("smtps://me:word@mail.example.org\n")
    assert printed_value("settings.MAIL_SMTP_URL", MAIL_SMTP_URL_FILE=str(secret)) == "smtps://me:word@mail.example.org"
    assert printed_value("settings.MAIL_CA_FILE", MAIL_CA_FILE=str(secret)) == str(secret)


def test_database_connections_stay_open_unless_the_url_limits_them() -> None:
    url = "postgres://clicksafely@localhost/clicksafely"
    assert printed_value("settings.DATABASES['default']['CONN_MAX_AGE']", DATABASE_URL=url) == "None"
    limited = f"{url}?conn_max_age=0"
    assert printed_value("settings.DATABASES['default']['CONN_MAX_AGE']", DATABASE_URL=limited) == "0"
    assert printed_value("settings.DATABASES['default']['OPTIONS']['connect_timeout']", DATABASE_URL=limited) == "3"
    others = "sorted(set(settings.DATABASES['default']['OPTIONS']) - {'connect_timeout'})"
    assert printed_value(others, DATABASE_URL=limited) == (
        "['keepalives_count', 'keepalives_idle', 'keepalives_interval', 'tcp_user_timeout']"
    )


def test_the_limit_of_all_networks_is_not_below_that_of_one() -> None:
    assert printed_value("settings.REPORTS_PER_HOUR_GLOBAL", REPORTS_PER_HOUR="5") == "2000"
    assert printed_value("settings.REPORTS_PER_HOUR_GLOBAL", REPORTS_PER_HOUR="5000") == "5000"


def test_https_follows_the_public_address() -> None:
    names = "settings.SECURE_HTTPS, settings.SESSION_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS > 0"
    for url, https in (("https://portal.example.org", True), ("http://portal.example.org", False), ("", False)):
        assert printed_value(f"{{{names}}}", SITE_URL=url) == f"{{{https}}}"


def test_availability_checks_are_off_direct_or_by_a_proxy() -> None:
    names = "(settings.AVAILABILITY_CHECKS, settings.AVAILABILITY_PROXY)"
    for value, expected in {
        "": (False, ""),
        "off": (False, ""),
        "direct": (True, ""),
        "socks5://127.0.0.1:9050": (True, "socks5://127.0.0.1:9050"),
    }.items():
        assert printed_value(names, AVAILABILITY_CHECKS=value) == str(expected)


def test_network_databases_are_in_one_folder(tmp_path: Path) -> None:
    names = "[settings.MMDB_COUNTRY, settings.MMDB_ASN]"
    assert printed_value(names, MMDB_DIR="") == "['', '']"
    assert printed_value(names, MMDB_DIR=str(tmp_path)) == str([f"{tmp_path}/country.mmdb", f"{tmp_path}/asn.mmdb"])
