"""Run apart, with an environment of its own: sends the requests on stdin (JSON) to the portal, writes the answers to a file."""

import json
import sys
import time
from pathlib import Path

import django


def main() -> None:
    """Answer each [method, path, fields, remote address] with [status, headers, page, seconds]."""
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - settings exist now
    from django.test import Client  # noqa: PLC0415

    settings.ALLOWED_HOSTS.append("testserver")
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    answers = []
    for method, path, fields, address in json.load(sys.stdin):
        client = Client(headers={"Sec-Fetch-Site": "same-origin"}, REMOTE_ADDR=address, raise_request_exception=False)
        started = time.perf_counter()
        response = getattr(client, method)(path, fields)
        answers.append(
            [response.status_code, dict(response.headers), response.content.decode(), time.perf_counter() - started]
        )
    Path(sys.argv[1]).write_text(json.dumps(answers))


if __name__ == "__main__":
    main()
