"""The figures as JSON and CSV. Codes are the same in every language, labels are translated."""

import json
from typing import Any, Final

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awareness.impact.labels import (
    HISTORY,
    HISTORY_ABOUT,
    HISTORY_PERIOD,
    HISTORY_SOURCE,
    LICENCE,
    LICENCE_URL,
    SUPPRESSION_NOTE,
)
from awareness.impact.metrics import DEFINITIONS, OF_PEOPLE, PUBLIC, label_of
from awareness.impact.selectors import counted_at, public_figures
from clicksafely.common.documents import csv_output
from clicksafely.common.serbian.scripts import to_script
from clicksafely.common.statistics.disclosure_control import MIN_PUBLISHED_COUNT
from clicksafely.common.statistics.tables import PublishedFigure

SCHEMA: Final = "click-safely-impact/1"
COLUMNS: Final = ("measure", "dimension", "period", "code", "label", "count", "hidden", "percent")
# Descriptions of the columns, for the page and the JSON.
COLUMN_DESCRIPTIONS: Final = (
    ("measure, dimension", _("the figure and its dimension; without a dimension it is the total")),
    (
        "period",
        _("a month (2026-03), a season (2026-21 is spring, 2026-23 autumn, as in ISO 8601-2), a year (2026) or all"),
    ),
    ("code, label", _("the value of the dimension: a key that is the same in all languages, and its name")),
    (
        "count, hidden",
        _(
            "the figure; empty where hidden is true. A value that is not listed is zero, or hidden if its total "
            "is hidden"
        ),
    ),
    ("percent", _("for shares, which have no count")),
)


def as_json() -> str:
    """One object with title, definitions and all figures (`count` is null if `hidden`)."""
    counted = counted_at()
    document = {
        "schema": SCHEMA,
        "language": get_language(),
        "publisher": _text(_("Safer Internet Centre of Serbia")),
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "counted_at": counted.isoformat() if counted else None,
        "demonstration": settings.DEMO,
        "time_zone": settings.TIME_ZONE,
        "suppression": {
            "least": MIN_PUBLISHED_COUNT,
            "measures": [measure.value for measure in OF_PEOPLE],
            "how": _text(SUPPRESSION_NOTE),
        },
        "columns": {columns: _text(description) for columns, description in COLUMN_DESCRIPTIONS},
        "measures": {
            measure.value: {
                "label": _text(measure.label),
                "definition": _text(DEFINITIONS[measure]),
                "dimensions": {dimension.value: _text(dimension.label) for dimension in dimensions},
            }
            for measure, dimensions in PUBLIC.items()
        },
        "history": [
            {
                "period": HISTORY_PERIOD,
                "what": _text(HISTORY),
                "participants_about": HISTORY_ABOUT,
                "source": _text(HISTORY_SOURCE),
                "counted_here": False,
            }
        ],
        "figures": [dict(zip(COLUMNS, _entry(figure), strict=True)) for figure in public_figures()],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def as_csv() -> str:
    """Return a header line and one line for each figure (RFC 4180), without digit grouping. Hidden and missing values are empty."""
    return csv_output.render_csv(COLUMNS, (_entry(figure) for figure in public_figures()))


def _entry(figure: PublishedFigure) -> tuple[Any, ...]:
    measure, dimension, period, key, value = figure
    label = label_of(dimension, key) if dimension else ""
    hidden = value.hidden and value.percent is None
    return measure, dimension, period, key, _text(label), value.count, hidden, value.percent


def _text(text: object) -> str:
    """Text in the script of the URL's language, because page conversion does not apply to these documents."""
    return to_script(str(text), get_language() or "")
