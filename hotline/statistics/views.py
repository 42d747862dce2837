"""Public figures as a page, CSV and JSON."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.wsgi import public_page
from clicksafely.common.statistics.periods import ALL_TIME
from clicksafely.common.statistics.tables import part_label
from hotline.statistics import charts, selectors, serializers
from hotline.statistics.definitions import DEFINITIONS, HISTORY, HISTORY_SOURCE, HOW_HIDDEN, LICENCE, LICENCE_URL, M

# Figures change once a day, and a new count invalidates every cached page.
SECONDS = 3600


@read_only
@public_page(max_age=SECONDS, params=("period",))
def page(request: HttpRequest) -> HttpResponse:
    """Show the figures of a year (by default the latest) or of all years (`period=all`)."""
    years = selectors.years()
    period = request.GET.get("period") or (years[0] if years else ALL_TIME)
    if period not in {*years, ALL_TIME}:
        raise Http404
    sheet = selectors.sheet_of(period, of_years=years)
    context = {
        "years": years,
        "period": period,
        "parts": [part_label(part) for part in sheet.parts],
        "counted_at": selectors.counted_at(),
        "facts": charts.key_figures(sheet),
        "chapters": charts.measure_sections(sheet) if years else [],
        "demonstration": settings.DEMO,
        "actionable": DEFINITIONS[M.ANALYSED],
        "history": HISTORY,
        "history_source": HISTORY_SOURCE,
        "how_hidden": HOW_HIDDEN,
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
    }
    return render(request, "public/hotline/statistics/statistics.html", context)


@read_only
@public_page(max_age=SECONDS)
def data_csv(request: HttpRequest) -> HttpResponse:
    """Return all published figures as CSV."""
    return _file(serializers.as_csv(), "text/csv; charset=utf-8; header=present", "csv")


@read_only
@public_page(max_age=SECONDS)
def data_json(request: HttpRequest) -> HttpResponse:
    """Return all published figures as JSON, with definitions."""
    return _file(serializers.as_json(), "application/json", "json")


def _file(body: str, content_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'inline; filename="net-patrola.{ending}"'
    return response
