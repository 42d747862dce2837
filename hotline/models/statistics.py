"""Computed statistics: the public pages and the exports read these rows instead of the reports."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.timezone import localtime

from hotline import data_inventory


class StatisticCell(models.Model):
    """The value of `measure` for `key` in `dimension`; both are empty for the total.

    `period` is "2026-03", "2026" or "all". `hidden`: neither the value nor its derivatives may be published (see
    `clicksafely.common.statistics.disclosure_control`). `median`: of the hours, on totals of times. `percent`: of the total, if it may
    be published although the counts may not. Missing rows are zero.
    """

    measure = models.CharField(max_length=16)
    dimension = models.CharField(max_length=16, blank=True)
    period = models.CharField(max_length=7)
    key = models.CharField(max_length=40, blank=True)
    count = models.PositiveBigIntegerField()
    hidden = models.BooleanField(default=False)
    median = models.FloatField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)

    field_inventory: ClassVar = {
        (
            data_inventory.CODES,
            data_inventory.UNTIL_REPLACED,
        ): "measure dimension period key count hidden median percent",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "measure", "dimension", "key"], name="one_statistic_a_cell"),
            models.CheckConstraint(
                condition=Q(period="all") | Q(period__regex=r"^\d{4}(-\d{2})?$"), name="statistic_period_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure}/{self.dimension}/{self.key} {self.period}: {self.count}"


class StatisticRun(models.Model):
    """A single row: the time of the last computation."""

    counted_at = models.DateTimeField()

    field_inventory: ClassVar = {
        (data_inventory.CODES, data_inventory.UNTIL_REPLACED): "counted_at",
    }

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_statistic_run")]

    def __str__(self) -> str:
        return f"{localtime(self.counted_at):%Y-%m-%d %H:%M}"
