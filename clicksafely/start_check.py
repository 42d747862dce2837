"""Refuses to start a part with missing, foreign or replaced secrets: `python -m clicksafely.start_check`, run by `bin/part`."""

import os
import sys
from datetime import UTC, datetime


def main() -> int:
    """Print one line and return 1 if the part must not start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clicksafely.settings")
    if problem := find_problem():
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def find_problem() -> str:
    """Return the reason why this process must not start, in one line; "" if it may."""
    from django.apps import apps  # noqa: PLC0415 - these need the name of the settings
    from django.db import DatabaseError, ProgrammingError  # noqa: PLC0415

    from clicksafely.common.crypto import part_secrets, secret_fingerprints  # noqa: PLC0415

    problems = [*part_secrets.find_part_problems(), *part_secrets.find_problems(), *part_secrets.find_key_problems()]
    if problems:
        return f"{' '.join(problems)} See docs/operations/configure.md."
    # Queries need no model; loading all apps would take seconds at each start.
    apps.populate([])
    try:
        different = secret_fingerprints.record_fingerprints(now=datetime.now(UTC))
    except ProgrammingError:
        return "The database has no table of fingerprints: run bin/release, or start the service `release`."
    except DatabaseError as error:
        return f"The secrets cannot be compared with the database: {str(error).partition(chr(10))[0]}"
    return secret_fingerprints.describe_difference(different) if different else ""


if __name__ == "__main__":
    sys.exit(main())
