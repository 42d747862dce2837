"""Says what is wrong and how to mend it."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from clicksafely.monitoring.doctor.results import CheckResult, Severity
from clicksafely.monitoring.doctor.runner import run_checks

WORDS = {Severity.OK: "ok", Severity.LOOK: "LOOK", Severity.BROKEN: "BROKEN"}


class Command(BaseCommand):
    help = "Look at everything that can be reached from here. Exit code 0: nothing to do, 1: something to look at, 2: something is broken."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """For programs, and for those who want to see what is well."""
        parser.add_argument("--json", action="store_true", help="a list of objects with check, level, what, remedy")
        parser.add_argument("--all", action="store_true", help="say what is well, too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit as `help` says."""
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
            self.stdout.write(f"All is well: {len(found)} things were looked at.")
        if worst:
            sys.exit(int(worst))

    def _say(self, name: str, finding: CheckResult) -> None:
        self.stdout.write(f"{WORDS[finding.level]:<7}{name}: {finding.what}.")
        if finding.remedy:
            self.stdout.write(f"       -> {finding.remedy}.")
