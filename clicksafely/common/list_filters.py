"""Filters and page numbers of public lists, read from the query string. Invalid values are ignored."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode

PAGE: Final = "page"
LAST_PAGE: Final = 100_000


def page_number(text: str) -> int | None:
    """Return the number of a page, from 1 to LAST_PAGE, from the text of a URL. None if it is invalid."""
    whole = text.isascii() and text.isdigit() and len(text) <= len(str(LAST_PAGE))
    return int(text) if whole and 1 <= int(text) <= LAST_PAGE else None


@dataclass(frozen=True)
class FilterSelection:
    """The chosen values of each filter that has any, and the page. `nonsense`: the query had invalid values."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    nonsense: bool = False

    def value(self, name: str) -> str:
        """Return the first chosen value of a filter; empty if there is none."""
        return self.chosen.get(name, ("",))[0]

    def parameters(self) -> dict[str, tuple[str, ...]]:
        """Return the parameters of the query, except the page."""
        return dict(self.chosen)

    def query_without(self, name: str, *values: str) -> str:
        """Return the query of the first page without these values of a filter, or without the whole filter."""
        remaining = tuple(each for each in self.chosen.get(name, ()) if values and each not in values)
        return urlencode(self.parameters() | {name: remaining}, doseq=True)

    def query_with(self, name: str, value: str) -> str:
        """Return the query of the first page with `value` as the only value of a filter."""
        return urlencode(self.parameters() | {name: (value,)}, doseq=True)


def parse_selection(
    query: QueryDict, choices: Mapping[str, Collection[str]], *, several: bool = False
) -> FilterSelection:
    """Return the values of `query` that are in `choices`, by filter, and its page.

    A filter has one value, or with `several` any number of values, in the order of `choices`. Never raises.
    """
    chosen, nonsense = {}, False
    for name, values in choices.items():
        query_values = [value for value in (query.getlist(name) if several else [query.get(name)]) if value]
        if valid := tuple(value for value in values if value in query_values):
            chosen[name] = valid
        nonsense |= not set(query_values) <= set(values)
    number = page_number(query.get(PAGE) or "1")
    return FilterSelection(chosen, number or 1, nonsense or number is None)


@dataclass(frozen=True)
class FilterChoice:
    """A value of a filter. `query` selects it and keeps the other filters; `count` is the number of results, if known."""

    value: str
    label: str | Promise
    query: str
    chosen: bool
    count: int | None = None


@dataclass(frozen=True)
class PresentedFilter:
    """A filter with one value. `any_label` is the label of the empty choice, `query_without` the query that removes the filter."""

    name: str
    label: str | Promise
    any_label: str | Promise
    choices: Sequence[FilterChoice]
    query_without: str


def present_filter(
    selection: FilterSelection,
    name: str,
    label: str | Promise,
    labels: Mapping[str, str | Promise],
    *,
    any_label: str | Promise = "",
    counts: Mapping[str, int] | None = None,
) -> PresentedFilter:
    """Return a filter for the page. `labels` has its values in order; `counts` their numbers of results."""
    choices = [
        FilterChoice(
            value,
            text,
            selection.query_with(name, value),
            value == selection.value(name),
            None if counts is None else counts.get(value, 0),
        )
        for value, text in labels.items()
    ]
    return PresentedFilter(name, label, any_label, choices, selection.query_without(name))


@dataclass(frozen=True)
class ListFilter[Item]:
    """A filter of a list in memory.

    `values_of` returns the values of an item. `labels` returns the values that occur in the items, in order, with their
    labels.
    """

    name: str
    label: str | Promise
    values_of: Callable[[Item], Collection[str]]
    labels: Callable[[Sequence[Item]], Mapping[str, str | Promise]]
    any_label: str | Promise = ""


@dataclass(frozen=True)
class FilteredList[Item]:
    """The items that match a selection, and the filters for the page."""

    items: Sequence[Item]
    filters: Sequence[PresentedFilter]
    selection: FilterSelection

    @property
    def useful_filters(self) -> Sequence[PresentedFilter]:
        """The filters that are used or can be: those with several choices or a chosen one."""
        return [each for each in self.filters if len(each.choices) > 1 or each.name in self.selection.chosen]


def filter_items[Item](
    items: Sequence[Item], filters: Sequence[ListFilter[Item]], query: QueryDict
) -> FilteredList[Item]:
    """Return the items that match every filter in `query`. The count of a choice is the number of items it would leave."""
    labels = {each.name: each.labels(items) for each in filters}
    selection = parse_selection(query, labels)
    matching: list[Item] = []
    counts: dict[str, Counter[str]] = {each.name: Counter() for each in filters}
    for item in items:
        values = {each.name: each.values_of(item) for each in filters}
        failed = [name for name in selection.chosen if selection.value(name) not in values[name]]
        if not failed:
            matching.append(item)
        if len(failed) < 2:
            for name in failed or counts:
                counts[name].update(values[name])
    presented = [
        present_filter(
            selection, each.name, each.label, labels[each.name], any_label=each.any_label, counts=counts[each.name]
        )
        for each in filters
    ]
    return FilteredList(matching, presented, selection)


def occurring_choices[Item](
    choices: Sequence[tuple[str, str | Promise]], values_of: Callable[[Item], Collection[str]]
) -> Callable[[Sequence[Item]], Mapping[str, str | Promise]]:
    """Return the `labels` of a filter by a field with choices.

    They are the choices that occur in the items, in the order of `choices`.
    """

    def labels(items: Sequence[Item]) -> Mapping[str, str | Promise]:
        found = {value for item in items for value in values_of(item)}
        return {value: label for value, label in choices if value in found}

    return labels
