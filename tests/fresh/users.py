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

WORDS = "Прете другу из разреда."


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
    fields = {"addresses": address, "what": WORDS, "consent": "on"}
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


def enrol(client: httpx2.Client, enrolment: str) -> None:
    """Sign in with the password and the authenticator secret that `manage.py enrol_staff` printed."""
    lines = dict(re.findall(r"^([A-Z][a-z ]+): +(.+)$", enrolment, re.MULTILINE))
    code = _present_code(lines["Authenticator app"])
    sign_in(client, lines["Account"].split()[0], lines["First password"], code)


def sign_in(client: httpx2.Client, username: str, password: str, code: str) -> None:
    """Sign in with a password and the six digits of an authenticator app."""
    _post(
        client, "/admin/login/", "/admin/login/", username=username, password=password, otp_token=code, next="/admin/"
    )


def review(client: httpx2.Client, case: str, answers: dict[str, str], message: str = "") -> None:
    """As an analyst who has signed in: claim and open a case, answer the reporter if there is a `message`, and assess the content."""
    _post(client, case, f"{case}claim/")
    if WORDS not in _post(client, case, f"{case}open/", status=200).text:
        raise FreshError("An opened case does not show the text of its report.")
    if message:
        _post(client, case, f"{case}reply/", text=message)
    form = re.search(rf"{case}assess/\d+/", client.get(case).text)
    if not form:
        raise FreshError("A claimed and opened case has no form for its assessment.")
    _post(client, case, form[0], **{f"q-{question}": answer for question, answer in answers.items()})


def read_status(client: httpx2.Client, receipt: str) -> str:
    """The status page that the receipt opens."""
    return _expect(client.post("/sr/report/case/", data={"receipt": receipt}), 200).text


def triaged_case(client: httpx2.Client, address: str) -> str:
    """The path of the triaged case with the host of `address`; empty if there is none. The list shows hosts, not addresses."""
    list_page = _expect(client.get("/admin/hotline/report/", params={"state__exact": "triaged"}), 200).text
    host = re.escape(str(urlsplit(address).hostname))
    row = re.search(rf"/admin/hotline/report/(\d+)/change/(?:(?!</tr>).)*{host}", list_page, re.DOTALL)
    return f"/admin/hotline/case/{row[1]}/" if row else ""


def _present_code(otpauth: str) -> str:
    """The current six digits of an authenticator app."""
    key = parse_qs(urlsplit(otpauth).query)["secret"][0]
    totp = TOTP(base64.b32decode(key))
    totp.time = time.time()
    return f"{totp.token():06d}"


def _post(client: httpx2.Client, page: str, path: str, *, status: int = 302, **fields: str) -> httpx2.Response:
    """Submit a form of a page of the staff site. One that is refused answers 200 and is shown again."""
    token = hidden_field(_expect(client.get(page), 200).text, "csrfmiddlewaretoken")
    return _expect(client.post(path, data=fields | {"csrfmiddlewaretoken": token}), status)


def _expect(answer: httpx2.Response, status: int) -> httpx2.Response:
    if answer.status_code != status:
        raise FreshError(f"{answer.request.method} {answer.url} answered {answer.status_code}, not {status}.")
    return answer
