"""Tests of staff actions on notices."""

from itertools import product

import pytest
from django.db import transaction

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.lifecycle.exceptions import WrongState
from hotline.models import Notice, NoticeState, PoliceHold
from hotline.referral.takedown.services import (
    NoContactLeft,
    NothingToSend,
    NoticeAction,
    perform_notice_action,
    possible_actions,
)
from tests.factories.notices import DAY, HOUR, OWNER, contact, due_item, referral_of, run, sent_notice, states
from tests.hotline.review.conftest import NOW, make_user

pytestmark = pytest.mark.django_db
LATER = NOW + 3 * HOUR


@pytest.fixture
def ana(db: None) -> User:
    return make_user("ana", "analyst")


def act(what: str, actor: User, notice: Notice | None = None) -> Notice:
    notice = notice or Notice.objects.latest("pk")
    perform_notice_action(notice=notice, act=what, actor=actor, now=LATER)
    notice.refresh_from_db()
    return notice


def manual_notice() -> Notice:
    contact(email="", form_address="https://abuse.example.net/form")
    due_item("https://www.example.org/a")
    run()
    return Notice.objects.get()


def test_contact_with_a_form_only_needs_manual_sending(sink: SmtpSink, ana: User) -> None:
    notice = manual_notice()
    assert (notice.state, notice.waiting, notice.due_at) == ("by_hand", True, None)
    assert run(HOUR) == 0
    item = notice.entries.get().item
    hold = PoliceHold.objects.create(item=item, report=item.reports.get(), placed_at=NOW, until=NOW + DAY)
    with pytest.raises(NothingToSend):
        act("sent", ana)
    hold.delete()
    updated_notice = act("sent", ana)
    assert (updated_notice.state, updated_notice.waiting, updated_notice.due_at) == ("sent", False, LATER + DAY)
    message = updated_notice.messages.get()
    assert "https://www.example.org/a\n" in message.text
    assert message.message_id is None
    assert referral_of(notice.entries.get().item).state == "sent"
    assert AuditEvent.objects.get(action="notice.sent").actor_id == ana.pk
    # It cannot be reminded by e-mail: a day later it is the next contact's turn, and there is none.
    run(3 * HOUR + DAY)
    assert (sink.letters, states()) == ([], [("host", "exhausted")])


def test_withdrawing_before_delivery_returns_its_items(sink: SmtpSink, ana: User) -> None:
    contact()
    item = due_item()
    run()
    assert act("withdraw", ana).state == "withdrawn"
    item.refresh_from_db()
    assert (referral_of(item).problem, item.state) == ("notice_withdrawn", "assessed")
    assert run(HOUR) == 0


def test_after_an_answer_reminders_resume_or_the_notice_is_closed(sink: SmtpSink, ana: User) -> None:
    contact()
    notice = sent_notice()
    Notice.objects.update(state="answered", waiting=True, due_at=None)
    resumed = act("resume", ana)
    assert (resumed.state, resumed.waiting, resumed.due_at) == ("sent", False, LATER + DAY)
    closed = act("close", ana, notice)
    assert (closed.state, closed.waiting) == ("closed", False)
    assert run(9 * DAY) == 0


def test_escalation_needs_a_next_contact_and_notifies_it_at_once(sink: SmtpSink, ana: User) -> None:
    contact()
    notice = sent_notice()
    with pytest.raises(NoContactLeft):
        act("next", ana, notice)
    assert states() == [("host", "sent")]
    Notice.objects.update(state="bounced", waiting=True, ended_at=NOW, due_at=None)
    with pytest.raises(NoContactLeft):
        act("next", ana, notice)
    contact("domain", "example.org", OWNER)
    assert act("next", ana, notice).waiting is False
    assert states() == [("host", "bounced"), ("owner", "planned")]
    assert run(3 * HOUR) == 1
    assert sink.letters[-1].recipients == [OWNER]


def test_every_act_in_every_state_is_done_or_refused(sink: SmtpSink, ana: User) -> None:
    contact()
    contact("domain", "example.org", OWNER)
    notice = sent_notice()
    for state, what in product(NoticeState.values, [*NoticeAction.values, "burn"]):
        with transaction.atomic():
            Notice.objects.update(
                state=state,
                waiting=state in {"by_hand", "bounced", "exhausted"},
                due_at=NOW + 2 * DAY if state in {"planned", "sent"} else None,
                ended_at=None if state in {"planned", "by_hand", "sent", "answered"} else NOW,
                sent_at=None if state in {"planned", "by_hand"} else NOW,
            )
            notice.refresh_from_db()
            if what in possible_actions(notice):
                act(what, ana, notice)
            else:
                with pytest.raises(WrongState):
                    act(what, ana, notice)
            transaction.set_rollback(True)
