"""The table of endings: the statements of each text about the end of a report, and their conditions."""

from collections.abc import Set
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.intake.status_messages import HOST, PARTNER, Claim, StatusMessage
from hotline.lifecycle.review_dates import UNNAMED
from hotline.models import ActionKind
from hotline.models.routing import REFERRAL_CHANNELS
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, Outcome, ReportState

_ACTIONS = frozenset({UNNAMED, *(channel.action for channel in REFERRAL_CHANNELS.values())})
_BY_RECIPIENT: dict[frozenset[str], Claim] = {
    frozenset({ActionKind.HOST}): Claim.TO_HOST,
    frozenset({ActionKind.PARTNER}): Claim.TO_PARTNER,
}
_BY_STATE = {
    ReportState.SPAM: Claim.SPAM,
    ReportState.OUTSIDE_REMIT: Claim.OUTSIDE_REMIT,
    ReportState.CANNOT_ASSESS: Claim.CANNOT_ASSESS,
}


@dataclass(frozen=True)
class EndTrail:
    """The trail of the end of a report, with its state and outcome.

    `kinds` are the kinds of actions about its content. `is_opened`: a person opened it. `is_assessed`: a person
    assessed its content.
    """

    state: str
    outcome: str
    kinds: frozenset[str]
    is_opened: bool
    is_assessed: bool

    @property
    def claims(self) -> frozenset[Claim]:
        """Everything that a text may state about this end."""
        found = {Claim.CLOSED, Claim.OPENED if self.is_opened else Claim.UNOPENED}
        if self.is_opened or self.is_assessed:
            found.add(Claim.EXAMINED)
        if self.state in CLOSED_WITHOUT_ASSESSMENT:
            found.add(Claim.UNASSESSED)
            found |= {claim for state, claim in _BY_STATE.items() if state == self.state}
        elif self.outcome == Outcome.REFERRED:
            if self.kinds & _ACTIONS:
                # A recipient is named only if it is the only one: the police are never named.
                found |= {Claim.ACTED, _BY_RECIPIENT.get(self.kinds, Claim.ACTED)}
        elif self.outcome:
            found.add(Claim[Outcome(self.outcome).name])
        if self.is_assessed and Claim.UNASSESSED not in found:
            found.add(Claim.ASSESSED)
        return frozenset(found)


def _of(*claims: Claim) -> frozenset[Claim]:
    return frozenset({Claim.CLOSED, *claims})


