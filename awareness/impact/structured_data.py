"""schema.org `Dataset` of the page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from awareness.impact.labels import LICENCE_URL, SUPPRESSION_NOTE
from awareness.impact.metrics import PUBLIC
from clicksafely.common.page_metadata import build_absolute_url


def dataset(request: HttpRequest, *, years: Sequence[str], counted: datetime | None) -> dict[str, Any]:
    """Return the `Dataset` with its two files; `years` are the years with figures, latest first."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": _("Impact of the Safer Internet Centre of Serbia"),
        "description": _(
            "Participants in events by group, kind and town, events held, schools, downloads and quizzes played: by year and season, as"
            " open data with definitions."
        ),
        "url": build_absolute_url(request, reverse("impact")),
        "license": LICENCE_URL,
        "isAccessibleForFree": True,
        "creator": {
            "@type": "Organization",
            "name": _("Safer Internet Centre of Serbia"),
            "url": build_absolute_url(request, reverse("home")),
        },
        "spatialCoverage": {"@type": "Country", "name": _("Serbia")},
        "variableMeasured": [str(measure.label) for measure in PUBLIC],
        "measurementTechnique": str(SUPPRESSION_NOTE),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": build_absolute_url(request, reverse(name))}
            for kind, name in (("text/csv", "impact-csv"), ("application/json", "impact-json"))
        ],
    }  # fmt: skip
    if years:
        data["temporalCoverage"] = f"{years[-1]}/{years[0]}"
    if counted:
        data["dateModified"] = counted.isoformat()
    return data
