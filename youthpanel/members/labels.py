"""Labels of the events in a member's timeline, of consent states, and of the effects of a withdrawal."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from youthpanel.members.consent_validity import consent_end, is_consent_valid
from youthpanel.models import Consent, ConsentScope, Member

DONE: Final[Mapping[str, Promise]] = {
    "member.added": gettext_lazy("admitted to the panel"),
    "member.changed": gettext_lazy("record changed"),
    "member.left": gettext_lazy("left the panel"),
    "member.leaving_undone": gettext_lazy("departure undone"),
    "member.erased": gettext_lazy("personal data erased"),
    "identity.opened": gettext_lazy("name opened"),
    "identity.changed": gettext_lazy("name or contacts changed"),
    "consent.given": gettext_lazy("consent recorded"),
    "consent.renewed": gettext_lazy("consent renewed"),
    "consent.withdrawn": gettext_lazy("consent withdrawn"),
    "consent.reminded": gettext_lazy("reminded of a consent"),
    "code.made": gettext_lazy("code on paper created"),
    "code.approved": gettext_lazy("new slip approved"),
    "personal_data.exported": gettext_lazy("informed about stored data"),
    "personal_data.erasure_requested": gettext_lazy("requested erasure"),
    "code.revoked": gettext_lazy("access revoked: code and sessions ended"),
}


# What happens at once when a consent is withdrawn.
WITHDRAWAL_EFFECTS: Final[Mapping[ConsentScope, Promise]] = {
    ConsentScope.MEMBERSHIP: gettext_lazy(
        "The slip stops working and the session ends. A new slip needs a new consent and the approval of another person."
    ),
    ConsentScope.ONLINE: gettext_lazy(
        "The slip stops working and the session ends. A new slip needs a new consent and the approval of another person."
    ),
    ConsentScope.PHOTOGRAPH: gettext_lazy("Pictures that show this member are no longer shown to any person."),
    ConsentScope.QUOTATION: gettext_lazy(
        "Words of this member are no longer quoted. White Papers that were already issued stay as they are."
    ),
    ConsentScope.TRAVEL: gettext_lazy("This member no longer travels with the panel."),
}


class TimelineEntry(NamedTuple):
    """One line of the timeline."""

    at: datetime
    what: str
    about: str
    who: str


def timeline_entries(events: Iterable[AuditEvent]) -> list[TimelineEntry]:
    """Return the events of a member with their subject and actor."""
    events = list(events)
    names = dict(User.objects.filter(pk__in={event.actor_id for event in events}).values_list("pk", "username"))
    scopes = dict(ConsentScope.choices)
    return [
        TimelineEntry(
            event.at,
            str(DONE.get(event.action, event.action)),
            str(scopes.get(event.data.get("scope"), "")),
            names.get(event.actor_id, "") if event.actor_id else _("the system"),
        )
        for event in events
    ]


class ConsentLine(NamedTuple):
    """A consent on the page of its member; `css` is the class of its state."""

    consent: Consent
    ends: date
    state: str
    css: str
    open: bool


def consent_lines(member: Member, consents: Iterable[Consent], *, today: date) -> list[ConsentLine]:
    """Each consent with its state today."""
    return [_line(member, consent, today) for consent in consents]


def _line(member: Member, consent: Consent, today: date) -> ConsentLine:
    ends = consent_end(consent, year=member.birth_year, month=member.birth_month)
    if is_consent_valid(consent, member, today):
        return ConsentLine(consent, ends, pgettext("consent", "valid"), "good", consent.withdrawn_on is None)
    if consent.withdrawn_on:
        return ConsentLine(consent, consent.withdrawn_on, pgettext("consent", "withdrawn or renewed"), "", False)
    state = pgettext("consent", "expired") if ends <= today else pgettext("consent", "not valid")
    return ConsentLine(consent, ends, state, "urgent", True)
