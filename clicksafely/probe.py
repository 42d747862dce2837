"""Asks the web server of this machine whether it can serve: `python -m clicksafely.probe` exits with 0 if so."""

import http.client
import os
import sys


def is_ready(port: int) -> bool:
    """Whether `/readyz` on the loopback answers 200. Asks as the portal's own host through a proxy that ended TLS."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(int(os.environ.get("PORT", "8000"))) else 1)
