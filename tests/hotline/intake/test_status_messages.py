"""Status texts for reporters."""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from django.utils.translation import override

from hotline.intake import endings, status_messages
from hotline.intake.endings import ENDINGS, EndTrail, ending_for
from hotline.intake.status_messages import STEPS, StatusMessage
from hotline.models import ActionKind
from hotline.states import FINAL, Outcome

KINDS = [frozenset(chosen) for size in range(3) for chosen in combinations(ActionKind.values, size)]
EVERY = list(product(sorted(FINAL), ["", *Outcome.values], KINDS, [True, False], [True, False]))
ALL = list(dict.fromkeys([*STEPS, *ENDINGS]))


def texts(phrase: StatusMessage) -> Iterator[str]:
    """The texts for adults and for children, in the current language."""
    yield str(phrase.text)
    yield str(phrase.child_text)


def test_there_is_a_text_for_every_trail() -> None:
    for columns in EVERY:
        trail = EndTrail(*columns)
        assert ending_for(trail.claims).claims <= trail.claims


@pytest.mark.parametrize(
    ("state", "outcome", "kinds", "expected"),
    [
        ("closed", "referred", {"partner"}, status_messages.PARTNER),
        ("closed", "referred", {"police"}, endings.ACTED),
        ("closed", "referred", {"host", "partner"}, endings.ACTED),
        ("closed", "referred", set(), endings.CLOSED),
        ("closed", "removed", {"police", "removed"}, endings.REMOVED),
        ("anonymised", "", set(), endings.CLOSED),
    ],
)
def test_endings_that_no_service_makes_or_that_hide_the_police(
    state: str, outcome: str, kinds: set[str], expected: StatusMessage
) -> None:
    trail = EndTrail(state, outcome, frozenset(kinds), is_opened=True, is_assessed=state == "closed")
    assert ending_for(trail.claims) == expected


@pytest.mark.parametrize("language", ["en", "sr"])
@pytest.mark.parametrize("phrase", ALL, ids=lambda phrase: str(phrase.title))
def test_messages_avoid_disclosing_words(language: str, phrase: StatusMessage) -> None:
    taboo = (
        "duplicate",
        "spam",
        "hash",
        "known",
        "already",
        "other report",
        "дупликат",
        "отисак",
        "хеш",
        "познат",
        "већ пријав",
    )
    with override(language):
        wording = f"{phrase.title} {' '.join(texts(phrase))}".lower()
    assert not [word for word in taboo if word in wording]
    # General help, if no action was taken.
    if phrase.claims & {status_messages.Claim.ACTED, status_messages.Claim.TAKEN_UP}:
        assert "polic" not in wording
        assert "полиц" not in wording


@pytest.mark.parametrize("phrase", ALL, ids=lambda phrase: str(phrase.title))
def test_only_open_states_have_a_next_date(phrase: StatusMessage) -> None:
    assert bool(phrase.days_to_news) == (phrase in STEPS)
    assert phrase.child_text
