"""The list of towns, and their positions on the map."""

from pathlib import Path

import pytest
from django.utils import translation

from clicksafely.common import places as common_places
from clicksafely.common.content.schema import read_data
from clicksafely.common.places import MAX_CODE_LENGTH, TOWNS, find_town, town_choices
from clicksafely.common.places.map_projection import MAP_HEIGHT, MAP_WIDTH, map_position


def test_every_town_has_a_short_code_and_a_map_position() -> None:
    assert len(TOWNS) == 185
    for town in TOWNS.values():
        right, down = map_position(town)
        assert 0 < right < MAP_WIDTH, town
        assert 0 < down < MAP_HEIGHT, town
        assert len(town.code) <= MAX_CODE_LENGTH


def test_the_file_fits_its_schema() -> None:
    assert len(read_data(Path(common_places.__file__).with_name("seats.yaml"))) == len(TOWNS)


def test_directions_on_the_map() -> None:
    """Subotica is the northernmost, Pirot east of Užice."""
    places = {code: map_position(TOWNS[code]) for code in ("subotica", "nis", "pirot", "uzice", "presevo")}
    assert places["subotica"][1] < places["nis"][1] < places["presevo"][1]
    assert places["uzice"][0] < places["nis"][0] < places["pirot"][0]


@pytest.mark.parametrize("written", ["Ниш", "Niš", "nis", " NIŠ ", "НИШ"])
def test_however_it_is_written(written: str) -> None:
    assert find_town(written) is TOWNS["nis"]


def test_unknown_town() -> None:
    assert find_town("Атлантида") is None
    assert find_town("") is None


def test_names_by_language() -> None:
    with translation.override("en"):
        assert str(TOWNS["beograd"]) == "Belgrade"
        assert str(TOWNS["cacak"]) == "Čačak"
    with translation.override("sr-latn"):
        assert str(TOWNS["cacak"]) == "Чачак", "pages are turned into Latin as a whole"
    assert find_town("Belgrade") is TOWNS["beograd"]


def test_choices_are_sorted_by_language() -> None:
    with translation.override("sr"):
        names = [name for _code, name in town_choices()]
    assert (
        names.index("Београд")
        < names.index("Жабаљ")
        < names.index("Љубовија")
        < names.index("Ниш")
        < names.index("Чачак")
    )
    with translation.override("sr-latn"):
        names = [name for _code, name in town_choices()]
    assert names.index("Београд") < names.index("Чачак") < names.index("Ниш") < names.index("Жабаљ")
    with translation.override("en"):
        names = [name for _code, name in town_choices()]
    assert (
        names.index("Belgrade")
        < names.index("Čačak")
        < names.index("Ljubovija")
        < names.index("Niš")
        < names.index("Žabalj")
    )
