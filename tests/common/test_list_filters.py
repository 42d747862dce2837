"""Filters and page numbers of public lists: hostile query strings, queries of links, and counts of choices."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.list_filters import (
    FilterSelection,
    ListFilter,
    filter_items,
    occurring_choices,
    page_number,
    parse_selection,
)

KNOWN = {"size": ("small", "large"), "colour": ("red", "blue")}


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("100000", 100_000), ("100001", None), ("0", None), ("1.5", None), ("٢", None), ("9" * 5000, None)],
)
def test_page_numbers(text: str, number: int | None) -> None:
    assert page_number(text) == number


@pytest.mark.parametrize(
    ("query", "selection"),
    [
        ("size=&page=&weight=9", FilterSelection()),
        ("size=large&colour=red&page=3", FilterSelection({"size": ("large",), "colour": ("red",)}, 3)),
        # The last of several values counts, as in a Django form.
        ("size=large&size=small", FilterSelection({"size": ("small",)})),
        ("size=huge&colour=red", FilterSelection({"colour": ("red",)}, nonsense=True)),
        ("size=%00", FilterSelection(nonsense=True)),
        ("page=x", FilterSelection(nonsense=True)),
    ],
)
def test_one_value_a_filter(query: str, selection: FilterSelection) -> None:
    assert parse_selection(QueryDict(query), KNOWN) == selection


def test_several_values_a_filter() -> None:
    selection = parse_selection(QueryDict("size=large&size=small&size=huge&colour=blue"), KNOWN, several=True)
    assert selection == FilterSelection({"size": ("small", "large"), "colour": ("blue",)}, nonsense=True)
    assert selection.query_without("size", "large") == "size=small&colour=blue"
    assert selection.query_without("size") == "colour=blue"
    assert selection.query_with("size", "large") == "size=large&colour=blue"


@given(st.text(max_size=60))
def test_no_query_raises(query: str) -> None:
    for several in (False, True):
        selection = parse_selection(QueryDict(query), KNOWN, several=several)
        assert all(set(values) <= set(KNOWN[name]) for name, values in selection.chosen.items())


def test_choices_that_occur_and_their_counts() -> None:
    def initial(word: str) -> list[str]:
        return [word[0]]

    def length(word: str) -> list[str]:
        return [str(len(word))]

    filters = (
        ListFilter("initial", "Initial", initial, occurring_choices([(each, each.upper()) for each in "abc"], initial)),
        ListFilter("length", "Length", length, occurring_choices([("2", "two"), ("3", "three")], length), "any length"),
    )
    found = filter_items(["an", "ant", "cat", "cot"], filters, QueryDict("length=3&initial=b"))
    assert list(found.items) == ["ant", "cat", "cot"]
    assert found.selection.nonsense
    first, second = found.filters
    assert [(each.value, each.label, each.count, each.chosen) for each in first.choices] == [
        ("a", "A", 1, False),
        ("c", "C", 2, False),
    ]
    assert [(each.value, each.count, each.chosen, each.query) for each in second.choices] == [
        ("2", 1, False, "length=2"),
        ("3", 3, True, "length=3"),
    ]
    assert (second.any_label, second.query_without) == ("any length", "")
    # A filter with one choice is useful only to remove it.
    assert filter_items(["an", "at"], filters, QueryDict()).useful_filters == []
    assert [each.name for each in filter_items(["an"], filters, QueryDict("length=2")).useful_filters] == ["length"]
