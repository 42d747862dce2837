"""Limits of the fields and files of one request: enough for the longest form of editors, and no more."""

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.test import Client, RequestFactory

OWN = {"Sec-Fetch-Site": "same-origin"}
FIELDS, FILES = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, settings.DATA_UPLOAD_MAX_NUMBER_FILES


def form_data(fields: int, files: int) -> dict[str, Any]:
    data: dict[str, Any] = {f"field{number}": "x" for number in range(fields)}
    return data | {f"file{number}": BytesIO(b"x") for number in range(files)}


def test_the_longest_form_is_read_whole() -> None:
    request: HttpRequest = RequestFactory().post("/", form_data(FIELDS, FILES))
    assert (len(request.POST), len(request.FILES)) == (FIELDS, FILES)
    request.close()


def test_its_text_is_bounded() -> None:
    request = RequestFactory().post("/", {"text": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    with pytest.raises(RequestDataTooBig):
        _ = request.POST


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "fields", "files"), [("/sr/report/other/", FIELDS + 1, 0), ("/sr/hotline/complaint/", 0, FILES + 1)]
)
def test_a_form_above_the_limit_is_refused(path: str, fields: int, files: int) -> None:
    assert Client().post(path, form_data(fields, files), headers=OWN).status_code == 413


@pytest.mark.django_db
def test_a_query_and_a_sign_in_above_the_limit_are_refused() -> None:
    many = form_data(FIELDS + 1, 0)
    assert Client().get("/sr/search/", many).status_code == 413
    assert Client().post("/admin/login/", many).status_code == 413
