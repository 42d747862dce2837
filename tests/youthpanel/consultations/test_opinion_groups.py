"""The published method: known answers, no dependence on the order, and figures that prove nothing about a single vote."""

import random
from itertools import product

import pytest

from youthpanel.consultations.opinion_groups import MIN_GROUP, MIN_SHEETS, Sheet, find_groups, published_counts

YES, NO = (1,) * 6, (-1,) * 6
LEFT, RIGHT = (1, 1, 1, -1, -1, -1), (-1, -1, -1, 1, 1, 1)


def near(sheet: Sheet, number: int, chance: random.Random, *, changed: int = 1) -> list[Sheet]:
    """Sheets that differ from `sheet` in a few votes."""
    sheets = []
    for _number in range(number):
        votes = list(sheet)
        for at in chance.sample(range(len(votes)), changed):
            votes[at] = 0
        sheets.append(tuple(votes))
    return sheets


def sizes(sheets: list[Sheet]) -> list[int]:
    return [len(group) for group in find_groups(sheets)]


def test_two_three_and_four_camps_are_found() -> None:
    chance = random.Random(7)
    assert sizes([*near(YES, 14, chance), *near(NO, 9, chance)]) == [14, 9]
    assert sizes([*near(YES, 9, chance), *near(NO, 12, chance), *near(LEFT, 8, chance)]) == [12, 9, 8]
    four = [*near(YES, 9, chance), *near(NO, 12, chance), *near(LEFT, 8, chance), *near(RIGHT, 7, chance)]
    assert sizes(four) == [12, 9, 8, 7]
    [first, *_others] = find_groups(four)
    assert all(sum(sheet) <= -5 for sheet in first)


def test_the_order_of_the_sheets_does_not_matter() -> None:
    chance = random.Random(3)
    sheets = [tuple(chance.choice((-1, 0, 1)) for _vote in range(8)) for _sheet in range(20)] + [
        *near((1,) * 8, 12, chance, changed=2),
        *near((-1,) * 8, 12, chance, changed=2),
    ]
    first = find_groups(sheets)
    assert min(map(len, first)) >= MIN_GROUP
    for _time in range(3):
        chance.shuffle(sheets)
        assert find_groups(sheets) == first


def test_no_groups_below_twenty_sheets() -> None:
    camps = [YES] * 10 + [NO] * 9
    assert len(camps) == MIN_SHEETS - 1
    assert sizes(camps) == [19]
    assert sizes([*camps, NO]) == [10, 10]


@pytest.mark.parametrize("small", [1, 4])
def test_no_group_of_fewer_than_five(small: int) -> None:
    """Neither in two camps, nor beside two larger ones: then there are fewer groups."""
    assert sizes([YES] * 20 + [NO] * small) == [20 + small]
    found = sizes([YES] * 12 + [NO] * 12 + [LEFT] * small)
    assert sum(found) == 24 + small
    assert len(found) <= 2
    assert min(found) >= MIN_GROUP
    assert sizes([YES] * 20 + [NO] * MIN_GROUP) == [20, 5]


@pytest.mark.parametrize("number", [20, 60])
def test_random_votes_and_equal_votes_form_no_groups(number: int) -> None:
    chance = random.Random(number)
    assert sizes([tuple(chance.choice((-1, 0, 1)) for _vote in range(12)) for _sheet in range(number)]) == [number]
    assert sizes([YES] * number) == [number]


@pytest.mark.parametrize(
    ("votes", "counts"),
    [
        ((1, 1, 1, 1, 1), (3, 1, 1)),
        ((-1, -1, -1, -1, -1, 0), (1, 1, 4)),
        ((1, 1, 1, 0, -1), (3, 1, 1)),
        ((1, 1, 1, 0, 0), (2, 2, 1)),
        ((0, 0, 0, 0, 0), (1, 3, 1)),
    ],
)
def test_every_option_has_a_vote(votes: Sheet, counts: tuple[int, int, int]) -> None:
    assert published_counts(votes) == counts


@pytest.mark.parametrize("size", [5, 8, 11])
def test_published_counts_never_prove_none_or_all(size: int) -> None:
    """The attacker knows the method and the size, and lists every table of votes that gives the published figures."""
    tables = [table for table in product(range(size + 1), repeat=3) if sum(table) == size]
    by_figures: dict[tuple[int, int, int], list[tuple[int, ...]]] = {}
    for table in tables:
        votes = [vote for vote, count in zip((1, 0, -1), table, strict=True) for _number in range(count)]
        by_figures.setdefault(published_counts(votes), []).append(table)
    for figures, possible in by_figures.items():
        assert sum(figures) == size
        assert figures in possible
        for option in range(3):
            assert any(0 < table[option] < size for table in possible)
