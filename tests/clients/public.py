"""A client of the public site, whose requests have its database role."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.database import as_role_of


class PublicClient(Client):
    def request(self, **request: Any) -> HttpResponse:
        """Handle a request as the process of the public site, which reads and writes what `grants.txt` lets it."""
        with as_role_of("public"):
            response: HttpResponse = super().request(**request)
        return response
