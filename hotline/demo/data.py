"""The data files of the demonstration."""

from functools import cache
from typing import Any

from django.conf import settings

from clicksafely.common.content.schema import read_data

DOMAIN = "netpatrola.example.org"

type Row = dict[str, Any]


@cache
def data(name: str) -> Row:
    """Return the content of `hotline/demo/<name>.yaml`."""
    found: Row = read_data(settings.BASE_DIR / "hotline" / "demo" / f"{name}.yaml")
    return found
