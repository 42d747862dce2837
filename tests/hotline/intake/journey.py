"""A reporter who completes the steps of the form, with pictures to send."""

import re
from html import unescape
from io import BytesIO
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from PIL import Image

from clicksafely.common.http.proof_of_work import ANSWER_FIELD, QUESTION_FIELD
from clicksafely.common.models import AuditEvent
from hotline.models import Message, Report, SealedText, Upload
from tests.clients import page_values
from tests.clients.public import PublicClient

GOOD: dict[str, str] = {
    "addresses": "види hxxps://primer[.]example.org/a?utm_source=x",
    "what": "Прете другу из разреда.",
    "consent": "on",
}


class Reporter:
    """One browser without cookies: every request is a fresh one, from a network of its own unless `network` is given."""

    def __init__(self, language: str = "sr", *, network: str = "", **headers: str) -> None:
        # The documentation range of IPv6 has room for a network a test.
        self.address = network or f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1"
        self.headers = headers or {"Sec-Fetch-Site": "same-origin"}
        self.language = language

    def get(self, path: str, **extra: Any) -> HttpResponse:
        """Ask for a page under the language prefix."""
        return self._client().get(f"/{self.language}/{path}", **extra)

    def post(self, path: str, data: dict[str, Any] | None = None, **extra: Any) -> HttpResponse:
        """Send a form, as multipart like our own."""
        return self._client().post(f"/{self.language}/{path}", data or {}, **extra)

    def _client(self) -> PublicClient:
        return PublicClient(headers=self.headers, REMOTE_ADDR=self.address, enforce_csrf_checks=True)

    def summary(self, category: str = "cyberbullying", **fields: Any) -> HttpResponse:
        """Fill in a good form, with `fields` changed or added."""
        return self.post(f"report/{category}/", {**GOOD, **fields})

    def state(self, category: str = "cyberbullying", **fields: Any) -> str:
        """The sealed state of a summary."""
        response = self.summary(category, **fields)
        assert response.status_code == 200
        return hidden(response, "state")

    def send(self, state: str, **fields: str) -> HttpResponse:
        """Press the button under the summary."""
        return self.post("report/sent/", {"state": state, **fields})

    def open(self, receipt: str, *, child: bool = False) -> HttpResponse:
        """Ask for the status, as a `child` in simpler words."""
        return self.post("report/case/?about=me" if child else "report/case/", {"receipt": receipt})

    def act(self, page: HttpResponse, act: str, **fields: str) -> HttpResponse:
        """Do something on an open case."""
        return self.post("report/case/", {"case": hidden(page, "case"), "act": act, **fields})


def html(response: HttpResponse) -> str:
    """The page."""
    return response.content.decode()


def hidden(response: HttpResponse, name: str) -> str:
    """The value of a hidden field."""
    value = page_values.hidden_field(html(response), name)
    assert value is not None, f"no field {name}"
    return value


def receipt_on(response: HttpResponse) -> str:
    """The receipt that a page shows."""
    receipt = page_values.receipt_on(html(response))
    assert receipt
    return receipt


def errors_on(response: HttpResponse) -> dict[str, str]:
    """Field -> the text of its errors."""
    found = re.findall(r'<div id="id_(\w+)_error" class="invalid-feedback">(.*?)</div>', html(response), re.DOTALL)
    return {name: unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split())) for name, text in found}


def picture(
    name: str = "slika.png", *, kind: str = "PNG", size: tuple[int, int] = (8, 8), mode: str = "RGB", declared: str = ""
) -> Any:
    """A drawn square as an upload; one of very many pixels is made soonest in the mode "1"."""
    content = BytesIO()
    Image.new(mode, size, "teal").save(content, format=kind)
    return SimpleUploadedFile(name, content.getvalue(), declared or f"image/{kind.lower()}")


def answer_of(page: Any) -> dict[str, str]:
    """What a person without scripts fills into the challenge of a page in English."""
    numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    first, second = re.search(r"How much is (\w+) plus (\w+)\?", html(page)).groups()  # type: ignore[union-attr]
    asked = hidden(page, QUESTION_FIELD)
    return {QUESTION_FIELD: asked, ANSWER_FIELD: str(numbers.index(first) + numbers.index(second))}


def nothing_written() -> bool:
    return not any(model.objects.exists() for model in (Report, SealedText, Upload, Message, AuditEvent))
