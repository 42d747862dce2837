"""Sealed form state: only authentic tokens, for their purpose, within their lifetime."""

import base64
import json

import pytest
import time_machine
from django.conf import settings
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from clicksafely.common.crypto import form_state
from clicksafely.common.crypto.form_state import (
    MAX_STATE_BYTES,
    StateExpired,
    StateInvalid,
    StateTooLarge,
    open_state,
    seal_state,
    state_digest,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), json_values))
@example({"a": "\ud800"})
@example({"a": base64.b64encode(form_state.secrets.token_bytes(MAX_STATE_BYTES * 3 // 4 - 20)).decode()})
def test_sealed_state_is_opened(state: dict[str, object]) -> None:
    assert open_state(seal_state(state, purpose="report"), purpose="report") == state


def test_the_token_shows_nothing_and_fits_an_address() -> None:
    token = seal_state({"words": "planted-words"}, purpose="report")
    assert token.replace("-", "").replace("_", "").isalnum()
    assert b"planted" not in base64.urlsafe_b64decode(token + "==")


def test_length_reveals_only_whole_kibibytes() -> None:
    lengths = {len(seal_state({"a": "x" * count}, purpose="report")) for count in range(0, 600, 50)}
    assert len(lengths) == 1


def test_another_purpose_is_refused() -> None:
    with pytest.raises(StateInvalid):
        open_state(seal_state({}, purpose="report"), purpose="quiz")


def test_a_former_secret_opens_states_sealed_before_a_rotation() -> None:
    token = form_state.seal_state({"a": 1}, purpose="report")
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["other", settings.SECRET_KEY]):
        assert form_state.open_state(token, purpose="report") == {"a": 1}
        new = form_state.seal_state({"a": 2}, purpose="report")
    with override_settings(SECRET_KEY="another"), pytest.raises(StateInvalid):
        open_state(token, purpose="report")
    with pytest.raises(StateInvalid):
        form_state.open_state(new, purpose="report")


@pytest.mark.parametrize("position", [0, 4, 5, 17, 40, -1])
def test_a_changed_byte_is_refused(position: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(seal_state({"a": 1}, purpose="report") + "=="))
    raw[position] ^= 1
    with pytest.raises((StateInvalid, StateExpired)):
        open_state(base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("="), purpose="report")


@pytest.mark.parametrize("token", ["", "žž", "\x00" * 50, "====", "A" * 100, "A" * 2_000_000, "\ud800"])
def test_rubbish_is_refused(token: str) -> None:
    with pytest.raises((StateInvalid, StateExpired)):
        open_state(token, purpose="report")


@pytest.mark.parametrize(
    ("start", "max_age", "later", "opens"),
    [
        (0, 7200, 7199, True),
        (3599, 7200, 7199, True),
        (1800, 7200, 7201, False),
        (3599, 7200, 86_400, False),
        (3599, 60, 59, True),
        (0, 60, 61, False),
        (0, 90_000, 7201, False),
    ],
)
def test_age(start: int, max_age: int, later: int, opens: bool) -> None:
    hour = 1_800_000_000 // 3600 * 3600
    with time_machine.travel(hour + start, tick=False):
        token = seal_state({"a": 1}, purpose="report")
    with time_machine.travel(hour + start + later, tick=False):
        if opens:
            assert open_state(token, purpose="report", max_age=max_age) == {"a": 1}
        else:
            with pytest.raises(StateExpired):
                open_state(token, purpose="report", max_age=max_age)


def test_a_token_from_the_future_is_refused() -> None:
    with time_machine.travel(1_900_000_000):
        token = seal_state({}, purpose="report")
    with time_machine.travel(1_800_000_000), pytest.raises(StateInvalid):
        open_state(token, purpose="report")


def test_size_is_bounded_in_bytes() -> None:
    room = MAX_STATE_BYTES - len(json.dumps({"a": ""}, separators=(",", ":")))
    state = {"a": "ж" * (room // 2)}
    assert open_state(seal_state(state, purpose="report"), purpose="report") == state
    with pytest.raises(StateTooLarge):
        seal_state({"a": "ж" * (room // 2 + 1)}, purpose="report")


def test_the_digest_names_the_state_not_its_spelling() -> None:
    token = seal_state({}, purpose="report")
    assert state_digest(token) == state_digest(token + "=" * (-len(token) % 4))
    assert state_digest(token) != state_digest(seal_state({}, purpose="report"))
    assert len(state_digest(token)) == 64
    with pytest.raises(StateInvalid):
        state_digest("not a token")
