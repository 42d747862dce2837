"""The figures as they were last counted: what the public pages and the exports read instead of the reports themselves."""

from django.db import models
from django.db.models import Q


class StatisticCell(models.Model):
    """How many of a `measure` fell into `period` ("2026-03", "2026" or "all") with `key` in `dimension`; the total has neither.

    `hidden`: not to be published, nor anything it follows from (see `common.figures.suppression`). `median`: of the hours, on totals of times;
    `percent`: of the total, where that may be published though the counts are not. What is missing is zero.
    """

    measure = models.CharField(max_length=16)
    dimension = models.CharField(max_length=16, blank=True)
    period = models.CharField(max_length=7)
    key = models.CharField(max_length=40, blank=True)
    count = models.PositiveBigIntegerField()
    hidden = models.BooleanField(default=False)
    median = models.FloatField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "measure", "dimension", "key"], name="one_figure_a_cell"),
            models.CheckConstraint(
                condition=Q(period="all") | Q(period__regex=r"^\d{4}(-\d{2})?$"), name="figure_period_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}/{self.dimension}/{self.key} {self.period}: {self.count}"


class StatisticRun(models.Model):
    """A single row: when the figures were counted."""

    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_figure_count")]

    def __str__(self) -> str:
        return f"{self.counted_at:%Y-%m-%d %H:%M}"
