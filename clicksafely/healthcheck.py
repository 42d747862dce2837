"""Asks the web server of this machine whether it can serve: `python -m clicksafely.healthcheck` exits with 0 if so."""

import http.client
import json
import os
import sys


def is_ready(port: int) -> bool:
    """Whether `/readyz` on the loopback answers 200."""
    return _ask(port)[0] == http.client.OK


def is_worker_alive(port: int) -> bool:
    """Whether `/readyz` on the loopback has heard of beat and worker within the last minute."""
    return _ask(port)[1].get("worker") == "ok"


def _ask(port: int) -> tuple[int, dict[str, str]]:
    """Status and content of `/readyz`, (0, {}) without an answer. Asks as the portal's own host through a proxy that ended TLS."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
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
