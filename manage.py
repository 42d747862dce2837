#!/usr/bin/env python
"""Runs a management command, with the embedded servers if no others are configured. See `clicksafely/devserver/local_servers.py`."""

import os
import sys
from pathlib import Path

# These commands use neither database nor broker.
SERVERLESS = {
    "help",
    "version",
    "makemessages",
    "compilemessages",
    "compile_catalogues",
    "messages",
    "collectstatic",
    "check",
}


def main(argv: list[str]) -> None:
    """Run a Django management command; `arguments` start with the program name. Exits with its exit code."""
    try:
        run(argv)
    except BaseException as error:
        if argv[1:2] != ["ingest_mail"] or (isinstance(error, SystemExit) and not error.code):
            raise
        # Any error of settings or installation: for other exit codes, a mail server returns the message to its sender.
        if not isinstance(error, SystemExit):
            sys.stderr.write(f"{type(error).__name__}: try `manage.py check`.\n")
        elif isinstance(error.code, str):
            sys.stderr.write(f"{error.code}\n")
        sys.exit(os.EX_TEMPFAIL)


def run(argv: list[str]) -> None:
    """Run the command; errors propagate."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clicksafely.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 - answered in words where missing

        if needs_local_servers(argv[1:]):
            complete_environment(argv)
    except ImportError as error:
        sys.exit(f"{error}: run `make run` once, or use .venv/bin/python.")
    execute_from_command_line(argv)


def needs_local_servers(arguments: list[str]) -> bool:
    """Return whether the environment names no servers, and the command is not the one that production runs before it has any."""
    return arguments[:1] != ["create_secrets"] and not {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys()


def complete_environment(argv: list[str]) -> None:
    """Add the embedded servers to the environment, started unless the command uses none."""
    from clicksafely.devserver import environment  # noqa: PLC0415 - production does without

    serverless = len(argv) < 2 or argv[1] in SERVERLESS or argv[1].startswith("-") or "--help" in argv
    try:
        environment.complete_environment(Path(__file__).resolve().parent, start=not serverless)
    except environment.LocalServerError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv)
