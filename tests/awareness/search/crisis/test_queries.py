"""The written cries for help are recognised with the right first help line; the look-alikes are not. The command reports coverage."""

from io import StringIO

import pytest
from django.core.management import call_command

from awareness.search.crisis.lexicon import LANGUAGES, crisis_lexicon
from awareness.search.crisis.recognition import Crisis, recognise_crisis
from tests.awareness.search.crisis.queries import (
    FIRST_LINES,
    FOLDER,
    HALVES,
    SCRIPTS,
    Cry,
    read_cries,
    read_lookalikes,
)
from tests.awareness.seed import HELP_LINES

# Situations that only one person speaks of.
WITHOUT_SELF = {"missing-child"}
WITHOUT_OTHER = {"running-away"}


def personal_crisis(text: str) -> Crisis | None:
    crisis = recognise_crisis(text)
    return crisis if crisis and crisis.personal else None


def cries(half: str) -> list[Cry]:
    return [cry for script in SCRIPTS for cry in read_cries(script, half)]


def lookalikes(half: str) -> list[str]:
    return [text for script in SCRIPTS for text in read_lookalikes(script, half)]


def test_the_lists_have_every_situation_in_both_halves_of_every_script() -> None:
    for script, least in (("cyrillic", 100), ("latin", 100), ("english", 60)):
        for lines in (read_cries, read_lookalikes):
            assert sum(len(lines(script, half)) for half in HALVES) >= least
    for half in HALVES:
        assert {cry.situation for cry in cries(half)} == set(FIRST_LINES)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("half", HALVES)
def test_at_least_95_percent_of_crisis_queries_are_recognised(half: str, script: str) -> None:
    """Before any change after the first run, 96.5 percent of the reporting half was heard: 94.4, 98.2 and 97.0 by script.

    Later changes used its missed cries, so only a new list can measure cries that the lexicon was not written for.
    """
    all_cries = read_cries(script, half)
    missed = [cry for cry in all_cries if not personal_crisis(cry.text)]
    assert len(missed) <= 0.05 * len(all_cries), missed


@pytest.mark.parametrize(
    "text",
    ["sve me boli", "боли ме, уплашена сам", "everything hurts", "strah me je", "ne mogu više ovako", "i need help"],
)
def test_pain_fear_and_pleas_that_fit_no_situation_get_the_general_answer(text: str) -> None:
    crisis = personal_crisis(text)
    assert crisis is not None
    assert crisis.situation.key == "general"
    phones = {line["slug"]: line["phone"] for line in HELP_LINES}
    assert [phones[slug] for slug in crisis.message.lines] == ["116111", "192"]


@pytest.mark.parametrize("half", HALVES)
def test_at_most_2_percent_of_the_lookalikes_show_help(half: str) -> None:
    """Including those that only name a subject."""
    alarms = [text for text in lookalikes(half) if recognise_crisis(text)]
    assert len(alarms) <= 0.02 * len(lookalikes(half)), alarms


@pytest.mark.parametrize("half", HALVES)
def test_the_first_help_line_is_the_right_one(half: str) -> None:
    found = [(cry, crisis) for cry in cries(half) if (crisis := personal_crisis(cry.text))]
    wrong = [cry for cry, crisis in found if crisis.message.lines[0] not in FIRST_LINES[cry.situation]]
    assert len(wrong) <= 0.02 * len(found), wrong


def test_every_situation_has_patterns_for_both_persons_in_both_languages() -> None:
    for situation in crisis_lexicon().situations:
        for language in LANGUAGES:
            assert bool(situation.self_patterns[language]) != (situation.key in WITHOUT_SELF), situation.key
            assert bool(situation.other_patterns[language]) != (situation.key in WITHOUT_OTHER), situation.key


def test_the_command_reports_situations_persons_and_scripts() -> None:
    out = StringIO()
    call_command("crisis_coverage", *(str(FOLDER / f"cries_{script}.txt") for script in SCRIPTS), stdout=out)
    rows = {line.split()[0]: line.split()[1:] for line in out.getvalue().splitlines() if line}
    assert rows["situation"] == ["sr", "self", "sr", "other", "en", "self", "en", "other"]
    assert rows["missing-child"][0] == "-"
    assert all(int(count) for count in rows["general"])
    assert rows["cries"] == [f"cries_{script}" for script in SCRIPTS]
    assert [share.partition("/")[2] for share in rows["plea"]] == [
        str(sum(cry.situation == "plea" for half in HALVES for cry in read_cries(script, half))) for script in SCRIPTS
    ]
