"""Staff pages of slips: the list, printing, revocation, approval of replacements, and the list of names."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clicksafely.common.documents.typst import TypstError
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.page_metadata import build_absolute_url
from clicksafely.common.staff.pages import ActionPage, DetailPage, StaffPage
from youthpanel.member_auth import selectors, services
from youthpanel.member_auth.code_sheet_pdf import render_code_sheet
from youthpanel.member_auth.forms import ALL, ApprovalForm, CodeSheetForm
from youthpanel.member_auth.selectors import SlipState
from youthpanel.members.selectors import active_members
from youthpanel.members.views import CHANGE_MEMBER, MemberPage
from youthpanel.models import Cohort, Member
from youthpanel.permissions import APPROVE_SLIP, OPEN_IDENTITY

logger = logging.getLogger(__name__)


def codes_url(cohort_id: int | str) -> str:
    """Return the URL of the codes of a cohort."""
    return f"{reverse('admin:youthpanel-invitation-codes')}?cohort={cohort_id}"


class CodesPage(StaffPage[Cohort | None]):
    """Base of the pages about the slips of the chosen cohort, or of the newest one."""

    permissions: ClassVar[tuple[str, ...]] = (CHANGE_MEMBER,)
    template_name = "staff/youthpanel/member_auth/codes.html"
    title = gettext_lazy("Printed codes")

    def get_object(self) -> Cohort | None:
        self.cohorts = list(Cohort.objects.order_by("-begins_on", "-id"))
        chosen = self.request.POST.get("cohort") or self.request.GET.get("cohort")
        newest = next(iter(self.cohorts), None)
        return next((cohort for cohort in self.cohorts if str(cohort.pk) == chosen), newest)

    def get_url(self) -> str:
        return codes_url(self.object.pk if self.object else "")

    def get_context(self) -> dict[str, Any]:
        cohort = self.object
        holders = selectors.code_holders(cohort, today=localdate(self.now), now=self.now) if cohort else []
        return {
            "cohort": cohort,
            "cohorts": self.cohorts,
            "holders": holders,
            "missing": sum(holder.state == SlipState.NONE and holder.obstacle is None for holder in holders),
            "until": selectors.season_end(cohort, self.now) if cohort else None,
            "tries": selectors.MAX_WRONG_TRIES,
            "form": CodeSheetForm(initial={"cohort": cohort, "language": get_language()}),
        }


class InvitationCodes(CodesPage, DetailPage[Cohort | None]):
    """The members of a cohort with their slips and obstacles."""


class PrintCodeSheet(CodesPage, ActionPage[Cohort | None]):
    """Create slips and return the sheet. The codes are shown only there."""

    def perform(self) -> HttpResponse:
        form = CodeSheetForm(self.request.POST)
        if not form.is_valid():
            return self.render(status=422, form=form)
        cohort = form.cleaned_data["cohort"]
        members = active_members().filter(cohort=cohort)
        if form.cleaned_data["member"]:
            members = members.filter(pk=form.cleaned_data["member"])
        elif form.cleaned_data["members"] != ALL:
            members = selectors.members_without_code(cohort, now=self.now)
        draw = partial(draw_sheet, self.request, language=form.cleaned_data["language"])
        with no_slips_after_errors():
            sheet = services.print_invitations(members=members, draw=draw, actor=self.user, now=self.now)
        return sheet_response(sheet, f"codes-{cohort.slug}-{localdate(self.now)}.pdf")


class RevokeAccess(MemberPage, ActionPage[Member]):
    """Revoke access after a slip or a phone was lost, or pictures were forgotten."""

    def get_url(self) -> str:
        return codes_url(self.object.cohort_id)

    def perform(self) -> None:
        services.revoke_access(member=self.object, actor=self.user, now=self.now)
        words = _("%(member)s: the code no longer works, and the member is signed out.")
        if selectors.members_needing_approval([self.object], now=self.now):
            words = _(
                "%(member)s: the slip is void, and the member is signed out. A second person now approves the new slip under "
                "“Slips to approve”."
            )
        messages.success(self.request, words % {"member": self.object})


class NameList(CodesPage, ActionPage[Cohort | None]):
    """Show the names and pseudonyms of a cohort once, to be printed; this is audited."""

    permissions = (CHANGE_MEMBER, OPEN_IDENTITY)
    template_name = "staff/youthpanel/member_auth/names.html"
    title = gettext_lazy("Names and pseudonyms")

    def perform(self) -> HttpResponse:
        if self.object is None:
            raise Http404
        names = services.read_names(cohort=self.object, actor=self.user, now=self.now)
        return self.render(names=names)


class Replacements(DetailPage[None]):
    """Slips with chosen pictures that are replaced: requested by one person, approved by another."""

    permissions = (APPROVE_SLIP,)
    template_name = "staff/youthpanel/member_auth/replacements.html"
    title = gettext_lazy("Slips to approve")

    def get_url(self) -> str:
        return reverse("admin:youthpanel-slip-replacements")

    def get_context(self) -> dict[str, Any]:
        return {
            "replacements": selectors.requested_replacements(),
            "to_approve": {each.pk for each in selectors.replacements_to_approve(self.user)},
            "form": ApprovalForm(initial={"language": get_language()}),
        }


class ApproveReplacements(Replacements, ActionPage[None]):
    """Approve one replacement or all that the person may, and return the slips."""

    def perform(self) -> HttpResponse:
        form = ApprovalForm(self.request.POST)
        if not form.is_valid():
            return self.render(status=422, form=form)
        members = active_members().filter(slip_replacement__isnull=False)
        if form.cleaned_data["member"]:
            members = members.filter(pk=form.cleaned_data["member"])
        draw = partial(draw_sheet, self.request, language=form.cleaned_data["language"])
        with no_slips_after_errors():
            sheet = services.approve_replacements(members=members, draw=draw, actor=self.user, now=self.now)
        return sheet_response(sheet, f"codes-{localdate(self.now)}.pdf")


def draw_sheet(request: HttpRequest, invitations: list[services.Invitation], language: str) -> bytes:
    """Return the PDF of slips in a language of LANGUAGES. Raises TypstError."""
    # Not reversed: the staff process has no public URLs if it runs separately.
    way_in = build_absolute_url(request, f"/{language}/youth-panel/join/")
    return render_code_sheet(invitations, way_in=way_in, language=language)


@contextmanager
def no_slips_after_errors() -> Iterator[None]:
    """Raise ActionRefused for a TypstError: nothing was saved."""
    try:
        yield
    except TypstError as error:
        logger.exception("The code sheet could not be rendered")
        raise ActionRefused(
            _("The slips could not be created, so nothing was changed: earlier codes still work.")
        ) from error


def sheet_response(sheet: bytes, name: str) -> HttpResponse:
    """Return the PDF as a download."""
    response = HttpResponse(sheet, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
