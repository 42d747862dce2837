"""Two complaints for a demonstration: one that waits, one that was answered."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from clicksafely.common import receipts
from hotline.complaints import services
from hotline.models import Complaint, ComplaintAbout, ComplaintOutcome

WAITING = "Пријавио сам лажни профил пре две недеље, а на страници и даље пише само да се ради. Колико то још траје?"
NOTICE = (
    "We run the forum at forum.example.net. Your notice named a page that our moderators had removed the day before."
)
ANSWER = "Thank you. You are right: we looked at the page in the morning and sent the notice in the evening. We now look once more just before a notice goes out."


def load_complaints(*, now: datetime) -> None:
    """Needs the demonstration account of the supervisor."""
    supervisor = User.objects.get(username="supervisor")
    _file(ComplaintAbout.REPORT, WAITING, "sr", now - timedelta(days=8))
    complaint = _file(ComplaintAbout.NOTICE, NOTICE, "en", now - timedelta(days=20))
    if complaint is not None:
        services.answer_complaint(
            complaint=complaint,
            text=ANSWER,
            outcome=ComplaintOutcome.UPHELD,
            actor=supervisor,
            now=now - timedelta(days=15),
        )


def _file(about: ComplaintAbout, text: str, language: str, now: datetime) -> Complaint | None:
    new = services.NewComplaint(
        number=receipts.draw(),
        form_digest=secrets.token_bytes(32),
        about=about,
        text=text,
        contact="",
        language=language,
    )
    return services.file_complaint(new=new, now=now)
