"""Status texts for reporters."""

import re
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
        ("closed", "referred", {"host"}, status_messages.HOST),
        ("closed", "referred", {"police"}, endings.ACTED),
        ("closed", "referred", {"police", "host"}, endings.ACTED),
        ("closed", "referred", {"host", "partner"}, endings.ACTED),
        ("closed", "referred", set(), endings.CLOSED),
        ("closed", "removed", {"police", "removed"}, endings.REMOVED),
        ("closed", "unavailable", {"unavailable"}, endings.UNAVAILABLE),
        ("closed", "moved", {"moved"}, endings.MOVED),
        ("closed", "not_illegal", set(), endings.NOT_ILLEGAL),
        ("closed", "outside_remit", set(), endings.OUTSIDE_REMIT),
        ("closed", "cannot_assess", set(), endings.CANNOT_ASSESS),
        ("outside_remit", "", set(), endings.OUTSIDE_REMIT),
        ("cannot_assess", "", set(), endings.CANNOT_ASSESS),
        ("duplicate", "", set(), endings.CLOSED_UNASSESSED),
        ("spam", "", set(), endings.NOT_PURSUED),
        ("anonymised", "", set(), endings.CLOSED),
    ],
)
def test_the_endings_of_opened_and_assessed_reports(
    state: str, outcome: str, kinds: set[str], expected: StatusMessage
) -> None:
    trail = EndTrail(state, outcome, frozenset(kinds), is_opened=True, is_assessed=state == "closed")
    assert ending_for(trail.claims) == expected


@pytest.mark.parametrize("state", ["spam", "outside_remit", "cannot_assess", "duplicate"])
def test_unopened_report_ends_as_closed_unopened(state: str) -> None:
    trail = EndTrail(state, "", frozenset(), is_opened=False, is_assessed=False)
    assert ending_for(trail.claims) == endings.CLOSED_UNOPENED


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
def test_adults_and_children_are_addressed_as_they_should_be(phrase: StatusMessage) -> None:
    formal, familiar = (
        re.compile(r"\b(Ва[мсш]\w*|пишите|пошаљите|позовите)\b"),
        re.compile(r"\b(те|ти|тво[јг]\w*|пиши|позови)\b"),
    )
    with override("sr"):
        text, child_text = texts(phrase)
    assert child_text
    assert not familiar.search(text)
    assert not formal.search(child_text)


@pytest.mark.parametrize("phrase", ALL, ids=lambda phrase: str(phrase.title))
def test_open_states_have_a_next_date_and_ends_name_options(phrase: StatusMessage) -> None:
    if phrase in set(ENDINGS) - set(STEPS):
        assert not phrase.days_to_news
        with override("en"):
            text, child_text = texts(phrase)
        assert re.search(r"write|send it|contact", text.lower())
        assert re.search(r"write|call", child_text.lower())
    else:
        assert phrase.days_to_news
