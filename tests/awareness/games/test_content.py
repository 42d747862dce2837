"""Stated minutes of the seed games, and the content check that compares them."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from awareness.games.content import KINDS, estimate_minutes
from clicksafely.common.content.files import Document
from tests.awareness.seed import game_documents
from tests.factories.games import DOCUMENTS


@pytest.mark.parametrize("document", game_documents(), ids=lambda document: document["slug"])
def test_the_stated_minutes_are_those_of_five_scripted_plays(document: dict[str, Any]) -> None:
    assert document["minutes"] == estimate_minutes(document)


def test_a_klik_game_takes_three_minutes() -> None:
    short = [each["slug"] for each in game_documents() if each["level"] == "7-10" and each["minutes"] <= 3]
    assert len(short) >= 6


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_longer_texts_and_younger_readers_take_longer(document: dict[str, Any]) -> None:
    def double(value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"sr", "en"}:
                return {language: f"{text} " * 60 for language, text in value.items()}
            return {name: double(each) for name, each in value.items()}
        return [double(each) for each in value] if isinstance(value, list) else value

    assert estimate_minutes(double(document)) > estimate_minutes(document)
    long = double(document)
    assert estimate_minutes(long | {"level": "7-10"}) > estimate_minutes(long | {"level": "15-18"})


def test_the_content_check_names_wrong_minutes() -> None:
    (kind,) = KINDS
    wrong = deepcopy(game_documents()[0])
    wrong["minutes"] += 5
    problems = list(kind.check(Document(Path("wrong.json"), wrong, yaml.MappingNode("map", []))))
    assert problems == [("minutes", f"{wrong['minutes']} stated, but five scripted plays take {wrong['minutes'] - 5}")]
