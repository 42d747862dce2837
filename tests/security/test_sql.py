"""User input never becomes SQL: every list, search and filter gets input that would call a failing function."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from clicksafely.common.staff.roles import ROLES
from tests.clients.staff import administrator

pytestmark = pytest.mark.django_db
# In a string, as a value, after a parenthesis, in a pattern, as a name, in dollar quotes; and bytes that PostgreSQL rejects.
PLANTED = (
    "'||planted()||'",
    "1) OR planted()='x' --",
    '"; SELECT planted(); --',
    "\\'; SELECT planted(); --",
    "\x00",
    "\ud800",
    "9" * 40,
)
PUBLIC = {
    "search": ("q", "kind", "page"),
    "resources": ("q", "type", "audience", "age", "topic", "language", "licence", "uses", "page"),
    "resources-count": ("q", "type", "audience", "topic"),
    "quizzes": ("level", "topic"),
    "games": ("level", "kind"),
    "news": ("page",),
    "events": ("series", "town", "kind", "page"),
    "recommendations": ("edition", "kind", "scope", "topic"),
    "hotline-statistics": ("period",),
    "impact": ("year",),
    "basket": ("item", "r"),
    "news-feed": ("lang",),
}


@pytest.fixture(autouse=True)
def _planted(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION planted() RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'planted was called'; END$$"
        )


def faults(client: Client, addresses: Iterator[str]) -> dict[str, int]:
    client.raise_request_exception = False
    return {path: answer.status_code for path in addresses if (answer := client.get(path)).status_code >= 500}


def test_parameters_of_visitors_are_never_executed() -> None:
    addresses = (
        f"{reverse(name)}?{urlencode(dict.fromkeys(names, each), errors='surrogatepass')}"
        for name, names in PUBLIC.items()
        for each in PLANTED
    )
    assert faults(Client(), addresses) == {}


def test_parameters_of_staff_are_never_executed(settings: Settings) -> None:
    person = administrator("person", *(role.code for role in ROLES))

    def addresses() -> Iterator[str]:
        for model, model_admin in admin.site._registry.items():
            path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            filters = [
                each if isinstance(each, str) else getattr(each, "parameter_name", "")
                for each in model_admin.list_filter
            ]
            names = [*(f"{name}__exact" for name in filters if isinstance(name, str)), *filters, "q", "o", "p"]
            for each in (PLANTED[0], "\x00"):
                yield f"{path}?{urlencode({str(name): each for name in names if name})}"
            # Arbitrary fields must not become filters: the hash of an account could be guessed letter by letter.
            yield f"{path}?{urlencode({'user__password__startswith': 'a', 'id__in': PLANTED[1]})}"

    assert faults(person.client, addresses()) == {}
