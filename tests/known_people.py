"""For tests that ask thousands of addresses as the same few people: who asks is read once."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django_otp.models import Device


@contextmanager
def known_people() -> Iterator[None]:
    """In the block a session, its account with its rights and its device are read when they first ask, and what they may do must not change.

    Reading them takes three quarters of a request that is refused. That each request asks for them anew is held by tests/security/test_signing_in.py.
    """
    session = cache(lambda key: Session.objects.get(session_key=key))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SessionStore, "_get_session_from_db", lambda store: session(store.session_key))
        patch.setattr(ModelBackend, "get_user", staticmethod(cache(ModelBackend().get_user)))
        patch.setattr(Device, "from_persistent_id", staticmethod(cache(Device.from_persistent_id)))
        yield
