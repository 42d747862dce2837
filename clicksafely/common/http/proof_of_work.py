"""Challenge for clients over a rate limit: a proof of work (ALTCHA), or a small sum without JavaScript."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from altcha import v1 as altcha
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, form_keys, open_state, seal_state
from clicksafely.common.http import limits
from clicksafely.common.http.rate_limits import increment_counters
from clicksafely.common.serbian.search_folding import fold

PROOF_FIELD = "challenge_proof"
QUESTION_FIELD = "challenge_question"
ANSWER_FIELD = "challenge_answer"

LIFETIME = timedelta(minutes=20)
# Half of it on average: below a second in a current browser, a few seconds on an old phone.
MAX_NUMBER = 60_000
# Enough for a resend, a double click and a few mistakes; too few to reuse one solution for many requests.
MAX_USES = 5
PURPOSE = "challenge"

NUMBER_WORDS = [
    gettext_noop("zero"),
    gettext_noop("one"),
    gettext_noop("two"),
    gettext_noop("three"),
    gettext_noop("four"),
    gettext_noop("five"),
    gettext_noop("six"),
    gettext_noop("seven"),
    gettext_noop("eight"),
    gettext_noop("nine"),
    gettext_noop("ten"),
    gettext_noop("eleven"),
    gettext_noop("twelve"),
    gettext_noop("thirteen"),
    gettext_noop("fourteen"),
    gettext_noop("fifteen"),
    gettext_noop("sixteen"),
    gettext_noop("seventeen"),
    gettext_noop("eighteen"),
]


@dataclass(frozen=True)
class Challenge:
    """One challenge as shown by `components/proof_of_work.html`: `proof` is ALTCHA's JSON, `token` the sealed result of the sum.

    `error` says why the answer to an earlier challenge was refused.
    """

    proof: str
    question: str
    token: str
    error: str = ""


def new_challenge(*, bound_to: str, refused: HttpRequest | None = None) -> Challenge:
    """Return a new challenge in the active language, valid for `LIFETIME` and for the form named `bound_to`.

    `refused` is a request whose fields solved no challenge; without an answer among them, there is no error.
    """
    work = altcha.create_challenge(
        altcha.ChallengeOptions(
            algorithm="SHA-256",
            max_number=MAX_NUMBER,
            hmac_key=form_keys("challenge")[0],
            expires=timezone.now() + LIFETIME,
            params={"form": _bond(bound_to)},
        )
    )
    first, second = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    words = {"first": gettext(NUMBER_WORDS[first]), "second": gettext(NUMBER_WORDS[second])}
    question = gettext("How much is %(first)s plus %(second)s?") % words
    state = {"sum": first + second, "form": _bond(bound_to), "nonce": secrets.token_hex(16)}
    token = seal_state(state, purpose=PURPOSE)
    error = _refusal(refused) if refused else ""
    return Challenge(proof=json.dumps(work.to_dict()), question=question, token=token, error=error)


class Solution(Enum):
    """The way in which a challenge was solved. A script solves a sum at no cost."""

    PROOF = "proof"
    SUM = "sum"
    # A sum of a network over the limit of SUMS.
    SUM_OF_FLOOD = "sum of a flood"


def solve_challenge(request: HttpRequest, *, bound_to: str) -> Solution | None:
    """Return how the posted fields solve a challenge created for `bound_to`, or None; at most `MAX_USES` times for one challenge."""
    answer = request.POST
    if _proved(answer.get(PROOF_FIELD, ""), bound_to):
        return Solution.PROOF
    if _answered(answer.get(QUESTION_FIELD, ""), answer.get(ANSWER_FIELD, ""), bound_to):
        return Solution.SUM_OF_FLOOD if _solves_too_many_sums(request, step=1) else Solution.SUM
    return None


def verify_challenge(request: HttpRequest, *, bound_to: str) -> bool:
    """Return whether the challenge is solved, and not by one of too many sums."""
    return solve_challenge(request, bound_to=bound_to) in {Solution.PROOF, Solution.SUM}


def _solves_too_many_sums(request: HttpRequest, *, step: int) -> bool:
    return limits.SUMS.is_over(request, step=step)


def _refusal(request: HttpRequest) -> str:
    """Return the reason for a refused answer. The client knows the age of its challenge, so the reason discloses nothing."""
    answer = request.POST
    if not (answer.get(PROOF_FIELD) or answer.get(ANSWER_FIELD)):
        return ""
    if answer.get(ANSWER_FIELD) and _solves_too_many_sums(request, step=0):
        return gettext(
            "Too many of these questions were answered from this internet connection in the last hour. With JavaScript switched on, the "
            "browser does the task by itself. Without it, this works again in an hour. Nothing that was written is lost."
        )
    try:
        open_state(answer.get(QUESTION_FIELD, ""), purpose=PURPOSE, max_age=int(LIFETIME.total_seconds()))
    except StateExpired:
        return gettext("The task was valid for 20 minutes, which have passed. Here is a new task.")
    except StateInvalid:
        pass
    return gettext("That answer was not correct. Here is a new task.")


def _proved(proof: str, bound_to: str) -> bool:
    payload = _payload(proof)
    if payload is None or altcha.extract_params(payload).get("form") != [_bond(bound_to)]:
        return False
    solved = any(altcha.verify_solution(payload, key)[0] for key in form_keys("challenge"))
    return solved and _usable(payload["challenge"])


def _payload(proof: str) -> Any:
    """Return ALTCHA's payload from base64 JSON; None unless it has exactly the structure sent by our solver."""
    if len(proof) > 2000:
        return None
    try:
        payload = json.loads(base64.b64decode(proof, validate=True))
    except (ValueError, RecursionError):
        return None
    shape = {"algorithm": str, "challenge": str, "number": int, "salt": str, "signature": str}
    if not isinstance(payload, dict) or {key: type(value) for key, value in payload.items()} != shape:
        return None
    return payload if payload["algorithm"] == "SHA-256" and payload["salt"].isascii() else None


def _answered(token: str, typed: str, bound_to: str) -> bool:
    try:
        state = open_state(token, purpose=PURPOSE, max_age=int(LIFETIME.total_seconds()))
    except (StateInvalid, StateExpired):
        return False
    # Counted before the comparison: a wrong answer also uses the challenge up.
    return state["form"] == _bond(bound_to) and _usable(state["nonce"]) and _reads_as(typed, state["sum"])


def _reads_as(typed: str, number: int) -> bool:
    """Return whether the text is `number`, in digits or in words of any language of the site in either script."""
    words = typed.strip().strip(".!")[:40]
    if words.isdecimal():
        return int(words) == number
    return fold(words) in {fold(_word(number, language)) for language, _name in settings.LANGUAGES}


def _word(number: int, language: str) -> str:
    with override(language):
        return gettext(NUMBER_WORDS[number])


def _bond(bound_to: str) -> str:
    return hashlib.sha256(bound_to.encode()).hexdigest()[:32]


def _usable(nonce: str) -> bool:
    return increment_counters([f"challenge:{nonce}"], window=int(LIFETIME.total_seconds()))[0] <= MAX_USES
