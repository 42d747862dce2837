"""E-mail to coordinators about consents that end: once, without a name, and never to a child or a family."""

from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from clicksafely.accounts.models import User
from clicksafely.devserver.mock_services.smtp import SmtpSink
from tests.clients.staff import make_staff
from tests.database import as_role_of
from tests.factories.youthpanel import give_consent, make_member
from youthpanel.members import services, tasks
from youthpanel.members.selectors import DUE_PERIOD
from youthpanel.models import Consent, Member

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def coordinators(coordinator: User) -> None:
    User.objects.filter(pk=coordinator.pk).update(email="coordinator@example.org")
    # Other roles of the panel are not concerned, and an account without an address gets none.
    make_staff("second", "coordinator")
    User.objects.filter(pk=make_staff("lead", "safeguarding").pk).update(email="lead@example.org")


def ending(days: int, member: Member | None = None, scope: str = "travel", **fields: object) -> Consent:
    """A consent that ends in so many days."""
    member = member or make_member(birth_year=TODAY.year - 12, joined_on=TODAY - 300 * DAY)
    return give_consent(member, scope, **{"given_on": TODAY - 200 * DAY, "expires_on": TODAY + days * DAY, **fields})


def remind() -> int:
    with as_role_of("outside"), override_settings(ROOT_URLCONF="clicksafely.urls_public"):
        return services.remind_coordinators(now=NOW)


def test_the_coordinator_gets_one_mail_without_a_name(sink: SmtpSink) -> None:
    consent = ending(DUE_PERIOD.days)
    ending(3, document="Фасцикла Марка")
    later = ending(DUE_PERIOD.days + 1)
    tasks.remind_of_consents()
    tasks.remind_of_consents()
    assert remind() == 0
    [letter] = sink.letters
    assert letter.recipients == ["coordinator@example.org"]
    assert "2 сагласности" in letter.text
    assert "https://portal.example.org/admin/youthpanel/due/" in letter.text
    text = letter.message.as_string() + letter.text
    for word in (consent.member.pseudonym, "Фасцикла", "Марка"):
        assert word not in text
    later.refresh_from_db()
    assert later.announced_on is None
    ending(4)
    assert remind() == 1


def test_invalid_consent_gets_no_reminder(sink: SmtpSink) -> None:
    withdrawn, _of_former_member = ending(3), ending(3)
    Member.objects.update(left_on=TODAY)
    Member.objects.filter(pk=withdrawn.member_id).update(left_on=None)
    Consent.objects.filter(pk=withdrawn.pk).update(withdrawn_on=TODAY)
    assert remind() == 0
    assert sink.letters == []


def test_a_guardians_consent_ends_after_the_15th_birthday(sink: SmtpSink) -> None:
    """It expires in a year by its paper, but the member turned 15 and has to consent alone."""
    young = make_member(birth_year=TODAY.year - 12, joined_on=TODAY - 300 * DAY)
    ending(365, young, "online")
    assert remind() == 0
    of_age = make_member(birth_year=TODAY.year - 16, birth_month=1, joined_on=TODAY - 700 * DAY)
    ending(365, of_age, "online")
    assert remind() == 1


def test_without_a_mail_server_nothing_is_marked() -> None:
    consent = ending(3)
    with override_settings(MAIL_SMTP_URL="smtp://127.0.0.1:9", EVENTS_MAIL_ADDRESS="panel@example.org"):
        assert remind() == 0
    consent.refresh_from_db()
    assert consent.announced_on is None
    with SmtpSink() as sink, override_settings(MAIL_SMTP_URL=sink.url, EVENTS_MAIL_ADDRESS="panel@example.org"):
        assert remind() == 1
