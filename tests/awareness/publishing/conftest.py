"""Fixtures of the tests of drafts, previews and forms: a media folder, an editor and an author."""

from pathlib import Path

import pytest
from pytest_django import Settings

from awareness.publishing.models import Publication
from tests.clients.staff import Person, signed_in


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    """A media folder of the test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def editor(db: None) -> Person:
    return signed_in("urednica", "editor")


@pytest.fixture
def author(db: None) -> Person:
    return signed_in("autorka", "author")


def page_of(record: Publication, page: str = "change") -> str:
    """The path of a staff page of the record."""
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/{page}/"
