"""Command that reports problems of the installation with their remedies."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from clicksafely.monitoring.doctor import backlog, bucket, configuration, servers
from clicksafely.monitoring.doctor.results import Check, CheckResult, Severity, failed

CHECKS: Final[dict[str, Check]] = {
    "settings": configuration.check_settings,
    "var": configuration.check_var_folder,
    "database": servers.check_database,
    "statement-log": servers.check_statement_log,
    "clock": servers.check_clock,
    "migrations": servers.check_migrations,
    "broker": servers.check_broker,
    "parts": servers.check_processes,
    "media": configuration.check_media,
    "bucket": bucket.check_bucket,
    "rings": configuration.check_key_rings,
    "seals": configuration.check_sealed_values,
    "smtp": servers.check_outgoing_mail,
    "mailboxes": servers.check_mailboxes,
    "networks": configuration.check_network_databases,
    "hash-lists": backlog.check_hash_lists,
    "audit": backlog.check_audit,
    "backup": backlog.check_backup,
    "failed-tasks": backlog.check_failed_tasks,
    "alerts": backlog.check_alerts,
}
WORDS = {Severity.OK: "ok", Severity.LOOK: "LOOK", Severity.BROKEN: "BROKEN"}


def run_checks(now: datetime) -> Iterator[tuple[str, CheckResult]]:
    """Yield every result with the name of its check."""
    for name, check in CHECKS.items():
        try:
            yield from ((name, finding) for finding in check(now))
        except Exception as error:  # noqa: BLE001 - a failing check must not stop the others
            yield (
                name,
                failed(f"could not be checked ({type(error).__name__})", "Fix the problems above first, then repeat"),
            )


class Command(BaseCommand):
    help = (
        "Check everything that is reachable from this machine. Exit code 0: no problem, 1: needs attention, 2: failure."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the output options."""
        parser.add_argument("--json", action="store_true", help="a list of objects with check, level, what, remedy")
        parser.add_argument("--all", action="store_true", help="also list the checks without a problem")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit as described in `help`."""
        worst = Severity.OK
        found: list[dict[str, str]] = []
        for name, finding in run_checks(timezone.now()):
            worst = max(worst, finding.level)
            found.append(
                {"check": name, "level": finding.level.name.lower(), "what": finding.what, "remedy": finding.remedy}
            )
            if not options["json"] and (finding.level or options["all"]):
                self._say(name, finding)
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=1, ensure_ascii=False))
        elif worst is Severity.OK:
            self.stdout.write(f"No problems: {len(found)} checks passed.")
        if worst:
            sys.exit(int(worst))

    def _say(self, name: str, finding: CheckResult) -> None:
        self.stdout.write(f"{WORDS[finding.level]:<7}{name}: {finding.what}.")
        if finding.remedy:
            self.stdout.write(f"       -> {finding.remedy}.")
