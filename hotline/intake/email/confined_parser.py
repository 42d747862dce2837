"""Reads an e-mail message in a process of `clicksafely.common.sandbox`. Without Django."""

import json
import sys
from dataclasses import asdict

from clicksafely.common.files.renditions import write_parts
from hotline.intake.email.parser import read_message

_BOUNCE = b"From: MAILER-DAEMON@mx.test\nSubject: failure\nContent-Type: text/html\n\n<p>a@example.org"


def main() -> int:
    """Write the message at standard input as JSON, then its pictures to be compared. Return the exit code."""
    read, pictures = read_message(sys.stdin.buffer.read())
    write_parts(sys.stdout.buffer, [json.dumps(asdict(read), ensure_ascii=False).encode(errors="replace"), *pictures])
    return 0


# Loads what the libraries load with their first message: a confined process loads no module.
read_message(_BOUNCE)
