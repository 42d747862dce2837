"""Links from staff lists to cases."""

from django.urls import reverse
from django.utils.html import format_html

from hotline.models import Report


def case_link(report: Report | None) -> str:
    """Return a link to the case, labelled with its number; an empty text without a report."""
    if report is None:
        return ""
    return format_html('<a href="{}">{}</a>', reverse("admin:hotline-case", args=[report.pk]), report.reference)
