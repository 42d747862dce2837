"""An ICCAM stand-in and an analyst."""

import pytest

from clicksafely.accounts.models import User
from tests.hotline.referral.iccam.conftest import caller, certificates, iccam
from tests.hotline.review.conftest import make_user

__all__ = ["caller", "certificates", "iccam"]


@pytest.fixture
def analyst(db: None) -> User:
    return make_user("first", "analyst")
