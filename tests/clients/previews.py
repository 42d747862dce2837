"""Previews on the staff site."""

from typing import Any

from django.contrib.admin import site
from django.test import Client

from awareness.publishing.models import Publication
from tests.clients.staff import Person


def page_path(record: Publication, language: str = "sr") -> str:
    """Return the path of the public page, without the first slash."""
    admin: Any = site.get_model_admin(type(record))
    return f"{language}/{admin.page.format(slug=record.slug)}"


def preview_path(record: Publication, page: str = "", language: str = "sr") -> str:
    """Return the path of the preview of the page of a record, or of the public path `page`."""
    meta = record._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{record.pk}/preview/{page or page_path(record, language)}"


def preview(person: Person, record: Publication, page: str = "", language: str = "sr") -> str:
    """Return the HTML of a preview. Nothing may store it."""
    response = person.client.get(preview_path(record, page, language))
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex"
    return response.content.decode()


def is_hidden(record: Publication, page: str = "") -> bool:
    """Return whether the public site has no such page, whatever a visitor adds to the address."""
    path = f"/{page or page_path(record)}"
    return {Client().get(f"{path}{query}").status_code for query in ("", "?preview=x", "?preview=")} == {404}
