"""The figures as last counted. The page and its files read them instead of reports, downloads and plays."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.timezone import localtime


class ImpactCell(models.Model):
    """The count of a `measure` in a `period` ("2026-03", "2026-21", "2026" or "all") for `key` in `dimension`. A total has neither.

    `hidden`: must not be published. `percent`: for shares, which have no count. A missing row is zero.
    """

    measure = models.CharField(max_length=16)
    dimension = models.CharField(max_length=16, blank=True)
    period = models.CharField(max_length=7)
    key = models.CharField(max_length=40, blank=True)
    count = models.PositiveBigIntegerField(null=True)
    hidden = models.BooleanField(default=False)
    percent = models.PositiveSmallIntegerField(null=True)

    impersonal_fields: ClassVar = "measure dimension period key"

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("period", "measure", "dimension", "key"), name="one_impact_a_cell"),
            models.CheckConstraint(
                condition=Q(period="all") | Q(period__regex=r"^\d{4}(-\d{2})?$"), name="impact_period_known"
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=False, percent=None) | Q(count=None, percent__lte=100),
                name="impact_counts_or_share",
            ),
        )

    def __str__(self) -> str:
        return f"{self.measure}/{self.dimension}/{self.key} {self.period}: {self.count}"


class ImpactCount(models.Model):
    """A single row with the time of the last count."""

    counted_at = models.DateTimeField()

    impersonal_fields: ClassVar = ""

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="one_impact_count"),)

    def __str__(self) -> str:
        return f"{localtime(self.counted_at):%Y-%m-%d %H:%M}"
