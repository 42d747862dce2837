"""Readiness check of the local web server: `python -m clicksafely.healthcheck` exits with 0 if it is ready."""

import http.client
import json
import os
import sys

# Addresses of HOST that include the loopback interface.
_ANY_INTERFACE = ("", "0.0.0.0", "::")  # noqa: S104 - compared, not bound


def is_ready(port: int) -> bool:
    """Return whether `/readyz` returns 200, on the loopback interface or the one of HOST."""
    return _ask(port)[0] == http.client.OK


def is_worker_alive(port: int) -> bool:
    """Return whether `/readyz` reports beat and worker within the last minute."""
    return _ask(port)[1].get("worker") == "ok"


def _ask(port: int) -> tuple[int, dict[str, str]]:
    """Return status and content of `/readyz`, (0, {}) without a response. Sends the portal's host and the header of a TLS proxy."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    interface = os.environ.get("HOST", "")
    connection = http.client.HTTPConnection("127.0.0.1" if interface in _ANY_INTERFACE else interface, port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(int(os.environ.get("PORT", "8000"))) else 1)
