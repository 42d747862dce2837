"""The users of deploy/valkey/print-users.sh in a server of the tests. The password of each is its name."""

import os
import subprocess
from urllib.parse import urlsplit

from redis import Redis

from clicksafely.common.database_roles.grant_table import PARTS
from tests.servers import BASE_DIR

PROGRAM = BASE_DIR / "deploy" / "valkey" / "print-users.sh"


def printed_users() -> dict[str, list[str]]:
    """Return the rules of each user, "default" among them."""
    passwords = {f"VALKEY_PASSWORD_{part.upper()}": part for part in PARTS}
    run = subprocess.run([PROGRAM], env=os.environ | passwords, capture_output=True, text=True, check=True)
    users = (line.split(maxsplit=2) for line in run.stdout.splitlines())
    return {name: _rules(rules) for _user, name, rules in users}


def create(redis_url: str) -> None:
    """Create the users of the parts. The tests themselves stay the user "default" with all rights."""
    with Redis.from_url(redis_url) as server:
        for name, rules in printed_users().items():
            if name != "default":
                server.execute_command("ACL", "SETUSER", name, "reset", *rules)
        server.execute_command("ACL", "LOG", "RESET")


def as_user(redis_url: str, part: str) -> str:
    """Return the URL for the user of a part."""
    url = urlsplit(redis_url)
    return url._replace(netloc=f"{part}:{part}@{url.netloc.rpartition('@')[2]}").geturl()


def refusals(redis_url: str) -> list[str]:
    """Return user and command of each refusal since `create`."""
    with Redis.from_url(redis_url, decode_responses=True) as server:
        log = server.acl_log()
    return [f"{entry['username']}: {entry['reason']} {entry['object']}" for entry in log]


def _rules(line: str) -> list[str]:
    """Split at spaces outside parentheses: a selector is one rule."""
    rules: list[str] = []
    for word in line.split():
        if rules and rules[-1].startswith("(") and not rules[-1].endswith(")"):
            rules[-1] += f" {word}"
        else:
            rules.append(word)
    return rules
