"""Registry of the categories of report: the hotline registers them, and other apps list them and link to their forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True, eq=False)
class ReportCategory:
    """A category and its form at `reverse(url_name, kwargs=url_kwargs)`.

    `title` and `summary` describe it. The search finds the form by them and by `search_words`, but not if these are
    empty.
    """

    code: str
    title: str | Promise
    summary: str | Promise
    search_words: str | Promise
    url_name: str
    url_kwargs: dict[str, Any]


_CATEGORIES: Final[dict[str, ReportCategory]] = {}


def register_report_category(category: ReportCategory) -> None:
    """Register a category, in `AppConfig.ready`. Lists are in the order of registration."""
    _CATEGORIES[category.code] = category


def report_categories() -> Mapping[str, ReportCategory]:
    """Return all categories by code."""
    return _CATEGORIES
