"""The shared clock is the database's, independently of the local machine."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from clicksafely.common.clock import database_now

pytestmark = pytest.mark.django_db


def test_it_advances_within_a_transaction_also_on_a_machine_whose_clock_has_jumped() -> None:
    before = database_now()
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        jumped = database_now()
    assert before < jumped < before + timedelta(minutes=5)
    assert jumped.utcoffset() == timedelta(0)
