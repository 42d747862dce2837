"""Admin views of invitation codes: the list, printing, and revocation."""

import logging
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clicksafely.common.documents.typst import TypstError
from clicksafely.common.staff.site import staff_view
from clicksafely.common.templatetags.page_metadata import build_absolute_url
from youthpanel.member_auth import selectors, services
from youthpanel.member_auth.code_sheet_pdf import render_code_sheet
from youthpanel.member_auth.exceptions import NoMemberToInvite
from youthpanel.member_auth.forms import ALL, CodeSheetForm
from youthpanel.members.selectors import active_members
from youthpanel.members.view_helpers import CHANGE_MEMBER, acting_user
from youthpanel.models import Cohort, Member

logger = logging.getLogger(__name__)


@staff_view(CHANGE_MEMBER)
@require_safe
def invitation_codes(request: HttpRequest) -> HttpResponse:
    """The members of a cohort with their codes and obstacles."""
    cohorts = list(Cohort.objects.order_by("-begins_on", "-id"))
    wanted = request.GET.get("cohort", "")
    cohort = next((each for each in cohorts if str(each.pk) == wanted), cohorts[0] if cohorts else None)
    form = CodeSheetForm(initial={"cohort": cohort, "language": get_language()})
    return _page(request, cohort, cohorts, form)


@staff_view(CHANGE_MEMBER)
@require_POST
def print_code_sheet(request: HttpRequest) -> HttpResponse:
    """Create codes and return the sheet. The codes are shown only here."""
    form = CodeSheetForm(request.POST)
    if not form.is_valid():
        cohorts = list(Cohort.objects.order_by("-begins_on", "-id"))
        return _page(request, form.cleaned_data.get("cohort") or next(iter(cohorts), None), cohorts, form, status=422)
    cohort, language, now = form.cleaned_data["cohort"], form.cleaned_data["language"], timezone.now()
    members = active_members().filter(cohort=cohort)
    if form.cleaned_data["member"]:
        members = members.filter(pk=form.cleaned_data["member"])
    elif form.cleaned_data["whom"] != ALL:
        members = selectors.members_without_code(cohort, now=now)
    try:
        made = services.print_invitations(
            members=members,
            draw=lambda invitations: render_code_sheet(
                invitations, way_in=_way_in(request, language), language=language
            ),
            actor=acting_user(request),
            now=now,
        )
    except NoMemberToInvite:
        messages.error(request, _("No codes were made: nobody of those may get one now. The list says why."))
        return redirect(f"{reverse('admin:youthpanel-invitation-codes')}?cohort={cohort.pk}")
    except TypstError:
        logger.exception("The code sheet could not be rendered")
        messages.error(request, _("The papers could not be made, so nothing was changed: earlier codes still work."))
        return redirect(f"{reverse('admin:youthpanel-invitation-codes')}?cohort={cohort.pk}")
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="codes-{cohort.slug}-{now:%Y-%m-%d}.pdf"'
    return response


@staff_view(CHANGE_MEMBER)
@require_POST
def revoke_member_access(request: HttpRequest, member_id: int) -> HttpResponse:
    """Revoke access after a sheet or a phone was lost."""
    member = get_object_or_404(Member, pk=member_id, erased_at=None)
    services.revoke_access(member=member, actor=acting_user(request), now=timezone.now())
    messages.success(
        request, _("%(member)s: the code does not work any more, and nobody is signed in.") % {"member": member}
    )
    return redirect(f"{reverse('admin:youthpanel-invitation-codes')}?cohort={member.cohort_id}")


def _way_in(request: HttpRequest, language: str) -> str:
    """The absolute URL of the join form. The admin process has no public URLs if it runs separately."""
    return build_absolute_url(request, f"/{language}/youth-panel/join/")


def _page(
    request: HttpRequest, cohort: Cohort | None, cohorts: list[Cohort], form: CodeSheetForm, *, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    holders = selectors.code_holders(cohort, today=timezone.localdate(now), now=now) if cohort else []
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Codes on paper"),
        "cohort": cohort,
        "cohorts": cohorts,
        "holders": holders,
        "now": now,
        "missing": sum(not holder.is_usable and holder.obstacle is None for holder in holders),
        "days": services.CODE_DAYS,
        "form": form,
    }
    return render(request, "staff/youthpanel/member_auth/codes.html", context, status=status)
