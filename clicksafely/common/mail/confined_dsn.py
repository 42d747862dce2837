"""Reads a returned e-mail in a process of `clicksafely.common.sandbox`. Without Django."""

import json
import sys
from dataclasses import asdict

from clicksafely.common.mail.dsn import is_delivery_report, parse_report

_BOUNCE = b"From: MAILER-DAEMON@mx.test\nSubject: failure\n\na@example.org"


def main(what: str) -> int:
    """Write JSON about the message at standard input.

    `main("head")` writes whether its head is that of a delivery report. `main("report")` writes the report, or null.
    """
    raw = sys.stdin.buffer.read()
    if what == "head":
        found: object = is_delivery_report(raw)
    else:
        report = parse_report(raw)
        found = asdict(report) if report else None
    sys.stdout.write(json.dumps(found))
    return 0


# Loads what the libraries load with their first message: a confined process loads no module.
parse_report(_BOUNCE)
