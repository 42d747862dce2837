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

        from clicksafely.devserver.environment import LocalServerError, complete_environment  # noqa: PLC0415
    except ImportError as error:
        sys.exit(f"{error}: run `make run` once, or use .venv/bin/python.")
    serverless = len(argv) < 2 or argv[1] in SERVERLESS or argv[1].startswith("-") or "--help" in argv
    try:
        complete_environment(Path(__file__).resolve().parent, start=not serverless)
    except LocalServerError as error:
        sys.exit(str(error))
    execute_from_command_line(argv)


if __name__ == "__main__":
    main(sys.argv)
