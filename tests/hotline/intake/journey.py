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
from tests.clients.admin_form import form_data
from tests.clients.page_reader import PageReader
from tests.clients.public import PublicClient

LANGUAGES = ("sr", "sr-latn", "en")
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


class Walker(Reporter):
    """A reporter who presses the buttons of a page, as a browser without scripts does."""

    page: Any
    path: str

    def start(self, path: str) -> None:
        """Open a page by its path with the language."""
        self.path, self.page = path, self._client().get(path)

    def press(self, name: str, number: int | None = None, **typed: Any) -> None:
        """Press the button with a name, the last or the `number`-th one, with fields changed or added; without a name, the Enter key."""
        reader = PageReader(html(self.page))
        buttons = reader.all("button", name=name) if name else reader.all("input", type="submit")[:1]
        button = buttons[-1 if number is None else number]
        form = reader.all("form", id="step")[0]
        self.path = button.get("formaction") or form["action"]
        fields = {key: value for key, value in self.fields().items() if key not in typed}
        pressed = {button["name"]: button.get("value", "")} if button.get("name") else {}
        self.page = self._client().post(self.path, {**fields, **typed, **pressed})

    def act(self, value: str, **typed: Any) -> None:
        """Press a button of an open case."""
        values = [button["value"] for button in PageReader(html(self.page)).all("button", name="act")]
        self.press("act", values.index(value), **typed)

    def to(self, language: str, name: str = "show") -> None:
        """Press the button of a language."""
        self.press(name, LANGUAGES.index(language))

    def fields(self) -> dict[str, Any]:
        """Everything that the form of the page would post."""
        return form_data(html(self.page))


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


def check_links(page: Any, language: str) -> None:
    """Links lead only to telephones, within the page, into a new tab that says so, and out by the quick exit."""
    links = PageReader(html(page)).all("a")
    new_tabs = [link for link in links if link.get("target") == "_blank"]
    leaving = [
        link
        for link in links
        if not link["href"].startswith(("tel:", "#")) and link not in new_tabs and link.get("class") != "quick-exit"
    ]
    assert leaving == []
    hint = {"sr": "у новој картици", "sr-latn": "u novoj kartici", "en": "in a new tab"}[language]
    assert html(page).count(f"({hint})") == len(new_tabs)


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
    question = hidden(page, QUESTION_FIELD)
    return {QUESTION_FIELD: question, ANSWER_FIELD: str(numbers.index(first) + numbers.index(second))}


def nothing_written() -> bool:
    return not any(model.objects.exists() for model in (Report, SealedText, Upload, Message, AuditEvent))
