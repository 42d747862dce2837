"""Template context: a summary of the figures for the home page."""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpRequest

from awareness.impact.selectors import ImpactSummary, cached_impact_summary


def impact(request: HttpRequest) -> dict[str, Callable[[], Sequence[ImpactSummary]]]:
    """`impact_summary`: at most one `ImpactSummary`, cached for a content generation and queried only when a template uses it."""
    return {"impact_summary": partial(cached_impact_summary.during, request)}
