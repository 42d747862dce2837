"""Tests of the demonstration: it shows notices and sends none."""

import pytest
from django.core.management import call_command

from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.models import Notice, NoticeReply, Report
from tests.hotline.review.conftest import make_user

pytestmark = pytest.mark.django_db


def test_there_are_notices_with_a_life_behind_them(sink: SmtpSink, capsys: pytest.CaptureFixture[str]) -> None:
    make_user("analyst1", "analyst"), make_user("analyst2", "analyst"), make_user("supervisor", "supervisor")
    call_command("load_demo", "hotline")
    notices = Notice.objects.all()
    assert {(notice.state, notice.waiting, notice.repeats) for notice in notices} == {("closed", False, 1)}
    assert len(notices) >= 2
    assert {notice.address.rpartition("@")[2] for notice in notices} <= {"primer.example.org", "forum.example.net"}
    assert sorted(set(NoticeReply.objects.values_list("nature", flat=True))) == ["answer", "automatic"]
    items = [entry.item for notice in notices for entry in notice.entries.all()]
    assert {item.outcome for item in items} == {"removed"}
    checks = [item.availability_check for item in items]
    assert {
        (check.unavailable_since - item.referrals.get().created_at).total_seconds() / 3600
        for check, item in zip(checks, items, strict=True)
    } == {31}
    assert not Report.objects.filter(items__in=items).exclude(queue=None).exists()
    assert sink.tried == []
