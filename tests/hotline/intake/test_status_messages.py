"""Status texts for reporters."""

import re
from itertools import combinations, product

import pytest
from django.utils.translation import override

from hotline.intake import status_messages
from hotline.intake.status_messages import StatusMessage, status_message_for
from hotline.models import ActionKind
from hotline.states import FINAL, Outcome, ReportState

KINDS = [set(chosen) for size in range(3) for chosen in combinations(ActionKind.values, size)]
EVERY = list(product(ReportState.values, ["", *Outcome.values], KINDS))


@pytest.mark.parametrize("state", ReportState.values)
def test_there_are_words_for_everything(state: str) -> None:
    for _state, outcome, kinds in (case for case in EVERY if case[0] == state):
        phrase = status_message_for(state=state, outcome=outcome, kinds=kinds)
        assert str(phrase.title)
        assert str(phrase.text)


@pytest.mark.parametrize(
    ("state", "outcome", "kinds", "expected"),
    [
        ("received", "", set(), status_messages.WAITING),
        ("triaged", "", set(), status_messages.WAITING),
        ("in_review", "", set(), status_messages.WORKED_ON),
        ("assessed", "", set(), status_messages.WORKED_ON),
        ("second_review", "", set(), status_messages.WORKED_ON),
        ("action_pending", "", {"police"}, status_messages.WORKED_ON),
        ("closed", "referred", {"partner"}, status_messages.PARTNER),
        ("closed", "referred", {"host"}, status_messages.HOST),
        ("closed", "referred", {"police"}, status_messages.FINISHED),
        ("closed", "referred", {"police", "host"}, status_messages.FINISHED),
        ("closed", "referred", {"host", "partner"}, status_messages.FINISHED),
        ("closed", "removed", {"police", "removed"}, status_messages.REMOVED),
        ("closed", "unavailable", {"unavailable"}, status_messages.UNAVAILABLE),
        ("closed", "moved", {"moved"}, status_messages.MOVED),
        ("closed", "not_illegal", set(), status_messages.NOT_ILLEGAL),
        ("closed", "outside_remit", set(), status_messages.OUTSIDE_REMIT),
        ("closed", "cannot_assess", set(), status_messages.CANNOT_ASSESS),
        ("outside_remit", "", set(), status_messages.OUTSIDE_REMIT),
        ("cannot_assess", "", set(), status_messages.CANNOT_ASSESS),
        ("duplicate", "", set(), status_messages.FINISHED),
        ("spam", "", set(), status_messages.NOT_PURSUED),
        ("not_assessed", "", set(), status_messages.NOT_ASSESSED),
    ],
)
def test_the_table(state: str, outcome: str, kinds: set[str], expected: StatusMessage) -> None:
    assert status_message_for(state=state, outcome=outcome, kinds=kinds) == expected


def test_nothing_is_said_before_the_end() -> None:
    """Whatever is done meanwhile, an open case has two sentences."""
    said = {
        status_message_for(state=state, outcome=outcome, kinds=kinds)
        for state, outcome, kinds in EVERY
        if state not in FINAL
    }
    assert said == {status_messages.WAITING, status_messages.WORKED_ON}


@pytest.mark.parametrize("language", ["en", "sr"])
def test_what_is_never_said(language: str) -> None:
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
        for state, outcome, kinds in EVERY:
            phrase = status_message_for(state=state, outcome=outcome, kinds=kinds)
            said = f"{phrase.title} {phrase.text} {phrase.child_text}".lower()
            assert not [word for word in taboo if word in said]
            # General help, if no action was taken.
            if phrase not in {status_messages.OUTSIDE_REMIT, status_messages.NOT_PURSUED}:
                assert "polic" not in said
                assert "полиц" not in said


ALL = [phrase for phrase in vars(status_messages).values() if isinstance(phrase, StatusMessage)]


@pytest.mark.parametrize("phrase", ALL, ids=lambda phrase: str(phrase.title))
def test_adults_and_children_are_addressed_as_they_should_be(phrase: StatusMessage) -> None:
    formal, familiar = (
        re.compile(r"\b(Ва[мсш]\w*|пишите|пошаљите|позовите)\b"),
        re.compile(r"\b(те|ти|тво[јг]\w*|пиши|позови)\b"),
    )
    with override("sr"):
        text, child_text = str(phrase.text), str(phrase.child_text)
    assert child_text
    assert not familiar.search(text)
    assert not formal.search(child_text)


@pytest.mark.parametrize("phrase", ALL, ids=lambda phrase: str(phrase.title))
def test_what_is_open_has_a_next_date_and_an_end_says_what_can_be_done(phrase: StatusMessage) -> None:
    ends = {message for states, _outcome, _kinds, message in status_messages.TABLE if states <= FINAL}
    if phrase in ends - {status_messages.HOST, status_messages.PARTNER}:
        assert not phrase.days_to_news
        with override("en"):
            assert re.search(r"write|send it|contact", str(phrase.text).lower())
            assert re.search(r"write|call", str(phrase.child_text).lower())
    else:
        assert phrase.days_to_news


@pytest.mark.parametrize("language", ["en", "sr"])
def test_only_what_was_pursued_is_said_to_be_done(language: str) -> None:
    with override(language):
        for phrase in (status_messages.NOT_PURSUED, status_messages.OUTSIDE_REMIT):
            for text in (str(phrase.text), str(phrase.child_text)):
                assert not re.search(r"steps have been taken|called for|was needed|потребно|предузели оно", text)
