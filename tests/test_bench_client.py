"""The benchmarks sign in to the staff site with the second factors that it has."""

import pytest

from bench.growth import FLOOR, staff_client
from clicksafely.common.staff.roles import SUPERVISOR

pytestmark = pytest.mark.django_db


def test_a_client_of_the_benchmarks_opens_staff_pages() -> None:
    client = staff_client(SUPERVISOR)
    assert [client.get(path).status_code for path in (FLOOR, "/admin/hotline/desk/")] == [200, 200]
