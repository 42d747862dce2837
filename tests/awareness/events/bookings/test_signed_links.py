"""Links: made here, for one booking each, and for nothing else."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils.translation import override
from pytest_django.fixtures import Settings

from awareness.events.bookings.signed_links import LENGTH, link_to, path_to, row_of, token_of
from awareness.events.models import Booking

ROW = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


def test_there_and_back() -> None:
    for row in (ROW, UUID(int=0), uuid4()):
        token = token_of(row)
        assert len(token) == LENGTH
        assert row_of(token) == row


def test_every_altered_character_is_noticed() -> None:
    token = token_of(ROW)
    for place, character in enumerate(token):
        for other in "Aa0_-":
            if other != character:
                assert row_of(token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize("token", ["", "a", "a" * LENGTH, "ж" * LENGTH, "=" * LENGTH, "a" * 10_000, "*" * LENGTH])
def test_nonsense(token: str) -> None:
    assert row_of(token) is None


def test_one_longer_or_shorter() -> None:
    token = token_of(ROW)
    assert row_of(token[:-1]) is None
    assert row_of(f"{token}A") is None
    assert row_of(f"{token}=") is None


def test_another_key_another_link(settings: Settings) -> None:
    token = token_of(ROW)
    settings.SECRET_KEY = "another secret of thirty-two letters"
    assert row_of(token) is None


def test_the_address_in_the_language_of_the_booking() -> None:
    booking = Booking(uuid=ROW, language="sr-latn")
    with override("sr-latn"):
        assert path_to(booking) == reverse("booking", args=[token_of(ROW)])
    assert link_to(booking) == f"https://portal.example.org/sr-latn/bookings/{token_of(ROW)}/"
