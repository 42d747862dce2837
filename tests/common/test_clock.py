"""The shared clock is the database's, independently of the local machine."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clicksafely.common.clock import database_now
from tests.clock import shifted

pytestmark = pytest.mark.django_db


def test_a_machine_whose_clock_has_jumped_reads_the_same_time() -> None:
    before = database_now()
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        jumped = database_now()
    assert before <= jumped < before + timedelta(minutes=5)
    assert jumped.utcoffset() == timedelta(0)


def test_a_test_that_runs_at_another_time_can_set_the_clock_of_the_machine_alone() -> None:
    year = timedelta(days=365)
    with shifted(year):
        before = timezone.now()
        with time_machine.travel(before + timedelta(hours=3)):
            jumped = database_now()
    assert abs(jumped - before) < timedelta(minutes=5)


def test_it_advances_within_a_transaction_and_costs_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        assert database_now() < database_now()
