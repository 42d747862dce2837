"""Run in a separate process and environment: sends the requests on stdin (JSON) to the portal, writes the responses to a file."""

import json
import sys
import time
from pathlib import Path

import django


def main() -> None:
    """Answer each [method, path, fields, remote address] with [status, headers, page, seconds].

    A field that is an object {"name": ..., "text": ...} is a file.
    """
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - settings exist now
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    settings.ALLOWED_HOSTS.append("testserver")
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    answers = []
    for method, path, fields, address in json.load(sys.stdin):
        client = Client(headers={"Sec-Fetch-Site": "same-origin"}, REMOTE_ADDR=address, raise_request_exception=False)
        for name, value in fields.items():
            if isinstance(value, dict):
                fields[name] = SimpleUploadedFile(value["name"], value["text"].encode(), "image/png")
        started = time.perf_counter()
        response = getattr(client, method)(path, fields)
        answers.append(
            [response.status_code, dict(response.headers), response.content.decode(), time.perf_counter() - started]
        )
    Path(sys.argv[1]).write_text(json.dumps(answers))


if __name__ == "__main__":
    main()
