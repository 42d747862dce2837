"""The public figures as JSON and CSV. Codes are the same in every language; labels are translated."""

import json
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from clicksafely.common.documents import csv_output
from clicksafely.common.serbian.scripts import to_script
from clicksafely.common.statistics.disclosure_control import MIN_PUBLISHED_COUNT
from clicksafely.common.statistics.tables import PublishedFigure
from hotline.statistics.definitions import (
    DEFINITIONS,
    HISTORY,
    HISTORY_PERIOD,
    HISTORY_SHARE,
    HISTORY_SOURCE,
    HOW_HIDDEN,
    LICENCE,
    LICENCE_URL,
    PUBLIC,
    SHARES,
    Dimension,
    label_of,
)
from hotline.statistics.selectors import counted_at, public_statistics

SCHEMA = "net-patrola-figures/1"
COLUMNS = ("measure", "dimension", "period", "code", "label", "count", "hidden", "median_hours", "percent")


def as_json() -> str:
    """Return one object with descriptions, definitions and all figures; `count` is null if `hidden`."""
    counted = counted_at()
    document = {
        "schema": SCHEMA,
        "language": get_language(),
        "publisher": _text("Net Patrola"),
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        "counted_at": counted.isoformat() if counted else None,
        "demonstration": settings.DEMO,
        "time_zone": settings.TIME_ZONE,
        "suppression": {"least": MIN_PUBLISHED_COUNT, "how": _text(HOW_HIDDEN)},
        "measures": {
            measure.value: {
                "label": _text(measure.label),
                "definition": _text(DEFINITIONS[measure]),
                "dimensions": {dimension.value: _text(dimension.label) for dimension in dimensions},
            }
            for measure, dimensions in (PUBLIC | SHARES).items()
        },
        "history": [
            {
                "period": HISTORY_PERIOD,
                "what": _text(HISTORY),
                "share_percent": HISTORY_SHARE,
                "source": _text(HISTORY_SOURCE),
            }
        ],
        "figures": [_entry(figure) for figure in public_statistics()],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def as_csv() -> str:
    """Return a header line and one line per figure (RFC 4180), with decimal points, `true` and `false`.

    `count`, `median_hours` and `percent` are empty without a value. Empty dimension and code mean a total.
    """
    return csv_output.render_csv(COLUMNS, (_entry(figure).values() for figure in public_statistics()))


def _entry(figure: PublishedFigure) -> dict[str, Any]:
    measure, dimension, period, key, value = figure
    label = label_of(Dimension(dimension), key) if dimension else ""
    return dict(
        zip(
            COLUMNS,
            (measure, dimension, period, key, _text(label), value.count, value.hidden, value.median, value.percent),
            strict=True,
        )
    )


def _text(text: object) -> str:
    """Return text in the script of the address; the middleware converts only pages."""
    return to_script(str(text), get_language() or "")
