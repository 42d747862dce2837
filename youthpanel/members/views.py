"""Admin views of a member's identity, consents, leaving and erasure, and of due dates."""

from typing import Any

from django.contrib import admin, messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.site import staff_view
from youthpanel.members import consents, retention, selectors, services
from youthpanel.members.exceptions import ErasureLogUnwritable, RecordRefused
from youthpanel.members.forms import ConsentForm, EraseForm, IdentityForm, LeaveForm, add_faults
from youthpanel.members.identity import Identity
from youthpanel.members.view_helpers import CHANGE_MEMBER, VIEW_MEMBER, acting_user
from youthpanel.models import Consent, Member
from youthpanel.permissions import OPEN_IDENTITY

CHANGE = "admin:youthpanel_member_change"
FORM = "staff/youthpanel/members/confirm.html"


@staff_view(VIEW_MEMBER)
@require_safe
def due_dates(request: HttpRequest) -> HttpResponse:
    """Consents that end, birthdays, and the next leavings and erasures."""
    today = localdate()
    context = {
        "consents": selectors.due_consents(today=today),
        "fifteen": selectors.members_turning_15(today=today),
        "eighteen": [
            (member, selectors.leaving_date_by_age(member)) for member in selectors.members_turning_18(today=today)
        ],
        "without": selectors.members_without_consent(today=today)[: selectors.MAX_LISTED],
        "left": [
            (member, retention.erasure_date(member))
            for member in selectors.members_due_for_erasure(left_by=today)[: selectors.MAX_LISTED]
        ],
        "ahead": selectors.DUE_PERIOD.days,
        "may_change": has_role_permission(request.user, CHANGE_MEMBER),
    }
    return _page(request, "staff/youthpanel/members/due.html", _("What is due in the panel"), context)


@staff_view(CHANGE_MEMBER, OPEN_IDENTITY)
@require_POST
def open_identity(request: HttpRequest, member_id: int) -> HttpResponse:
    """Show the identity of a member once; this is audited."""
    member = _known(member_id)
    try:
        identity = selectors.read_identity(member, acting_user(request), now=timezone.now())
    except SealError:
        messages.error(
            request, _("The name cannot be opened here: the keys of the panel are not at hand. Nothing else is wrong.")
        )
        return redirect(CHANGE, member_id)
    typed = {name: getattr(identity, name) for name in Identity.__slots__}
    form = IdentityForm(initial={**typed, "birth_year": member.birth_year, "birth_month": member.birth_month})
    return _identity_page(request, member, form, identity=identity)


@staff_view(CHANGE_MEMBER, OPEN_IDENTITY)
@require_POST
def change_identity(request: HttpRequest, member_id: int) -> HttpResponse:
    """Replace the identity of a member."""
    member, form = _known(member_id), IdentityForm(request.POST)
    if form.is_valid():
        try:
            services.replace_identity(
                member=member,
                identity=form.identity(),
                year=form.cleaned_data["birth_year"],
                month=form.cleaned_data["birth_month"],
                actor=acting_user(request),
                now=timezone.now(),
            )
        except RecordRefused as refused:
            add_faults(form, refused)
        else:
            messages.success(request, _("The name and contacts were sealed."))
            return redirect(CHANGE, member_id)
    return _identity_page(request, member, form, status=422)


