"""Proof of work and sum: valid solutions for one form, within their lifetime, a limited number of times."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from altcha import v1 as altcha
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.crypto.form_state import open_state, seal_state
from clicksafely.common.http import proof_of_work as module
from clicksafely.common.http.proof_of_work import (
    ANSWER_FIELD,
    MAX_USES,
    NUMBER_WORDS,
    PROOF_FIELD,
    PURPOSE,
    QUESTION_FIELD,
    Challenge,
    new_challenge,
    verify_challenge,
)
from tests.rate_limits import set_limit


@pytest.fixture
def form() -> str:
    return str(uuid4())


def post_request(fields: Mapping[str, str], *, network: str = "") -> HttpRequest:
    """Return a request with these fields, from a network of its own unless it is given."""
    request = RequestFactory().post("/", REMOTE_ADDR=network or f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1")
    request.POST = QueryDict(mutable=True)
    request.POST.update(fields)
    return request


def verifies(fields: Mapping[str, str], *, bound_to: str) -> bool:
    return verify_challenge(post_request(fields), bound_to=bound_to)


def solve(challenge: Challenge, /, **changes: Any) -> dict[str, str]:
    """Return the fields posted by the solver in the browser."""
    task = json.loads(challenge.proof)
    solution = altcha.solve_challenge(task["challenge"], task["salt"], task["algorithm"], task["maxNumber"])
    assert solution is not None
    payload = {name: task[name] for name in ("algorithm", "challenge", "salt", "signature")} | {
        "number": solution.number
    }
    return {PROOF_FIELD: encode(payload | changes), QUESTION_FIELD: challenge.token, ANSWER_FIELD: ""}


def encode(payload: Any) -> str:
    """Encode as the solver does."""
    return base64.b64encode(json.dumps(payload).encode()).decode()


def total(challenge: Challenge) -> int:
    """Return the sum in the question."""
    result: int = open_state(challenge.token, purpose=PURPOSE)["sum"]
    return result


def answer(challenge: Challenge, text: str) -> dict[str, str]:
    """Return the fields posted without JavaScript."""
    return {PROOF_FIELD: "", QUESTION_FIELD: challenge.token, ANSWER_FIELD: text}


class TestProof:
    def test_it_counts_for_its_form_only(self, form: str) -> None:
        solved = solve(new_challenge(bound_to=form))
        assert not verifies(solved, bound_to="another")
        assert verifies(solved, bound_to=form)

    @pytest.mark.parametrize(("minutes", "counts"), [(19, True), (21, False)])
    def test_it_expires_like_a_sum(self, form: str, minutes: int, counts: bool) -> None:
        with time_machine.travel("2030-01-01T10:00:00+00:00", tick=False) as clock:
            solved, question = solve(new_challenge(bound_to=form)), new_challenge(bound_to=form)
            clock.shift(minutes * 60)
            assert verifies(solved, bound_to=form) is counts
            assert verifies(answer(question, str(total(question))), bound_to=form) is counts

    def test_it_may_be_sent_again_but_not_lent_out(self, form: str) -> None:
        solved = solve(new_challenge(bound_to=form))
        assert [verifies(solved, bound_to=form) for _ in range(MAX_USES + 2)] == [True] * MAX_USES + [False] * 2

    def test_another_spelling_of_a_solution_is_the_same_solution(self, form: str) -> None:
        solved = solve(new_challenge(bound_to=form))
        payload = json.loads(base64.b64decode(solved[PROOF_FIELD]))
        spelled = [
            {PROOF_FIELD: base64.b64encode(json.dumps(payload, indent=n).encode()).decode()}
            for n in range(MAX_USES + 1)
        ]
        assert [verifies(spelling, bound_to=form) for spelling in spelled] == [True] * MAX_USES + [False]

    @pytest.mark.parametrize(
        "changes",
        [
            {"number": 1},
            {"number": True},
            {"salt": "a?expires=9999999999&form=x&"},
            {"salt": "\ud800"},
            {"algorithm": "SHA-1"},
            {"signature": "0" * 64},
            {"more": 1},
        ],
    )
    def test_changed(self, form: str, changes: dict[str, Any]) -> None:
        assert not verifies(solve(new_challenge(bound_to=form), **changes), bound_to=form)

    def test_a_parameter_cannot_be_moved_into_the_number(self, form: str) -> None:
        challenge = new_challenge(bound_to=form)
        payload = json.loads(base64.b64decode(solve(challenge)[PROOF_FIELD]))
        kept, _, dropped = payload["salt"].removesuffix("&").rpartition("&")
        spliced = payload | {"salt": f"{kept}&", "number": f"{dropped}&{payload['number']}"}
        assert altcha.verify_solution(spliced, module.form_keys("challenge")[0])[0]
        assert not verifies({PROOF_FIELD: encode(spliced)}, bound_to=form)

    @pytest.mark.parametrize(
        "proof", ["=", "x" * 3000, *map(encode, [1, [], None]), base64.b64encode(b"[" * 1490).decode()]
    )
    def test_rubbish(self, proof: str) -> None:
        assert not verifies({PROOF_FIELD: proof}, bound_to="x")


class TestQuestion:
    @pytest.mark.parametrize("wrong", [" ", "99", "zero", "-12", "1" * 5000])
    def test_wrong(self, form: str, wrong: str) -> None:
        assert not verifies(answer(new_challenge(bound_to=form), wrong), bound_to=form)

    @pytest.mark.parametrize("number", [4, 11, 18])
    def test_the_number_or_its_word_will_do_for_its_form(self, form: str, number: int) -> None:
        token = seal_state({"sum": number, "form": module._bond(form), "nonce": str(uuid4())}, purpose=PURPOSE)
        challenge = Challenge(proof="", question="", token=token)
        assert not verifies(answer(challenge, str(number)), bound_to="another")
        assert verifies(answer(challenge, f" {number} "), bound_to=form)
        assert verifies(answer(challenge, f"{NUMBER_WORDS[number].title()}."), bound_to=form)
        assert not verifies(answer(challenge, NUMBER_WORDS[number - 1]), bound_to=form)

    @pytest.mark.parametrize("name", [ANSWER_FIELD, PROOF_FIELD])
    def test_a_wrong_answer_and_an_expired_one_have_different_messages(self, form: str, name: str) -> None:
        with time_machine.travel("2026-03-02T12:00:00Z", tick=False) as clock:
            challenge = new_challenge(bound_to=form)
            errors = {new_challenge(bound_to=form, refused=post_request(answer(challenge, ""))).error}
            assert errors == {challenge.error} == {""}
            for minutes in (19, 2):
                clock.shift(minutes * 60)
                request = post_request({QUESTION_FIELD: challenge.token, name: "x"})
                errors.add(new_challenge(bound_to=form, refused=request).error)
            assert len(errors) == 3

    def test_guessing_uses_the_question_up(self, form: str) -> None:
        challenge = new_challenge(bound_to=form)
        for _ in range(MAX_USES):
            assert not verifies(answer(challenge, "0"), bound_to=form)
        assert not verifies(answer(challenge, str(total(challenge))), bound_to=form)

    def test_questions_differ_and_do_not_show_their_answer(self, form: str) -> None:
        challenges = [new_challenge(bound_to=form) for _ in range(30)]
        assert len({challenge.question for challenge in challenges}) > 5
        assert len({challenge.token for challenge in challenges}) == 30
        assert not any(character.isdigit() for challenge in challenges for character in challenge.question)

    def test_a_token_of_another_use_is_refused(self, form: str) -> None:
        token = seal_state({"sum": 5, "form": module._bond(form), "nonce": "x"}, purpose="report")
        assert not verifies(answer(Challenge("", "", token), "5"), bound_to=form)

    def test_a_network_solves_a_limited_number_of_sums(self, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """On all pages together: a script solves sums at no cost. A proof of work counts always."""
        set_limit(monkeypatch, "SUMS", 2)
        network = "2001:db8:1:1::1"

        def solution_request(*, by_sum: bool, network: str = network) -> HttpRequest:
            challenge = new_challenge(bound_to=form)
            return post_request(
                answer(challenge, str(total(challenge))) if by_sum else solve(challenge), network=network
            )

        assert [verify_challenge(solution_request(by_sum=True), bound_to=form) for _ in range(3)] == [True, True, False]
        assert verify_challenge(solution_request(by_sum=False), bound_to=form)
        assert verify_challenge(solution_request(by_sum=True, network="2001:db8:2:2::1"), bound_to=form)
        refused = new_challenge(bound_to=form, refused=solution_request(by_sum=True)).error
        wrong = post_request({PROOF_FIELD: "x"})
        assert refused not in {"", new_challenge(bound_to=form, refused=wrong).error}

    @given(st.text(), st.text(), st.text())
    def test_rubbish(self, proof: str, token: str, text: str) -> None:
        assert not verifies({PROOF_FIELD: proof, QUESTION_FIELD: token, ANSWER_FIELD: text}, bound_to="x")


@pytest.mark.parametrize("language", ["sr-latn", "en"])
def test_question_and_answer_in_every_language(language: str, form: str) -> None:
    with override(language):
        challenge = new_challenge(bound_to=form)
        word = module._word(total(challenge), language)
    assert verifies(answer(challenge, word), bound_to=form)
    token = seal_state({"sum": 14, "form": module._bond(form), "nonce": str(uuid4())}, purpose=PURPOSE)
    for text in ("четрнаест", "Četrnaest", "cetrnaest"):
        assert verifies(answer(Challenge("", "", token), text), bound_to=form), text
