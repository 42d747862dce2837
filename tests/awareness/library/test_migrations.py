"""Migrations of stored rows."""

from importlib import import_module

import pytest
from django.apps import apps

from awareness.library.models import ResourceFile
from tests.factories.library import give_file, make_resource

pytestmark = pytest.mark.django_db


def test_the_language_of_files_is_read_from_their_names() -> None:
    resource = make_resource("plakat")
    expected = {"a-sr.txt": "sr-Cyrl", "b-sr-latn.txt": "sr-Latn", "c-en.txt": "en", "d.txt": "", "chen.txt": ""}
    for name in expected:
        give_file(resource, name, language="")
    import_module("awareness.library.migrations.0008_file_language").read_names(apps, None)
    assert dict(ResourceFile.objects.values_list("name", "language")) == expected
