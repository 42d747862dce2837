"""How many fields and files a form may have: few for everybody, many where an editor writes."""

from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest
from django.test import Client, RequestFactory

from clicksafely.common.longforms import MOST_FIELDS, MOST_FILES, take_long_form

OWN = {"Sec-Fetch-Site": "same-origin"}


def sent(fields: int = 0, files: int = 0, *, long: bool = False) -> HttpRequest:
    data: dict[str, Any] = {f"field{number}": "x" for number in range(fields)}
    data |= {f"file{number}": BytesIO(b"x") for number in range(files)}
    request = RequestFactory().post("/", data)
    if long:
        take_long_form(request)
    return request


def test_the_site_takes_few_of_everybody() -> None:
    assert (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, settings.DATA_UPLOAD_MAX_NUMBER_FILES) == (200, 25)
    assert len(sent(fields=200).POST) == 200
    assert len(sent(files=25).FILES) == 25
    with pytest.raises(TooManyFieldsSent):
        _ = sent(fields=201).POST
    with pytest.raises(TooManyFilesSent):
        _ = sent(files=26).FILES


def test_a_long_form_has_bounds_of_its_own_and_changes_those_of_no_other() -> None:
    request = sent(fields=MOST_FIELDS, files=MOST_FILES, long=True)
    assert (len(request.POST), len(request.FILES)) == (MOST_FIELDS, MOST_FILES)
    with pytest.raises(TooManyFieldsSent):
        _ = sent(fields=MOST_FIELDS + 1, long=True).POST
    with pytest.raises(TooManyFilesSent):
        _ = sent(files=MOST_FILES + 1, long=True).FILES
    with pytest.raises(TooManyFieldsSent):
        _ = sent(fields=201).POST


def test_its_text_is_bounded_as_everywhere() -> None:
    request = RequestFactory().post("/", {"text": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    take_long_form(request)
    with pytest.raises(Exception, match="DATA_UPLOAD_MAX_MEMORY_SIZE"):
        _ = request.POST


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sr/report/other/", "/sr/report/case/", "/sr/hotline/complaint/"])
@pytest.mark.parametrize(("fields", "files"), [(210, 0), (0, 30)])
def test_forms_of_everybody_stay_short(path: str, fields: int, files: int) -> None:
    data: dict[str, Any] = {f"field{number}": "x" for number in range(fields)}
    data |= {f"file{number}": BytesIO(b"x") for number in range(files)}
    assert Client().post(path, data, headers=OWN).status_code == 413


@pytest.mark.django_db
def test_so_do_addresses_and_the_sign_in() -> None:
    many = {f"field{number}": "x" for number in range(210)}
    assert Client().get("/sr/search/", many).status_code == 413
    assert Client().post("/admin/login/", many).status_code == 413
