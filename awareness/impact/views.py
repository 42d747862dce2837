"""Views of the figures: a page, a CSV and a JSON file, all public."""

from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from awareness.impact import exports, presenters, selectors
from awareness.impact.labels import HISTORY, HISTORY_SOURCE, LICENCE, LICENCE_URL, SUPPRESSION_NOTE
from awareness.impact.structured_data import dataset
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.decorators import public_page
from clicksafely.common.page_metadata import build_absolute_url, json_ld
from clicksafely.common.statistics.periods import ALL_TIME

# Figures change once a day, and a recount invalidates cached pages.
SECONDS: Final = 3600


@read_only
@public_page(max_age=SECONDS, params=("year",))
def page(request: HttpRequest) -> HttpResponse:
    """Return the figures of all time, or of `year`."""
    years = selectors.years()
    period = request.GET.get("year") or ALL_TIME
    if period not in {*years, ALL_TIME}:
        raise Http404
    sheets = selectors.sheets_of(period, of_years=years)
    counted = selectors.counted_at()
    since = next((year for year in reversed(years) if sheets.cells.get(("participants", "", "", year))), "")
    context = {
        "years": years,
        "period": period,
        "kept_params": ("year",),
        "counted_at": counted,
        "headline": presenters.headline(sheets, since),
        "facts": presenters.facts(sheets),
        "chapters": presenters.chapters(sheets),
        "towns": presenters.towns(sheets),
        "confidence": presenters.confidence(sheets),
        "demonstration": settings.DEMO,
        "history": HISTORY,
        "history_source": HISTORY_SOURCE,
        "how_hidden": SUPPRESSION_NOTE,
        "columns": exports.COLUMN_DESCRIPTIONS,
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "address": build_absolute_url(request, reverse("impact")),
        "structured": json_ld(dataset(request, years=years, counted=counted)),
    }
    return render(request, "public/impact/impact.html", context)


@read_only
@public_page(max_age=SECONDS)
def data_csv(request: HttpRequest) -> HttpResponse:
    """Return all published figures as CSV, one line for each."""
    return _file(exports.as_csv(), "text/csv; charset=utf-8; header=present", "csv")


@read_only
@public_page(max_age=SECONDS)
def data_json(request: HttpRequest) -> HttpResponse:
    """Return all published figures as JSON, with definitions."""
    return _file(exports.as_json(), "application/json", "json")


def _file(body: str, content_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'inline; filename="click-safely-impact.{ending}"'
    return response
