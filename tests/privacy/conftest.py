"""People with data in the portal, and the files of their own tests."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from clicksafely.common.crypto import receipts
from hotline.complaints import services as complaints
from hotline.models import Complaint, LegalMinimum, Report
from tests.hotline.intake.journey import Reporter, receipt_on


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PANEL_ERASURE_LOG = tmp_path / "erasures.txt"


def send_report(*, what: str, contact: str) -> tuple[str, Report]:
    """Return the receipt of a new report, and its row."""
    reporter = Reporter()
    receipt = receipt_on(reporter.send(reporter.state(what=what, contact=contact)))
    digest = receipts.receipt_digest(receipts.normalise_receipt(receipt))
    return receipt, Report.objects.get(receipt_digest=digest)


def end_case(report: Report) -> None:
    """End a case, so that nothing delays its erasure."""
    closed = {"closed_at": timezone.now() - timedelta(minutes=10), "reporter_wrote_at": None, "has_news": False}
    Report.objects.filter(pk=report.pk).update(state="closed", outcome="removed", queue=None, **closed)
    LegalMinimum.objects.all().delete()


def send_complaint(*, text: str, contact: str) -> tuple[str, Complaint]:
    """Return the number of a new complaint, and its row."""
    number, words = receipts.generate_code(), {"text": text, "contact": contact, "language": "sr"}
    new = complaints.NewComplaint(number=number, form_digest=bytes(32), about="hotline", **words)
    complaint = complaints.file_complaint(new=new, now=timezone.now())
    assert complaint is not None
    return number, complaint
