"""The menu of the staff site: every page with which a role begins, in groups."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.common.permissions import role_permissions_of


class MenuEntry(NamedTuple):
    """A link for accounts with `permission`; with `instead_of` only if they lack that permission.

    `target` is a model (`app.Model`), or the name of a URL below `admin:` with its `label`. The list of a model has its
    plural name and needs the permission to view it. `pages` are the paths, below the staff site, of its pages elsewhere.
    """

    target: str
    label: str | Promise = ""
    permission: str = ""
    instead_of: str = ""
    pages: tuple[str, ...] = ()

    @property
    def needed_permission(self) -> str:
        """The permission to see it; empty for pages that have no permission of their own."""
        app_label, _dot, model = self.target.partition(".")
        return self.permission or (f"{app_label}.view_{model.lower()}" if model else "")


class MenuGroup(NamedTuple):
    """A heading of the menu and its entries."""

    heading: str | Promise
    entries: Sequence[MenuEntry]


class MenuLink(NamedTuple):
    """A link as one role sees it in one language. `target` is that of its entry, `pages` are URLs."""

    target: str
    label: str
    url: str
    pages: tuple[str, ...] = ()


MENU: Final = (
    MenuGroup(
        _("Cases"),
        (
            MenuEntry(
                "hotline-my-work",
                _("My work"),
                "hotline.work_case",
                pages=("hotline/enter/", "hotline/closings/"),
            ),
            MenuEntry("hotline-enter-report", _("Enter a report"), "hotline.enter_report", "hotline.work_case"),
            MenuEntry("hotline.Report", pages=("hotline/case/",)),
            MenuEntry("hotline.IncomingMail"),
            MenuEntry("hotline.ContentItem", pages=("hotline/address/",)),
            MenuEntry("hotline.Complaint", pages=("hotline/complaints/",)),
        ),
    ),
    MenuGroup(
        pgettext_lazy("sections", "Handing over"),
        (
            MenuEntry("hotline.Referral"),
            MenuEntry("hotline.Notice", pages=("hotline/notices/",)),
            MenuEntry("hotline.PolicePackage", pages=("hotline/police/",)),
            MenuEntry("hotline.IccamReport"),
            MenuEntry("hotline.AvailabilityCheck"),
            MenuEntry("hotline.OutgoingMail"),
        ),
    ),
    MenuGroup(
        pgettext_lazy("sections", "Triage"),
        (
            MenuEntry("hotline.Host"),
            MenuEntry("hotline.HashList", pages=("hotline/hash-lists/",)),
            MenuEntry("hotline.HashMatch"),
            MenuEntry("hotline.TriageRule"),
            MenuEntry("hotline.SiteTypeRule"),
        ),
    ),
    MenuGroup(
        pgettext_lazy("sections", "Recipients and rules"),
        (
            MenuEntry("hotline.AbuseContact"),
            MenuEntry("hotline.NoticeTemplate"),
            MenuEntry("hotline.ReportPageText"),
            MenuEntry("hotline.NonSendingDay"),
            MenuEntry("hotline.RoutingRule"),
            MenuEntry("hotline.PoliceRecipient"),
            MenuEntry("hotline.PartnerHotline"),
            MenuEntry("hotline.Partner"),
            MenuEntry("hotline.ComplaintDeadlines"),
        ),
    ),
    MenuGroup(
        pgettext_lazy("sections", "Retention"),
        (
            MenuEntry("hotline-purge-preview", _("Scheduled erasures"), "hotline.view_retentionrule"),
            MenuEntry("hotline.RetentionRule"),
            MenuEntry("hotline.LegalHold"),
        ),
    ),
    MenuGroup(
        _("Alerts"),
        (
            MenuEntry("alerts-roster", _("Duty roster"), "alerts.view_alert"),
            MenuEntry("alerts-history", _("History of alerts"), "alerts.view_alert"),
        ),
    ),
    MenuGroup(
        pgettext_lazy("sections", "Supervision"),
        (
            MenuEntry("hotline-dashboard", _("Hotline performance"), "hotline.view_performance"),
            MenuEntry("hotline-welfare", _("Welfare"), "hotline.view_welfare_statistics"),
            MenuEntry("hotline-statistics-exports", _("Exports"), "hotline.export_statistics"),
            MenuEntry("hotline.Closing"),
            MenuEntry("hotline.ReviewSettings"),
            MenuEntry("common.FailedTask"),
            MenuEntry("common.AuditEvent"),
            MenuEntry("audit-openings", _("Openings"), "common.view_auditevent"),
            MenuEntry("audit-verification", _("Chain verification"), "common.view_auditverification"),
            MenuEntry("account-recoveries", _("Recovery of accounts"), "accounts.request_recovery"),
        ),
    ),
    MenuGroup(
        pgettext_lazy("sections", "Site content"),
        (
            MenuEntry("topics.Topic"),
            MenuEntry("pages.FixedPage"),
            MenuEntry("news.Article"),
            MenuEntry("news-pictures", _("Pictures"), "news.view_article"),
            MenuEntry("library.Resource"),
            MenuEntry("quizzes.Quiz"),
            MenuEntry("quizzes.Question"),
            MenuEntry("games.Game"),
            MenuEntry("source-checks", _("Checks of sources"), "topics.change_topic"),
        ),
    ),
    MenuGroup(
        _("Events"),
        (
            MenuEntry("events-overview", pgettext_lazy("sections", "Events overview"), "events.view_booking"),
            MenuEntry("events-calendar", _("Calendar"), "events.view_booking"),
            MenuEntry("events.Event"),
            MenuEntry("events.EventDate", pages=("events/dates/",)),
            MenuEntry("events.Booking", pages=("events/bookings/",)),
            MenuEntry("events.VisitRequest", pages=("events/visits/",)),
            MenuEntry("events.Series"),
        ),
    ),
    MenuGroup(
        pgettext_lazy("sections", "Help and contacts"),
        (
            MenuEntry("topics.HelpLine"),
            MenuEntry("topics.RemovalService"),
            MenuEntry("pages.ContactPoint"),
            MenuEntry("pages.Partner"),
            MenuEntry("search.SynonymGroup"),
        ),
    ),
    MenuGroup(
        _("Youth panel"),
        (
            MenuEntry("youthpanel-due-dates", _("Due dates"), "youthpanel.view_member"),
            MenuEntry("youthpanel.Member", pages=("youthpanel/members/",)),
            MenuEntry("youthpanel.Cohort", pages=("youthpanel/cohorts/",)),
            MenuEntry("youthpanel.School"),
            MenuEntry("youthpanel-invitation-codes", _("Printed codes"), "youthpanel.change_member"),
            MenuEntry("youthpanel-slip-replacements", _("Slips to approve"), "youthpanel.approve_slip"),
            MenuEntry("youthpanel.Meeting", pages=("youthpanel/meetings/",)),
            MenuEntry("youthpanel-safeguarding", _("Safeguarding notes"), "youthpanel.open_safeguardingnote"),
            MenuEntry("youthpanel-safeguarding-add", _("New safeguarding note"), "youthpanel.add_safeguardingnote"),
        ),
    ),
    MenuGroup(
        pgettext_lazy("sections", "Consultations and White Papers"),
        (
            MenuEntry("youthpanel.Consultation", pages=("youthpanel/consultations/",)),
            MenuEntry("youthpanel-moderation", _("Awaiting review"), "youthpanel.change_idea"),
            MenuEntry("youthpanel.Recommendation"),
            MenuEntry("youthpanel.Response", pages=("youthpanel/letter/",)),
            MenuEntry("youthpanel.WhitePaper"),
            MenuEntry("youthpanel.Edition"),
            MenuEntry("youthpanel.Handover"),
        ),
    ),
)
# Not permissions: administrators manage accounts and have no other access.
ADMINISTRATION: Final = MenuGroup(
    _("Administration"),
    (
        MenuEntry("accounts.User"),
        MenuEntry("auth.Group"),
        MenuEntry("account-recoveries", _("Recovery of accounts")),
        MenuEntry("alerts-hosts", _("Permitted hosts of webhooks")),
    ),
)


def own_links() -> list[MenuLink]:
    """Return the pages that every account has: the home page and the own jobs."""
    return [_draw(MenuEntry("index", _("Home"))), _draw(MenuEntry("my-jobs", _("My jobs")))]


def menu_entries(user: AbstractBaseUser | AnonymousUser) -> list[MenuLink]:
    """Return all links in the menu of `user`, in order."""
    groups = permitted_groups(role_permissions_of(user), False, get_language() or "")
    return [link for _heading, links in groups for link in links]


def groups_for(user: Any) -> Sequence[tuple[str, Sequence[MenuLink]]]:
    """Return the menu of an account in the active language."""
    return permitted_groups(role_permissions_of(user), user.is_superuser, get_language() or "")


@lru_cache(maxsize=64)
def permitted_groups(
    permissions: frozenset[str], administers: bool, language: str
) -> Sequence[tuple[str, Sequence[MenuLink]]]:
    """Return the menu in the active `language`: headings with their links, the same for all users with these permissions."""
    groups = [(group.heading, [link for e in group.entries if (link := _link(e, permissions))]) for group in MENU]
    if administers:
        groups.append((ADMINISTRATION.heading, [_draw(entry) for entry in ADMINISTRATION.entries]))
    return tuple((str(heading), tuple(links)) for heading, links in groups if links)


def _link(entry: MenuEntry, permissions: frozenset[str]) -> MenuLink | None:
    if entry.needed_permission not in permissions or entry.instead_of in permissions:
        return None
    return _draw(entry)


def _draw(entry: MenuEntry) -> MenuLink:
    pages = tuple(reverse("admin:index") + path for path in entry.pages)
    if "." not in entry.target:
        return MenuLink(entry.target, str(entry.label), reverse(f"admin:{entry.target}"), pages)
    options = apps.get_model(entry.target)._meta
    url = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return MenuLink(entry.target, capfirst(str(options.verbose_name_plural)), url, pages)
