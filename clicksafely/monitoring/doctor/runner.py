"""All checks in their order, one that itself breaks down being a finding, too."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from clicksafely.monitoring.doctor import backlog, bucket, configuration, servers
from clicksafely.monitoring.doctor.results import Check, CheckResult, failed

CHECKS: Final[dict[str, Check]] = {
    "settings": configuration.check_settings,
    "var": configuration.check_var_folder,
    "database": servers.check_database,
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
}


def run_checks(now: datetime) -> Iterator[tuple[str, CheckResult]]:
    """Every finding with the name of its check."""
    for name, check in CHECKS.items():
        try:
            yield from ((name, finding) for finding in check(now))
        except Exception as error:  # noqa: BLE001 - a doctor who faints helps nobody
            yield (
                name,
                failed(
                    f"could not be looked at ({type(error).__name__})", "Mend what stands above first, then look again"
                ),
            )
