"""The list of towns, and their positions on the map."""

import pytest
from django.utils import translation

from clicksafely.common.places import MAX_CODE_LENGTH, TOWNS, find_town, town_choices
from clicksafely.common.places.map_projection import MAP_HEIGHT, MAP_WIDTH, map_position


def test_every_town_has_a_short_code_and_a_map_position() -> None:
    """Subotica is the northernmost, Pirot east of Užice."""
    assert len(TOWNS) == 185
    places = {code: map_position(TOWNS[code]) for code in ("subotica", "nis", "pirot", "uzice", "presevo")}
    assert places["subotica"][1] < places["nis"][1] < places["presevo"][1]
    assert places["uzice"][0] < places["nis"][0] < places["pirot"][0]
    for town in TOWNS.values():
        right, down = map_position(town)
        assert 0 < right < MAP_WIDTH, town
        assert 0 < down < MAP_HEIGHT, town
        assert len(town.code) <= MAX_CODE_LENGTH


def test_a_town_is_found_however_it_is_written() -> None:
    assert {find_town(written) for written in ("Ниш", "nis", " NIŠ ")} == {TOWNS["nis"]}
    assert find_town("Belgrade") is TOWNS["beograd"]
    assert {find_town(written) for written in ("Атлантида", "")} == {None}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sr", ["Београд", "Љубовија", "Ниш", "Чачак"]),
        ("sr-latn", ["Београд", "Чачак", "Љубовија", "Ниш"]),
        ("en", ["Belgrade", "Čačak", "Ljubovija", "Niš"]),
    ],
)
def test_choices_are_sorted_by_language(language: str, expected: list[str]) -> None:
    with translation.override(language):
        assert [name for _code, name in town_choices() if name in expected] == expected
