"""The original of a duplicate: possible ones, and the rules that keep duplicates from forming chains."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from hotline.models import Report, ReportItem
from hotline.review.exceptions import InvalidOriginal
from hotline.states import ReportState

MAX_DIGITS = 18
MAX_OLDEST = 100


def possible_originals(report: Report) -> QuerySet[Report]:
    """Return the other reports of the same content that `report` may repeat, the oldest first.

    Only the `MAX_OLDEST` oldest reports of each item are read.
    """
    named = ReportItem.objects.filter(item=OuterRef("pk")).order_by("report_id").values("report_id")[:MAX_OLDEST]
    oldest = report.items.values(oldest=Func(ArraySubquery(named), function="unnest"))
    others = Report.objects.filter(pk__in=oldest).exclude(pk=report.pk)
    return others.exclude(state=ReportState.DUPLICATE).order_by("pk")


def lock_with_original(*, report_id: int, number: str) -> Report:
    """Lock a report and the report with the number `number`, as typed, and return the latter, its original.

    Raises InvalidOriginal if there is no such report, or if it cannot be the original. Call this before other locks on the report.
    """
    original = _find(number)
    _lock({report_id, original.pk})
    check_original(report_id=report_id, original_id=original.pk)
    return original


def lock_with_chosen(report_ids: set[int]) -> None:
    """Lock reports and the originals chosen for them."""
    originals = Report.objects.filter(pk__in=report_ids, original__isnull=False).values_list("original_id", flat=True)
    _lock(report_ids | {pk for pk in originals if pk is not None})


def check_original(*, report_id: int, original_id: int | None) -> None:
    """Raise InvalidOriginal unless the report with `original_id` may be the original of the report. The caller has locked both."""
    if original_id is None:
        raise InvalidOriginal
    original = Report.objects.select_related("original").get(pk=original_id)
    if original.pk == report_id:
        raise InvalidOriginal(_("A report is not a duplicate of itself. Enter the number of another report."))
    if ReportState.DUPLICATE in {original.state, original.anonymised_from}:
        text = _("%(number)s is itself closed as a duplicate. Enter the report that it repeats.")
        if original.original:
            text = _("%(number)s is itself closed as a duplicate. Enter the report that it repeats: %(original)s.")
        raise InvalidOriginal(text % {"number": original.reference, "original": original.original})
    if Report.objects.filter(original=report_id).exists():
        raise InvalidOriginal(
            _("Other reports are duplicates of this one, so it cannot be a duplicate itself. Close it in another way.")
        )


def _find(number: str) -> Report:
    """Return the report with a number such as "NP-2026-000042" or "42"."""
    typed = number.strip().upper()
    if not typed:
        raise InvalidOriginal
    digits = typed.rpartition("-")[2]
    report = (
        Report.objects.filter(pk=int(digits[:MAX_DIGITS])).first() if digits.isascii() and digits.isdecimal() else None
    )
    if report is None or typed not in {digits, report.reference}:
        raise InvalidOriginal(_("No report has this number."))
    return report


def _lock(report_ids: set[int]) -> None:
    """Lock in the order of ids, so that two closings cannot wait for each other."""
    list(Report.objects.select_for_update().filter(pk__in=report_ids).order_by("pk").values_list("pk"))
