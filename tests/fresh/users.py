"""A reporter and an analyst who use the portal over HTTP as browsers do."""

import base64
import re
import time
from http.cookiejar import Cookie, CookieJar
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2
from django_otp.oath import TOTP

from tests.clients.page_values import hidden_field, receipt_on
from tests.fresh.host import FreshError


def open_client(address: str, *, host: str = "") -> httpx2.Client:
    """A client without cookies. With `host` it sends the headers of a local TLS proxy for this host."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    if host:
        headers |= {
            "Host": host,
            "Origin": f"https://{host}",
            "X-Forwarded-For": "192.0.2.7",
            "X-Forwarded-Proto": "https",
        }
    return httpx2.Client(base_url=address, headers=headers, cookies=_Cookies(), timeout=30, trust_env=False)


class _Cookies(CookieJar):
    """Sends Secure cookies over plain HTTP, in place of the browser behind a TLS proxy."""

    def set_cookie(self, cookie: Cookie) -> None:
        """Store a cookie."""
        cookie.secure = False
        super().set_cookie(cookie)


def is_ready(client: httpx2.Client) -> bool:
    """Whether `/readyz` answers 200."""
    try:
        return client.get("/readyz").status_code == 200
    except httpx2.TransportError:
        return False


def file_report(client: httpx2.Client) -> tuple[str, str]:
    """Submit a report through the public form; returns its receipt and its URL."""
    address = f"https://{uuid4().hex}.example.org/"
    fields = {"addresses": address, "what": "Прете другу из разреда.", "consent": "on"}
    summary = _expect(client.post("/sr/report/cyberbullying/", data=fields), 200)
    state = hidden_field(summary.text, "state")
    if state is None or address not in summary.text:
        raise FreshError("The form of a report did not lead to its summary.")
    receipt = receipt_on(_expect(client.post("/sr/report/sent/", data={"state": state}), 200).text)
    if not receipt:
        raise FreshError("A report was sent, and no receipt was shown.")
    return receipt, address


def read_white_paper(client: httpx2.Client) -> None:
    """Read the Serbian White Paper of the demonstration, published at the first start.

    Raises FreshError for untranslated text.
    """
    page = _expect(client.get("/sr/youth-panel/white-papers/ask-us/"), 200).text
    if "Предговор" not in page or "Foreword" in page:
        raise FreshError("The Serbian White Paper of a first start is not in Serbian.")


def sign_in(client: httpx2.Client, enrolment: str) -> None:
    """Sign in with the password and the authenticator secret that `manage.py enrol_staff` printed."""
    lines = dict(re.findall(r"^([A-Z][a-z ]+): +(.+)$", enrolment, re.MULTILINE))
    page = _expect(client.get("/admin/login/"), 200).text
    fields = {
        "username": lines["Account"].split()[0],
        "password": lines["First password"],
        "otp_token": _present_code(lines["Authenticator app"]),
        "csrfmiddlewaretoken": hidden_field(page, "csrfmiddlewaretoken"),
        "next": "/admin/",
    }
    _expect(client.post("/admin/login/", data=fields), 302)


def sees_triaged_case(client: httpx2.Client, address: str) -> bool:
    """Whether the list of triaged cases shows the host of `address`. The address itself is shown on request only."""
    listed = _expect(client.get("/admin/hotline/report/", params={"state__exact": "triaged"}), 200).text
    return str(urlsplit(address).hostname) in listed


def _present_code(otpauth: str) -> str:
    """The current six digits of an authenticator app."""
    key = parse_qs(urlsplit(otpauth).query)["secret"][0]
    totp = TOTP(base64.b32decode(key))
    totp.time = time.time()
    return f"{totp.token():06d}"


def _expect(answer: httpx2.Response, status: int) -> httpx2.Response:
    if answer.status_code != status:
        raise FreshError(f"{answer.request.method} {answer.url} answered {answer.status_code}, not {status}.")
    return answer
