"""Figures for INHOPE: illegal and exchanged content by age, gender, country and site type. Exact counts."""

from typing import NamedTuple

from django.db.models import Sum

from clicksafely.common.statistics.periods import months_of
from hotline.models import Answer, SiteType, StatisticCell
from hotline.statistics.aggregate import ASKED, CSAM_IDS
from hotline.statistics.definitions import EXCHANGE, D, label_of


class ExchangeRow(NamedTuple):
    """Number of content items. `code` is the ICCAM id or the country code (ISO 3166-1). `code` and `dimension` are empty for the total."""

    measure: str
    dimension: str
    code: str
    label: str
    items: int


def exchange_rows(period: str) -> list[ExchangeRow]:
    """Return the figures of a year (2026), quarter (2026-Q1) or month (2026-03), with zeros for all ICCAM codes."""
    counts = _counts(months_of(period) or [period])
    known_codes = _known_codes()
    rows = []
    for measure, dimensions in EXCHANGE.items():
        rows.append(ExchangeRow(measure.value, "", "", str(measure.label), counts.get((measure, "", ""), 0)))
        for dimension in dimensions:
            found = {key for m, d, key in counts if (m, d) == (measure, dimension)}
            labels = known_codes.get(dimension, {}) | dict.fromkeys(found - known_codes.get(dimension, {}).keys(), "")
            rows += [
                ExchangeRow(
                    measure.value,
                    dimension.value,
                    key,
                    label or label_of(dimension, key),
                    counts.get((measure, dimension, key), 0),
                )
                for key, label in sorted(
                    labels.items(), key=lambda entry: (not entry[0].isdecimal(), entry[0].zfill(3))
                )
            ]
    return rows


def _counts(periods: list[str]) -> dict[tuple[str, str, str], int]:
    rows = StatisticCell.objects.filter(measure__in=EXCHANGE, period__in=periods).order_by()
    summed = rows.values_list("measure", "dimension", "key").annotate(total=Sum("count"))
    return {(measure, dimension, key): total for measure, dimension, key, total in summed}


def _known_codes() -> dict[str, dict[str, str]]:
    """Return {dimension: {ICCAM id: label}} of the current questions and of the site types."""
    answers = Answer.objects.filter(
        question__question_set__active=True, question__code__in=ASKED, iccam_id__isnull=False
    ).select_related("question")
    codes: dict[str, dict[str, str]] = {D.SITE_TYPE: {str(value): str(label) for value, label in SiteType.choices}}
    for answer in answers:
        if answer.question.code != D.CLASSIFICATION or answer.iccam_id in CSAM_IDS:
            codes.setdefault(answer.question.code, {})[str(answer.iccam_id)] = answer.label
    return codes
