"""Validation of the crisis lexicon: errors name their line, and the project's file has none."""

from pathlib import Path

import pytest
from django.core.checks import Error

from awareness.search.crisis import lexicon
from awareness.search.crisis.lexicon import LexiconError, crisis_lexicon, load_lexicon
from awareness.search.crisis.recognition import Recogniser
from clicksafely.common.checks import run_rules
from tests.awareness.seed import HELP_LINES, TOPICS

GOOD = """
harmless = ["kill* the process"]
real_words = "umijem"
joining_words = "da"

[words]
first_person = "sam i+am"
se = "se sebe"

[[categories]]
key = "self-harm"
lines = ["194"]
report = false
topics = []
subjects = ["samoubi*"]
self = [
  "ubijem <se>",
]
other = []
[categories.for_self]
title_sr = "Позови."
title_en = "Call."
text_sr = "Сада."
text_en = "Now."
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lexicon.toml"


def test_a_good_file_is_read(path: Path) -> None:
    path.write_text(GOOD)
    read = load_lexicon(path)
    [category] = read.categories
    assert category.for_other == category.for_self
    recogniser = Recogniser(read)
    assert recogniser.recognise(["ubijem", "se"]) is not None
    assert recogniser.recognise(["umijem", "se"]) is None


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ('"ubijem <se>"', '"ubijem <mi>"', "", "there is no list <mi>"),
        ('"ubijem <se>"', '"Ubijem <se>"', "", "'Ubijem' is not a folded word"),
        ('"ubijem <se>"', '"ubijem (se|sebe)+"', "", "is not a folded word"),
        ('"ubijem <se>"', '""', "", "an empty pattern"),
        ('"ubijem <se>"', "5", "self = [", "5 is not text"),
        ('"194"', '"hitna"', "", "'hitna' is not a phone number"),
        ('["194"]', "[]", "", "no help line"),
        ('text_en = "Now."', "", "[categories.for_self]", "for_self has no text_en"),
        ("report = false", "report = 1", "", "report is missing or not of type bool"),
        ("other = []", "others = []", "", "unknown key 'others'"),
        ('real_words = "umijem"', 'real_words = "umij*"', "", "must be a whole word"),
        ('se = "se sebe"', 'se = ""', "", "the list 'se' has no words"),
        ("first_person", "second_person", "[words]", "the list 'first_person' is missing"),
        ('key = "self-harm"', "", "[[categories]]", "a category without a key"),
        ("subjects =", "subjects ", "", "invalid TOML"),
        ("joining_words =", "joined =", "", "unknown key 'joined'"),
    ],
)
def test_a_fault_names_its_line(path: Path, old: str, new: str, at: str, message: str) -> None:
    assert GOOD.count(old) == 1
    path.write_text(GOOD.replace(old, new))
    line = GOOD[: GOOD.index(at or old)].count("\n") + 1
    with pytest.raises(LexiconError) as raised:
        load_lexicon(path)
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert message in str(raised.value)


def test_two_categories_of_one_key_are_refused(path: Path) -> None:
    path.write_text(GOOD + GOOD[GOOD.index("[[categories]]") :])
    with pytest.raises(LexiconError, match="two categories with the key 'self-harm'"):
        load_lexicon(path)


def test_the_system_check_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_rules(lexicon.RULES) == []
    monkeypatch.setattr(lexicon, "LEXICON", path)
    for write in (lambda: None, lambda: path.write_text("[words")):
        write()
        [error] = run_rules(lexicon.RULES)
        assert isinstance(error, Error)
        assert error.id == "search.E101"
        assert str(path) in error.msg


def test_the_file_of_the_project_names_what_exists() -> None:
    assert lexicon.LEXICON.exists()
    known = {line["phone"] for line in HELP_LINES}
    slugs = {topic.slug for topic in TOPICS}
    for category in crisis_lexicon().categories:
        assert set(category.lines) & known, category.key
        assert set(category.topics) <= slugs, category.key
        # Texts for children use „ти“ and a few short sentences.
        for message in (category.for_self, category.for_other):
            assert all(len(text) <= 320 for text in message.text.values()), category.key
