"""For tests that ask thousands of addresses as the same few people: who asks is read once."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from django.contrib.auth.backends import ModelBackend
from django_otp.models import Device


@contextmanager
def known_people() -> Iterator[None]:
    """In the block an account with its rights and a device are read when they first ask, and what they may do must not change.

    Reading them takes more than the rest of a request that is refused. That a session counts only as long as the account behind it does is held by
    tests/security/test_signing_in.py.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ModelBackend, "get_user", staticmethod(cache(ModelBackend().get_user)))
        patch.setattr(Device, "from_persistent_id", staticmethod(cache(Device.from_persistent_id)))
        yield
