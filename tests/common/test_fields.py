"""Form fields for free text, with real requests."""

from urllib.parse import quote

import pytest
from django import forms
from django.http import QueryDict
from django.test import RequestFactory

from clicksafely.common.fields import PlainLineField, PlainTextField


class WordsForm(forms.Form):
    words = PlainTextField(max_length=10)
    name = PlainLineField(max_length=10, required=False)


def form(body: bytes) -> WordsForm:
    return WordsForm(QueryDict(body))


def test_words_are_cleaned() -> None:
    filled = form(f"words={quote(' Реч ', safe='')}%0D%0A%E2%80%AEи%20&name=%20A%09B%0D%0AC".encode())
    assert filled.is_valid()
    assert filled.cleaned_data == {"words": "Реч \nи", "name": "A B C"}


@pytest.mark.parametrize("typed", ["", "%20%0A", "%E2%80%8B%01"])
def test_nothing_is_nothing_even_when_it_is_invisible(typed: str) -> None:
    assert set(form(f"words={typed}&name={typed}".encode()).errors) == {"words"}


@pytest.mark.parametrize("typed", ["%00", "a%FFb", "%D0", "%ED%A0%80", "%EF%BF%BD"])
def test_invalid_text_is_an_error_at_its_field_and_input_stays(typed: str) -> None:
    filled = form(f"words=ok&name={typed}".encode())
    assert set(filled.errors) == {"name"}
    assert filled["words"].value() == "ok"


def test_a_multipart_body_in_another_encoding_is_noticed() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="words"\r\n\r\n' + "реч".encode("cp1251") + b"\r\n--x--\r\n"
    request = RequestFactory().post("/", body, content_type="multipart/form-data; boundary=x")
    assert set(WordsForm(request.POST).errors) == {"words"}


def test_the_length_error_has_the_length_and_the_limit() -> None:
    (message,) = form(b"words=" + b"a" * 11).errors["words"]
    assert ("11" in message, "10" in message) == (True, True)
    assert not form(b"words=" + b"%0D%0A".join([b"ab"] * 3)).errors
