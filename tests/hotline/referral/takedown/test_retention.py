"""Tests of retention: replies are erased with the text of their cases; the notice itself stays."""

from datetime import timedelta

import pytest

from hotline.models import LegalHold, Notice, NoticeReply
from hotline.retention.orphans import erase_orphans
from hotline.retention.policy import load_policy
from tests.factories.notices import make_notice
from tests.hotline.review.conftest import NOW, make_case, make_user

pytestmark = pytest.mark.django_db
TERM = timedelta(days=3660)


def ended_notice() -> Notice:
    case = make_case()
    notice = make_notice(case.items.get(), case)
    Notice.objects.filter(pk=notice.pk).update(state="closed", waiting=False, due_at=None, ended_at=NOW)
    return notice


def erase(after: timedelta) -> None:
    erase_orphans(now=NOW + after, terms=load_policy())


def test_answers_are_erased_and_the_notice_stays() -> None:
    notice = ended_notice()
    erase(timedelta(days=30))
    assert notice.replies.count() == 1
    erase(TERM)
    assert not NoticeReply.objects.exists()
    assert Notice.objects.filter(pk=notice.pk).exists()


def test_those_of_an_open_notice_stay() -> None:
    case = make_case()
    make_notice(case.items.get(), case)
    erase(TERM)
    assert NoticeReply.objects.count() == 1


def test_a_legal_hold_on_one_of_its_cases_keeps_them() -> None:
    notice = ended_notice()
    report = notice.entries.get().referral.report
    LegalHold.objects.create(report=report, reason="police", set_by=make_user("lead", "supervisor"), set_at=NOW)
    erase(TERM)
    assert notice.replies.count() == 1
