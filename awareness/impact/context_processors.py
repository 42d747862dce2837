"""Template context: the figures of the Centre in short, for the home page."""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest

from awareness.impact.selectors import ImpactSummary, cached_impact_summary


def impact(request: HttpRequest) -> dict[str, Callable[[], Sequence[ImpactSummary]]]:
    """`impact_summary`: one `Short` or none, read once a generation; nothing is asked for until a template wants it."""
    return {"impact_summary": partial(cached_impact_summary.during, request)}
