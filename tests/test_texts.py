"""Tests marked `texts` need no server; `make check-texts` runs them without one."""

import pytest
from django.db import connection

from tests.security_document import named_command

pytestmark = pytest.mark.texts


def texts_of(session: pytest.Session) -> list[pytest.Item]:
    """Return the collected tests with the marker."""
    return [item for item in session.items if item.get_closest_marker("texts")]


def test_none_uses_a_database(request: pytest.FixtureRequest) -> None:
    asking = {"django_db_setup", "counters", "site"}
    assert [
        item.nodeid
        for item in texts_of(request.session)
        if item.get_closest_marker("django_db") or asking & set(getattr(item, "fixturenames", ()))
    ] == []


def test_a_query_fails() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.ensure_connection()


def test_none_is_promised_for_another_run(request: pytest.FixtureRequest) -> None:
    """SECURITY.md promises its tests for `make test`."""
    assert [item.nodeid for item in texts_of(request.session) if named_command(item.nodeid) is not None] == []
