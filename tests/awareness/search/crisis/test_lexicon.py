"""Validation of the crisis lexicon: errors name their line, and the project's files have none."""

import shutil
from pathlib import Path

import pytest
from django.core.checks import Error

from awareness.search.crisis import lexicon
from awareness.search.crisis.lexicon import crisis_lexicon, load_lexicon
from awareness.search.crisis.likeness import example_model
from awareness.search.crisis.recognition import Recogniser
from clicksafely.common.checks import run_rules
from clicksafely.common.content.files import read_document
from clicksafely.common.content.schema import read_data
from tests.awareness.seed import HELP_LINES, SEED, TOPICS

WORDS = """\
serbian_verbs:
  kills: [ubijati ubijam]
english_verbs:
  hits: [hit hit]
serbian_nouns:
  relative: [sestra sestre]
lists:
  se: se sebe
  first_person: sam i+am
  sr_me: me
  sr_person: <relative>
  sr_object: <relative.object>
  en_i: i
  en_me: me
  en_person: sister
  en_object: <en_person>
  lesson: lesson
harmless: ["kill* the process"]
real_words: umijem
joining_words: da
"""
SITUATION = """\
lines: [ambulance]
report: false
topics: []
for_self:
  title_sr: Позови.
  title_en: Call.
  text_sr: Сада.
  text_en: Now.
subjects: ["samoubi*"]
unless: pesma
sr:
  self: [
    "ubijem <se>",
  ]
  does: ["<kills> <se>"]
en:
  suffers: ["<hits>"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lexicon of one situation, in place of the project's."""
    for name in ("words.schema.yaml", "situations/schema.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(lexicon.WORDS.parent / name, tmp_path / name)
    (tmp_path / "words.yaml").write_text(WORDS)
    (tmp_path / "situations" / "01-self-harm.yaml").write_text(SITUATION)
    monkeypatch.setattr(lexicon, "WORDS", tmp_path / "words.yaml")
    monkeypatch.setattr(lexicon, "SITUATIONS", tmp_path / "situations")
    return tmp_path


def test_good_files_are_read(folder: Path) -> None:
    assert run_rules(lexicon.RULES) == []
    loaded_lexicon = load_lexicon(
        read_document(folder / "words.yaml"), [read_document(folder / "situations" / "01-self-harm.yaml")]
    )
    [situation] = loaded_lexicon.situations
    assert situation.key == "self-harm"
    assert situation.for_other == situation.for_self
    recogniser = Recogniser(loaded_lexicon, example_model())
    found = {
        text: (crisis.personal, crisis.about_other) if (crisis := recogniser.recognise(text.split())) else None
        for text in (
            "ubijem se", "ubijam se", "sestra se ubija", "she hit me", "he hits my sister", "samoubistvo",
            "umijem se", "ubijem se pesma", "samoubistvo lesson", "me",
        )
    }  # fmt: skip
    assert found == {
        "ubijem se": (True, False),
        "ubijam se": (True, False),
        "sestra se ubija": (True, True),
        "she hit me": (True, False),
        "he hits my sister": (True, True),
        "samoubistvo": (False, False),
        "umijem se": None,
        "ubijem se pesma": None,
        "samoubistvo lesson": None,
        "me": None,
    }


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ('"ubijem <se>"', '"ubijem <mi>"', "", "there is no list <mi>"),
        ('"ubijem <se>"', '"Ubijem <se>"', "", "'Ubijem' is not a folded word"),
        ('"ubijem <se>"', '"ubijem (se|sebe)+"', "", "is not a folded word"),
        ("  text_en: Now.\n", "", "for_self:", "'text_en' is a required property"),
        ('subjects: ["samoubi*"]', "subject: []", "", "unknown key 'subject'"),
        ("ubijati ubijam", "ubijam ubijati", "  kills:", "is not an infinitive"),
        ("sestra sestre", "sestra sestri", "  relative:", "is not a nominative and a genitive"),
        ("  se: se sebe", "  kills: se sebe", "", "two lists with the name 'kills'"),
        ("  first_person: sam i+am\n", "", "lists:", "'first_person' is a required property"),
        ("  se: se sebe", "  se: [se", "", "did not find expected"),
    ],
)
def test_a_fault_names_its_line(folder: Path, old: str, new: str, at: str, message: str) -> None:
    [name] = [
        name for name, text in (("words.yaml", WORDS), ("situations/01-self-harm.yaml", SITUATION)) if old in text
    ]
    text = (folder / name).read_text()
    (folder / name).write_text(text.replace(old, new))
    [error] = run_rules(lexicon.RULES)
    assert isinstance(error, Error)
    assert error.id == "search.E101"
    assert message in error.msg
    if "did not find" not in message:
        assert f"{folder / name}:{text[: text.index(at or old)].count(chr(10)) + 1}: " in error.msg


def test_a_missing_file_is_a_fault(folder: Path) -> None:
    (folder / "words.yaml").unlink()
    [error] = run_rules(lexicon.RULES)
    assert str(folder / "words.yaml") in error.msg


def test_the_lexicon_refers_to_existing_data() -> None:
    assert run_rules(lexicon.RULES) == []
    line_slugs = {line["slug"] for line in HELP_LINES}
    slugs = {topic.slug for topic in TOPICS}
    sections = {section["slug"] for section in read_data(SEED / "pages" / "fixed" / "05-help.yaml")["sections"]}
    for situation in crisis_lexicon().situations:
        for message in (situation.for_self, situation.for_other):
            assert set(message.lines) <= line_slugs, situation.key
        assert set(situation.topics) <= slugs, situation.key
        assert not situation.section or situation.section in sections, situation.key
