"""A partner with a key and a client program."""

import pytest

from hotline.models import Partner
from tests.hotline.intake.api.program import Program, make_partner


@pytest.fixture
def partner(db: None) -> Partner:
    return make_partner()


@pytest.fixture
def program(partner: Partner) -> Program:
    return Program.of(partner)
