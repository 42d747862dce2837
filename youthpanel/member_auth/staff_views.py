"""Coordinators make codes and print them, see who has one, and shut a lost one out."""

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

from clicksafely.common.documents.typst import TypesettingError
from clicksafely.common.staff.site import duty_page
from clicksafely.common.templatetags.page_metadata import absolute
from youthpanel.member_auth import selectors, services
from youthpanel.member_auth.code_sheet_pdf import as_pdf
from youthpanel.member_auth.exceptions import NobodyToInvite
from youthpanel.member_auth.forms import ALL, SlipsForm
from youthpanel.members.selectors import active_members
from youthpanel.members.view_helpers import CHANGE_MEMBER, acting_user
from youthpanel.models import Cohort, Member

logger = logging.getLogger(__name__)


@duty_page(CHANGE_MEMBER)
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """A cohort's members with their codes; who may get none, and why."""
    cohorts = list(Cohort.objects.order_by("-begins_on", "-id"))
    wanted = request.GET.get("cohort", "")
    cohort = next((each for each in cohorts if str(each.pk) == wanted), cohorts[0] if cohorts else None)
    form = SlipsForm(initial={"cohort": cohort, "language": get_language()})
    return _page(request, cohort, cohorts, form)


@duty_page(CHANGE_MEMBER)
@require_POST
def slips(request: HttpRequest) -> HttpResponse:
    """Make codes and answer with the papers: the only time that the codes are shown."""
    form = SlipsForm(request.POST)
    if not form.is_valid():
        cohorts = list(Cohort.objects.order_by("-begins_on", "-id"))
        return _page(request, form.cleaned_data.get("cohort") or next(iter(cohorts), None), cohorts, form, status=422)
    cohort, language, now = form.cleaned_data["cohort"], form.cleaned_data["language"], timezone.now()
    members = active_members().filter(cohort=cohort)
    if form.cleaned_data["member"]:
        members = members.filter(pk=form.cleaned_data["member"])
    elif form.cleaned_data["whom"] != ALL:
        members = selectors.without_code(cohort, now=now)
    try:
        made = services.print_invitations(
            members=members,
            draw=lambda invitations: as_pdf(invitations, way_in=_way_in(request, language), language=language),
            actor=acting_user(request),
            now=now,
        )
    except NobodyToInvite:
        messages.error(request, _("No codes were made: nobody of those may get one now. The list says why."))
        return redirect(f"{reverse('admin:youthpanel-codes')}?cohort={cohort.pk}")
    except TypesettingError:
        logger.exception("papers with codes could not be set")
        messages.error(request, _("The papers could not be made, so nothing was changed: earlier codes still work."))
        return redirect(f"{reverse('admin:youthpanel-codes')}?cohort={cohort.pk}")
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="codes-{cohort.slug}-{now:%Y-%m-%d}.pdf"'
    return response


@duty_page(CHANGE_MEMBER)
@require_POST
def shut_out(request: HttpRequest, member_id: int) -> HttpResponse:
    """The paper or the phone was lost."""
    member = get_object_or_404(Member, pk=member_id, erased_at=None)
    services.shut_out(member=member, actor=acting_user(request), now=timezone.now())
    messages.success(
        request, _("%(member)s: the code does not work any more, and nobody is signed in.") % {"member": member}
    )
    return redirect(f"{reverse('admin:youthpanel-codes')}?cohort={member.cohort_id}")


def _way_in(request: HttpRequest, language: str) -> str:
    """The full address of the form; the staff site knows no addresses of the public door where they run apart."""
    return absolute(request, f"/{language}/youth-panel/join/")


def _page(
    request: HttpRequest, cohort: Cohort | None, cohorts: list[Cohort], form: SlipsForm, *, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    holders = selectors.holders(cohort, today=timezone.localdate(now), now=now) if cohort else []
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Codes on paper"),
        "cohort": cohort,
        "cohorts": cohorts,
        "holders": holders,
        "now": now,
        "missing": sum(not holder.is_good and holder.obstacle is None for holder in holders),
        "days": services.CODE_DAYS,
        "form": form,
    }
    return render(request, "staff/youthpanel/member_auth/codes.html", context, status=status)
