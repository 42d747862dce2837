"""Command that accepts new values of secrets after a rotation or a loss."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError, transaction
from django.utils import timezone

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import secret_fingerprints
from clicksafely.common.crypto.part_secrets import SECRETS
from clicksafely.common.models import SecretFingerprint


class Command(BaseCommand):
    help = (
        "Accept new values of these secrets: the database forgets the fingerprints of the former ones, and the next process that has a "
        "value records it. Run it as the owner of the database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the names."""
        parser.add_argument("names", nargs="+", choices=list(SECRETS), metavar="NAME", help=", ".join(SECRETS))

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        """Each accepted secret is an audit event."""
        now = timezone.now()
        try:
            with transaction.atomic():
                SecretFingerprint.objects.filter(name__in=names).delete()
                for name in names:
                    audit_log.record(action="secret.accepted", subject=None, actor=None, now=now, data={"name": name})
                secret_fingerprints.record_fingerprints(now=now)
        except ProgrammingError as error:
            raise CommandError(f"Run this as the owner of the database: {type(error.__cause__).__name__}.") from error
        self.stdout.write(f"Accepted: {', '.join(names)}. Now start the processes that have them.")
