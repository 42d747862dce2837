"""Page metadata for machines."""

import json

import pytest
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.utils import translation
from pytest_django import Settings


def render_source(source: str) -> str:
    request = RequestFactory().get("/sr/", headers={"host": "localhost"})
    return Template("{% load page_metadata %}" + source).render(Context({"request": request}))


@pytest.mark.parametrize(
    ("site_url", "address"),
    [
        ("", "http://localhost/sr/help/"),
        ("https://klik.example.org/", "https://klik.example.org/sr/help/"),
    ],
)
def test_an_address_is_under_the_site_where_one_is_named(settings: Settings, site_url: str, address: str) -> None:
    settings.SITE_URL = site_url
    assert render_source('{% absolute_url "/sr/help/" %}') == address


def test_without_a_request_an_address_stays_a_path() -> None:
    with override_settings(SITE_URL=""):
        assert Template('{% load page_metadata %}{% absolute_url "/x/" %}').render(Context()) == "/x/"


def test_the_organisation_cannot_end_its_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clicksafely.common.templatetags.page_metadata._", lambda text: "</script><b>&" + text)
    with translation.override("en"):
        source = render_source("{% organization_data %}")
    assert "<" not in source
    assert json.loads(source)["name"] == "</script><b>&Click Safely"
