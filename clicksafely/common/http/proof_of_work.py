"""What is asked of somebody over a limit instead of a refusal: a proof of work (ALTCHA), or without JavaScript a small sum."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from altcha import v1 as altcha
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from clicksafely.common.crypto.form_state import StateExpired, StateInvalid, form_key, open_state, seal_state
from clicksafely.common.http.rate_limits import increment_counters
from clicksafely.common.serbian.search_folding import fold

PROOF_FIELD = "challenge_proof"
QUESTION_FIELD = "challenge_question"
ANSWER_FIELD = "challenge_answer"

LIFETIME = timedelta(minutes=20)
# Half of it on average: below a second in a browser of today, and a few seconds on an old phone.
LARGEST_NUMBER = 60_000
# Enough for a resend, a double click and a few slips; too few to lend one solution to many requests.
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
    """One challenge as `components/proof_of_work.html` shows it: `proof` is ALTCHA's JSON, `token` holds the sum's sealed answer."""

    proof: str
    question: str
    token: str


def new_challenge(*, bound_to: str) -> Challenge:
    """Ask something new, in the active language, that can be answered for `LIFETIME` and for the form `bound_to` names only."""
    work = altcha.create_challenge(
        altcha.ChallengeOptions(
            algorithm="SHA-256",
            max_number=LARGEST_NUMBER,
            hmac_key=form_key("challenge"),
            expires=timezone.now() + LIFETIME,
            params={"form": _bond(bound_to)},
        )
    )
    first, second = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    words = {"first": gettext(NUMBER_WORDS[first]), "second": gettext(NUMBER_WORDS[second])}
    question = gettext("How much is %(first)s plus %(second)s?") % words
    asked = {"sum": first + second, "form": _bond(bound_to), "nonce": secrets.token_hex(16)}
    token = seal_state(asked, purpose=PURPOSE)
    return Challenge(proof=json.dumps(work.to_dict()), question=question, token=token)


def verify_challenge(answer: Mapping[str, str], *, bound_to: str) -> bool:
    """Whether the posted fields `answer` solve a challenge made for `bound_to`; at most `USES` times for one challenge."""
    return _proved(answer.get(PROOF_FIELD, ""), bound_to) or _answered(
        answer.get(QUESTION_FIELD, ""), answer.get(ANSWER_FIELD, ""), bound_to
    )


def _proved(proof: str, bound_to: str) -> bool:
    payload = _payload(proof)
    if payload is None or altcha.extract_params(payload).get("form") != [_bond(bound_to)]:
        return False
    solved, _error = altcha.verify_solution(payload, form_key("challenge"))
    return solved and _usable(payload["challenge"])


def _payload(proof: str) -> Any:
    """ALTCHA's payload out of its base64 JSON; None unless it has exactly the shape that our solver sends."""
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
        asked = open_state(token, purpose=PURPOSE, max_age=int(LIFETIME.total_seconds()))
    except (StateInvalid, StateExpired):
        return False
    # Counted before it is compared: a wrong answer uses the question up as a right one does.
    return asked["form"] == _bond(bound_to) and _usable(asked["nonce"]) and _reads_as(typed, asked["sum"])


def _reads_as(typed: str, number: int) -> bool:
    """Whether a person wrote `number`: in digits, or in words of any language of the site and either script."""
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