REMOVED = StatusMessage(
    pgettext_lazy("report status", "Removed"),
    _("The content is no longer at the address you reported, so we closed the report. Thank you for your "
        "help. If it appears again, write to us here."),
    pgettext_lazy("to a child", "It is no longer where you told us, so we closed your report. Thank you for telling us. If it "
        "appears again, write to us here."),
    claims=_of(Claim.REMOVED),
)  # fmt: skip
UNAVAILABLE = StatusMessage(
    pgettext_lazy("report status", "No longer available"),
    _("When we checked, the content could not be reached, so there is nothing to remove now. If it comes back, write to us here."),
    pgettext_lazy("to a child",
        "When we checked, it was no longer there, so there is nothing to remove now. If it comes back, write to us here."),
    claims=_of(Claim.UNAVAILABLE),
)  # fmt: skip
MOVED = StatusMessage(
    pgettext_lazy("report status", "Moved"),
    _("The content is no longer at the address you reported: it moved. If you find it somewhere else, write us the address here."),
    pgettext_lazy("to a child",
        "It is no longer where you told us: it moved somewhere else. If you find it somewhere else, write us the link here."),
    claims=_of(Claim.MOVED),
)  # fmt: skip
NOT_ILLEGAL = StatusMessage(
    pgettext_lazy("report status", "Not against the law"),
    _("We assessed the content. It may be ugly, but it does not break the law, so we cannot request its "
        "removal. You can report it to the platform under its own rules. If you think that we are wrong, "
        "write to us below. If it hurts you, the helplines below can help."),
    pgettext_lazy("to a child",
        "We assessed it. It may be ugly and it may hurt, but it does not break the law, so we cannot have it "
        "removed. You can report it in the app itself. If you think that we are wrong, write to us below. "
        "Talk to an adult you trust, or call one of the numbers below for help."),
    needs_help_lines=True,
    claims=_of(Claim.ASSESSED, Claim.NOT_ILLEGAL),
)  # fmt: skip
OUTSIDE_REMIT = StatusMessage(
    pgettext_lazy("report status", "Outside our remit"),
    _("We cannot act on this report. We deal with illegal content on the internet, and this is something "
        "else, such as fraud, a stolen account or a quarrel. Contact the police about fraud and threats, and "
        "the platform about an account. If it weighs on you, the helplines below can help."),
    pgettext_lazy("to a child",
        "We cannot work on this. We deal with things on the internet that are against the law, and this is "
        "something else. It still matters. Tell an adult you trust, report it in the app itself, or call one of the numbers below."),
    needs_help_lines=True,
    claims=_of(Claim.EXAMINED, Claim.OUTSIDE_REMIT),
)  # fmt: skip
CANNOT_ASSESS = StatusMessage(
    pgettext_lazy("report status", "Could not be checked"),
    _("We could not find or open the content. If you have its exact address, send it in a message below "
        "and we will check again. You can also report it to the app or site itself."),
    pgettext_lazy("to a child",
        "We could not find it. If you have the link, or the name of the profile and the app, write it to us "
        "below and we will check again. You can also report it in the app itself. If it weighs on you, call "
        "one of the numbers below."),
    needs_help_lines=True,
    claims=_of(Claim.EXAMINED, Claim.CANNOT_ASSESS),
)  # fmt: skip
NOT_PURSUED = StatusMessage(
    pgettext_lazy("report status", "Not pursued"),
    _("We closed this report without action because it looked like advertising or a test. If we are wrong, "
        "write to us below and an analyst will read your message. You can also report content to the app or "
        "site itself. If anyone is in danger, call the police."),
    pgettext_lazy("to a child",
        "We closed this report without action because it looked like advertising or a test. If we are wrong, "
        "write to us below and a member of our team will read your message. If someone bothers you, you can "
        "report it in the app itself, tell an adult you trust, or call one of the numbers below."),
    needs_help_lines=True,
    claims=_of(Claim.OPENED, Claim.UNASSESSED, Claim.SPAM),
)  # fmt: skip
CLOSED_UNOPENED = StatusMessage(
    pgettext_lazy("report status", "Closed without assessment"),
    _("We closed this report without assessment: no analyst has opened it. It may still be important. If "
        "it must be checked, write to us below and an analyst will read your message. You can also report "
        "content to the app or site itself. If anyone is in danger, call the police."),
    pgettext_lazy("to a child",
        "We closed this report, and no member of our team has opened it. It may still be important. Write to "
        "us below and a member of our team will read your message. If someone bothers you, you can report it "
        "in the app itself, tell an adult you trust, or call one of the numbers below."),
    needs_help_lines=True,
    claims=_of(Claim.UNOPENED, Claim.UNASSESSED),
)  # fmt: skip
CLOSED_UNASSESSED = StatusMessage(
    pgettext_lazy("report status", "Closed without assessment"),
    _("We closed this report without assessment. If it must be checked, write to us below and an analyst "
        "will read your message. You can also report content to the app or site itself. If anyone is in danger, call the police."),
    pgettext_lazy("to a child",
        "We closed this report without assessing it. If it is still there or something new happens, write to "
        "us below and a member of our team will read your message. If someone bothers you, you can report it "
        "in the app itself, tell an adult you trust, or call one of the numbers below."),
    needs_help_lines=True,
    claims=_of(Claim.UNASSESSED),
)  # fmt: skip
ACTED = StatusMessage(
    pgettext_lazy("report status", "Closed"),
    _("We assessed the content, took action and closed your report. Thank you. To protect the people "
        "concerned, we do not describe every step. If you notice something new, write to us here."),
    pgettext_lazy("to a child",
        "We assessed what you told us about, took action and closed your report. Thank you. To protect you "
        "and others, we do not describe every step. If something new happens, write to us here."),
    claims=_of(Claim.ASSESSED, Claim.ACTED),
)  # fmt: skip
CLOSED = StatusMessage(
    pgettext_lazy("report status", "Closed"),
    _("Your report is closed. If you notice something new, write to us here."),
    pgettext_lazy("to a child", "Your report is closed. If something new happens, or you want to ask something, write to us here."),
    claims=_of(),
)  # fmt: skip

# The first text applies whose claims the trail proves. The last one states only that the report is closed.
ENDINGS = (
    PARTNER,
    HOST,
    ACTED,
    REMOVED,
    UNAVAILABLE,
    MOVED,
    NOT_ILLEGAL,
    OUTSIDE_REMIT,
    CANNOT_ASSESS,
    NOT_PURSUED,
    CLOSED_UNOPENED,
    CLOSED_UNASSESSED,
    CLOSED,
)


def ending_for(claims: Set[Claim]) -> StatusMessage:
    """Return the text about an end whose trail proves `claims`."""
    return next(message for message in ENDINGS if message.claims <= claims)
