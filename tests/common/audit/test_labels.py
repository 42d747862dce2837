"""Every audit event has a sentence in words."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from awareness.events.enums import BookingState
from clicksafely import urls  # noqa: F401 - the admin of each app registers its sentences
from clicksafely.common.alerts.models import AlertState
from clicksafely.common.audit.labels import ACTS, describe
from clicksafely.common.models import AuditEvent
from hotline.models import ReferralState
from youthpanel.states import ConsultationState

_LITERAL = re.compile(r'(?:action=|AuditEntry\(\s*)"([a-z_]+(?:\.[a-z_]+)+)"')

# Actions that end with the new state.
_STATES = {
    "alert": set(AlertState) - {AlertState.OPEN},
    "booking": set(BookingState),
    "consultation": set(ConsultationState) - {ConsultationState.DRAFT},
    "referral": {ReferralState.SENT, ReferralState.FAILED, ReferralState.WITHDRAWN},
}

pytestmark = pytest.mark.texts


def recorded_actions() -> set[str]:
    """Return the action codes in the source."""
    found = {f"{subject}.{state}" for subject, states in _STATES.items() for state in states}
    for package in ("clicksafely", "awareness", "hotline", "youthpanel"):
        for path in (settings.BASE_DIR / package).rglob("*.py"):
            found |= set(_LITERAL.findall(path.read_text()))
    return found


@pytest.mark.parametrize("language", ["sr", "en"])
def test_no_action_is_shown_as_a_code(language: str) -> None:
    actions = recorded_actions()
    assert len(actions) > 100
    with translation.override(language):
        sentences = {action: describe(AuditEvent(action=action, subject_table="", data={})) for action in actions}
    composed = {
        action for action, sentence in sentences.items() if action.rpartition(".")[2] in ACTS and ":" in sentence
    }
    unknown = {
        action
        for action, sentence in sentences.items()
        if "_" in sentence or sentence == action or (language == "sr" and action not in composed and sentence.isascii())
    }
    assert unknown == set()


def test_a_sentence_names_the_kind_of_its_subject() -> None:
    with translation.override("en"):
        assert describe(AuditEvent(action="booking.changed", subject_table="events_booking")) == "Booking: changed"
        assert describe(AuditEvent(action="topics.topic.published", subject_table="topics_topic")) == "Topic: published"
        assert describe(AuditEvent(action="backup.created", subject_table="")) == "Backup: created"
        assert describe(AuditEvent(action="strange_thing.was_done", subject_table="")) == "Strange thing: was done"
