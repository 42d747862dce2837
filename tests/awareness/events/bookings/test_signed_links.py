"""Tests of signed links: only unaltered tokens are valid, each for one booking."""

from uuid import UUID, uuid4

from django.urls import reverse
from django.utils.translation import override
from pytest_django.fixtures import Settings

from awareness.events.bookings.signed_links import make_token, management_path, management_url, uuid_from_token
from awareness.events.models import Booking
from clicksafely.common.crypto.signed_uuids import LENGTH

ROW = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


def test_there_and_back() -> None:
    for row in (ROW, UUID(int=0), uuid4()):
        token = make_token(row)
        assert len(token) == LENGTH
        assert uuid_from_token(token) == row


def test_every_altered_character_is_noticed() -> None:
    token = make_token(ROW)
    for place, character in enumerate(token):
        for other in "Aa0_-":
            if other != character:
                assert uuid_from_token(token[:place] + other + token[place + 1 :]) is None


def test_nonsense() -> None:
    token = make_token(ROW)
    for wrong in ("", "a" * LENGTH, "ж" * LENGTH, "=" * LENGTH, "a" * 10_000, token[:-1], f"{token}A", f"{token}="):
        assert uuid_from_token(wrong) is None


def test_a_link_of_before_a_rotation_stays_valid_and_new_ones_are_under_the_new_key(settings: Settings) -> None:
    former, before = make_token(ROW), settings.LINK_SECRET
    new = "another secret of thirty-two letters"
    settings.LINK_SECRET = f"{new},{before}"
    assert uuid_from_token(former) == ROW
    assert make_token(ROW) != former
    token = make_token(ROW)
    settings.LINK_SECRET = new
    assert uuid_from_token(token) == ROW
    assert uuid_from_token(former) is None


def test_the_address_in_the_language_of_the_booking() -> None:
    booking = Booking(uuid=ROW, language="sr-latn")
    with override("sr-latn"):
        assert management_path(booking) == reverse("booking", args=[make_token(ROW)])
    assert management_url(booking) == f"https://portal.example.org/sr-latn/bookings/{make_token(ROW)}/"
