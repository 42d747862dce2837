"""The menu of the staff site."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from django import template
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.common.permissions import role_permissions_of

register = template.Library()


class MenuEntry(NamedTuple):
    """A link to the page `admin:url_name`, for accounts with `duty`; with `instead_of` only where they lack that duty."""

    duty: str
    label: str | Promise
    url_name: str
    instead_of: str = ""


# The daily work, in the bar.
MAIN_ENTRIES: Final = (
    MenuEntry("hotline.work_case", _("Desk"), "hotline-desk"),
    MenuEntry("hotline.enter_report", _("Enter a report"), "hotline-enter-report", instead_of="hotline.work_case"),
    MenuEntry("hotline.view_report", _("Cases"), "hotline_report_changelist"),
    MenuEntry("hotline.view_incomingmail", _("Mail"), "hotline_incomingmail_changelist"),
    MenuEntry("hotline.view_contentitem", _("Content"), "hotline_contentitem_changelist"),
    MenuEntry("events.view_booking", pgettext_lazy("sections", "Overview"), "events-overview"),
    MenuEntry("events.view_booking", _("Events"), "events_event_changelist"),
    MenuEntry("events.view_booking", _("Bookings"), "events_booking_changelist"),
    MenuEntry("youthpanel.open_incidentnote", _("Incident notes"), "youthpanel-incidents"),
)
# The rest, one disclosure away: (heading, entries).
GROUPED_ENTRIES: Final[Sequence[tuple[str | Promise, Sequence[MenuEntry]]]] = (
    (
        _("Events"),
        (
            MenuEntry("events.view_booking", _("Calendar"), "events-calendar"),
            MenuEntry("events.view_booking", _("Series of events"), "events_series_changelist"),
        ),
    ),
    (
        _("Youth panel"),
        (
            MenuEntry("youthpanel.view_member", _("Members"), "youthpanel_member_changelist"),
            MenuEntry("youthpanel.change_member", _("Codes on paper"), "youthpanel-invitation-codes"),
            MenuEntry("youthpanel.view_member", _("What is due"), "youthpanel-due-dates"),
            MenuEntry("youthpanel.view_meeting", pgettext_lazy("panel", "Meetings"), "youthpanel_meeting_changelist"),
            MenuEntry("youthpanel.add_incidentnote", _("Note of an incident"), "youthpanel-incident-add"),
            MenuEntry("youthpanel.view_consultation", _("Consultations"), "youthpanel_consultation_changelist"),
            MenuEntry("youthpanel.change_idea", _("Waiting to be read"), "youthpanel-moderation"),
            MenuEntry("youthpanel.view_recommendation", _("Recommendations"), "youthpanel_recommendation_changelist"),
            MenuEntry("youthpanel.view_whitepaper", _("White Papers"), "youthpanel_whitepaper_changelist"),
        ),
    ),
    (
        pgettext_lazy("sections", "Triage"),
        (
            MenuEntry("hotline.view_host", _("Hosts"), "hotline_host_changelist"),
            MenuEntry("hotline.view_abusecontact", _("Abuse contacts"), "hotline_abusecontact_changelist"),
            MenuEntry("hotline.view_sitetyperule", _("Hints at kinds of sites"), "hotline_sitetyperule_changelist"),
            MenuEntry("hotline.view_hashlist", _("Hash lists"), "hotline_hashlist_changelist"),
            MenuEntry("hotline.view_hashmatch", _("Hash matches"), "hotline_hashmatch_changelist"),
            MenuEntry("hotline.view_triagerule", _("Rules"), "hotline_triagerule_changelist"),
        ),
    ),
    (
        pgettext_lazy("sections", "Handing over"),
        (
            MenuEntry("hotline.view_referral", _("Hand-overs"), "hotline_referral_changelist"),
            MenuEntry("hotline.view_iccamreport", _("ICCAM"), "hotline_iccamreport_changelist"),
            MenuEntry("hotline.view_availabilitycheck", _("Watched content"), "hotline_availabilitycheck_changelist"),
            MenuEntry("hotline.view_policepackage", _("Packages for the police"), "hotline_policepackage_changelist"),
            MenuEntry(
                "hotline.view_policerecipient", _("Recipients at the police"), "hotline_policerecipient_changelist"
            ),
            MenuEntry("hotline.view_notice", _("Notices"), "hotline_notice_changelist"),
            MenuEntry("hotline.view_noticetemplate", _("Wording of notices"), "hotline_noticetemplate_changelist"),
            MenuEntry("hotline.view_nonsendingday", _("Days without notices"), "hotline_nonsendingday_changelist"),
            MenuEntry("hotline.view_routingrule", _("Routing"), "hotline_routingrule_changelist"),
            MenuEntry("hotline.view_partnerhotline", _("Partner hotlines"), "hotline_partnerhotline_changelist"),
        ),
    ),
    (
        pgettext_lazy("sections", "Exchange"),
        (
            MenuEntry("hotline.view_partner", _("Partners"), "hotline_partner_changelist"),
            MenuEntry("hotline.view_outgoingmail", _("Outgoing e-mail"), "hotline_outgoingmail_changelist"),
        ),
    ),
    (
        pgettext_lazy("sections", "Complaints and retention"),
        (
            MenuEntry("hotline.view_complaint", _("Complaints"), "hotline_complaint_changelist"),
            MenuEntry(
                "hotline.view_complaintdeadlines", _("Deadlines of complaints"), "hotline_complaintdeadlines_changelist"
            ),
            MenuEntry("hotline.view_retentionrule", _("What will be erased"), "hotline-purge-preview"),
            MenuEntry("hotline.view_retentionrule", _("Retention rules"), "hotline_retentionrule_changelist"),
            MenuEntry("hotline.view_legalhold", _("Legal holds"), "hotline_legalhold_changelist"),
        ),
    ),
    (
        pgettext_lazy("sections", "Supervision"),
        (
            MenuEntry("common.view_failedtask", _("Failed tasks"), "common_failedtask_changelist"),
            MenuEntry("hotline.view_closing", _("Closings without assessment"), "hotline_closing_changelist"),
            MenuEntry("hotline.view_performance", _("How we are doing"), "hotline-dashboard"),
            MenuEntry("hotline.export_statistics", _("Exports"), "hotline-statistics-exports"),
            MenuEntry("hotline.view_welfare_statistics", _("Welfare"), "hotline-welfare"),
            MenuEntry("common.view_auditevent", _("Audit trail"), "common_auditevent_changelist"),
        ),
    ),
)
# Not duties: administrators manage accounts, and nothing else follows from that.
ADMINISTRATION: Final = (
    (_("Accounts"), "accounts_user_changelist"),
    (_("Roles"), "auth_group_changelist"),
    (_("Authenticator apps"), "otp_totp_totpdevice_changelist"),
    (_("Recovery codes"), "otp_static_staticdevice_changelist"),
)

type Links = list[tuple[str, str]]


@register.simple_tag(takes_context=True)
def sections(context: RequestContext) -> SafeString:
    """The links that the duties of the user open, with the shown page marked."""
    request = context["request"]
    page = f'<a href="{escape(request.path)}"'
    drawn = _drawn(role_permissions_of(request.user), request.user.is_superuser, get_language() or "")
    return mark_safe(drawn.replace(f"{page}>", f'{page} aria-current="page">', 1))  # noqa: S308 - escaped, and drawn here


def first_page(user: AbstractBaseUser | AnonymousUser) -> str | None:
    """Return the address of the first page in the menu of `user`, None where the menu is empty."""
    held = role_permissions_of(user)
    links = [
        link
        for entries in (MAIN_ENTRIES, *(entries for _heading, entries in GROUPED_ENTRIES))
        for link in _links(entries, held)
    ]
    return links[0][1] if links else None


@lru_cache(maxsize=64)
def _drawn(duties: frozenset[str], administers: bool, language: str) -> str:
    """The menu in `language`, the active one, for all who hold the same duties: drawn anew it is half of what most pages take."""
    more = [(heading, _links(entries, duties)) for heading, entries in GROUPED_ENTRIES]
    if administers:
        more.append((_("Administration"), [(str(label), reverse(f"admin:{name}")) for label, name in ADMINISTRATION]))
    context = {"bar": _links(MAIN_ENTRIES, duties), "more": [(heading, links) for heading, links in more if links]}
    return render_to_string("staff/sections.html", context)


def _links(entries: Sequence[MenuEntry], duties: frozenset[str]) -> Links:
    return [
        (str(entry.label), reverse(f"admin:{entry.url_name}"))
        for entry in entries
        if entry.duty in duties and entry.instead_of not in duties
    ]