@staff_view(CHANGE_MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def give_consent(request: HttpRequest, member_id: int) -> HttpResponse:
    """Record a consent."""
    member = _known(member_id)
    form = ConsentForm(request.POST or None, initial={"scope": request.GET.get("scope"), "given_on": localdate()})
    if request.method == "POST":
        form = ConsentForm(request.POST)
        if form.is_valid():
            try:
                consents.give_consent(
                    member=member, draft=form.draft(member), actor=acting_user(request), now=timezone.now()
                )
            except RecordRefused as refused:
                add_faults(form, refused)
            else:
                messages.success(request, _("The consent was recorded."))
                return redirect(CHANGE, member_id)
    said = _("Who gives it follows from the age on that day: a guardian under 15, from 15 on the member. A consent for the same that was given before ends on the day of this one.")  # fmt: skip
    return _form_page(request, member, form, _("Record a consent"), said=said, act=_("Record it"))


@staff_view(CHANGE_MEMBER)
@require_POST
def withdraw_consent(request: HttpRequest, member_id: int, consent_id: int) -> HttpResponse:
    """Withdraw a consent."""
    consent = get_object_or_404(Consent.objects.select_related("member"), pk=consent_id, member=member_id)
    try:
        consents.withdraw_consent(consent=consent, actor=acting_user(request), now=timezone.now())
    except RecordRefused as refused:
        messages.error(request, str(refused.faults[0].message))
    else:
        messages.success(request, _("The consent was withdrawn. It holds no more from this moment on."))
    return redirect(CHANGE, member_id)


@staff_view(CHANGE_MEMBER)
@require_POST
def record_consent_reminder(request: HttpRequest, member_id: int, consent_id: int) -> HttpResponse:
    """Record that the family was reminded today."""
    consent = get_object_or_404(Consent.objects.select_related("member"), pk=consent_id, member=member_id)
    consents.record_reminder(consent=consent, actor=acting_user(request), now=timezone.now())
    return redirect("admin:youthpanel-due-dates")


@staff_view(CHANGE_MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, member_id: int) -> HttpResponse:
    """Record the leaving of a member."""
    member = _known(member_id)
    form = LeaveForm(initial={"left_on": localdate()})
    if request.method == "POST":
        form = LeaveForm(request.POST)
        if form.is_valid():
            try:
                services.record_leaving(
                    member=member, on=form.cleaned_data["left_on"], actor=acting_user(request), now=timezone.now()
                )
            except RecordRefused as refused:
                add_faults(form, refused)
            else:
                messages.success(request, _("Recorded. Codes and sessions of this member have ended."))
                return redirect(CHANGE, member_id)
    said = ngettext(
        "%(days)d day later the name and contacts are forgotten for good. Until then this can be undone.",
        "%(days)d days later the name and contacts are forgotten for good. Until then this can be undone.",
        retention.retention_days(),
    ) % {"days": retention.retention_days()}
    return _form_page(request, member, form, _("Leaves the panel"), said=said, act=_("Record it"))


@staff_view(CHANGE_MEMBER)
@require_POST
def come_back(request: HttpRequest, member_id: int) -> HttpResponse:
    """Undo the leaving."""
    services.undo_leaving(member=_known(member_id), actor=acting_user(request), now=timezone.now())
    messages.success(request, _("This member is in the panel again."))
    return redirect(CHANGE, member_id)


@staff_view(CHANGE_MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, member_id: int) -> HttpResponse:
    """Ask for confirmation, then erase."""
    member, form = _known(member_id), EraseForm()
    if request.method == "POST":
        form = EraseForm(request.POST)
        if form.is_valid():
            try:
                services.erase_member(member, acting_user(request), timezone.now())
            except ErasureLogUnwritable:
                form.add_error(
                    None, _("Nothing was erased: the list of erasures cannot be written. Tell whoever runs the system.")
                )
            except SealError:
                form.add_error(None, _("Nothing was erased: the keys of the panel are not at hand, so the name could not be looked for in texts."))  # fmt: skip
            else:
                messages.success(request, _("Forgotten. What is left is a number, under which all figures stay."))
                return redirect("admin:youthpanel_member_changelist")
    said = _("Name, contacts, pseudonym, codes and photographs that show this member go at once and for good, and the name is taken out of every text. Attendance, ideas and answers stay, as those of a number.")  # fmt: skip
    return _form_page(request, member, form, _("Forget this member"), said=said, act=_("Forget for good"), danger=True)


def _known(member_id: int) -> Member:
    return get_object_or_404(Member.objects.select_related("cohort", "school"), pk=member_id, erased_at=None)


def _identity_page(
    request: HttpRequest, member: Member, form: IdentityForm, *, identity: Identity | None = None, status: int = 200
) -> HttpResponse:
    context = {"member": member, "form": form, "identity": identity}
    return _page(request, "staff/youthpanel/members/identity.html", _("Who this is"), context, status=status)


def _form_page(
    request: HttpRequest, member: Member, form: BaseForm, title: str, *, said: str, act: str, danger: bool = False
) -> HttpResponse:
    context = {"member": member, "form": form, "said": said, "act": act, "danger": danger}
    return _page(request, FORM, title, context, status=422 if form.errors else 200)


def _page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, **context}
    return render(request, template, context, status=status)
