"""Staff views for closing without assessment, proposed closings and undo."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from clicksafely.accounts.models import User
from clicksafely.common.clock import database_now
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.closings import needs_two_people
from hotline.lifecycle.exceptions import CaseError, WrongState
from hotline.models import Closing, Report
from hotline.review import close_without_assessment, selectors, undo
from hotline.review.views import acting_user, find_report, show_case, staff_action, staff_page

MOST_SHOWN = 500


@dataclass(frozen=True)
class ProposalGroup:
    """Proposals about near-identical reports, or a single one.

    `is_opened` says whether the user has opened one of them.
    """

    closings: list[Closing]
    is_opened: bool

    @property
    def first(self) -> Closing:
        return self.closings[0]


@staff_action
def close_case(request: HttpRequest, report_id: int) -> HttpResponse:
    """Close the case without assessment, or propose it if a second person has to confirm."""
    state, user, now = request.POST.get("state", ""), acting_user(request), database_now()
    report = find_report(report_id)
    try:
        if needs_two_people(report):
            close_without_assessment.propose_closing(report_id=report_id, end=state, actor=user, now=now)
            messages.success(
                request, _("The closing is proposed. A second person has to open the case and confirm it.")
            )
            return redirect("admin:hotline-desk")
        result = close_without_assessment.close_reports(report_ids=[report_id], state=state, actor=user, now=now)
        if not result.done:
            raise WrongState
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error, way_aside=state)
    messages.success(request, _("The case is closed without assessment. You can undo this for 10 minutes."))
    return redirect("admin:hotline-desk")


@staff_action
def confirm(request: HttpRequest, report_id: int) -> HttpResponse:
    find_report(report_id)
    try:
        close_without_assessment.confirm_closing(report_id=report_id, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("The closing is confirmed."))
    return redirect("admin:hotline-desk")


@staff_action
def refuse(request: HttpRequest, report_id: int) -> HttpResponse:
    find_report(report_id)
    try:
        close_without_assessment.refuse_closing(report_id=report_id, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("The closing is refused: the case is in review, and you hold it."))
    return redirect("admin:hotline-case", report_id)


@staff_action
def withdraw(request: HttpRequest, report_id: int) -> HttpResponse:
    """Withdraw the user's own proposal."""
    find_report(report_id)
    try:
        close_without_assessment.withdraw_closing(report_id=report_id, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return show_case(request, find_report(report_id), refusal=error)
    messages.success(request, _("The proposal is taken back: the case waits for review."))
    return redirect("admin:hotline-case", report_id)


@staff_page
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """List the proposed closings that the user may confirm, grouped by near-identical reports."""
    return _show_proposals(request)


@staff_action
def confirm_group(request: HttpRequest) -> HttpResponse:
    """Confirm the proposals of one group."""
    ids = _ids(request.POST.getlist("closing"))
    try:
        result = close_without_assessment.confirm_group(closing_ids=ids, actor=acting_user(request), now=database_now())
    except CaseError as error:
        return _show_proposals(request, refusal=str(error.message))
    done, left = len(result.done), len(ids) - len(result.done)
    messages.success(request, ngettext("%(n)s closing confirmed.", "%(n)s closings confirmed.", done) % {"n": done})
    if left:
        text = ngettext(
            "%(n)s case was left: a colleague holds it, or it is decided.",
            "%(n)s cases were left: colleagues hold them, or they are decided.",
            left,
        )
        messages.warning(request, text % {"n": left})
    return redirect("admin:hotline-proposed-closings")


@staff_action
def undo_closings(request: HttpRequest) -> HttpResponse:
    """Undo closings of the user. A single one redirects to its case."""
    ids, user, now = _ids(request.POST.getlist("closing")), acting_user(request), database_now()
    if len(ids) == 1:
        report_id = get_object_or_404(Closing, pk=ids[0]).report_id
        try:
            undo.undo_closing(closing_id=ids[0], actor=user, now=now)
        except CaseError as error:
            return show_case(request, find_report(report_id), refusal=error)
        messages.success(request, _("The closing is undone."))
        return redirect("admin:hotline-case", report_id)
    done = 0
    for closing_id in ids:
        try:
            undo.undo_closing(closing_id=closing_id, actor=user, now=now)
            done += 1
        except (CaseError, Closing.DoesNotExist):
            continue
    messages.success(request, ngettext("%(n)s closing undone.", "%(n)s closings undone.", done) % {"n": done})
    if done < len(ids):
        left = len(ids) - done
        text = ngettext(
            "%(n)s closing could not be undone: its 10 minutes are over, or the case has moved on.",
            "%(n)s closings could not be undone: their 10 minutes are over, or the cases have moved on.",
            left,
        )
        messages.warning(request, text % {"n": left})
    return redirect("admin:hotline-desk")


def _show_proposals(request: HttpRequest, *, refusal: str = "") -> HttpResponse:
    user = acting_user(request)
    waiting = list(selectors.proposals(user)[:MOST_SHOWN])
    context = {
        **admin.site.each_context(request),
        "title": _("Proposed closings"),
        "groups": _groups(waiting, user),
        "refusal_text": refusal,
    }
    return render(request, "staff/hotline/review/closings.html", context, status=422 if refusal else 200)


def _groups(waiting: Iterable[Closing], user: User) -> list[ProposalGroup]:
    """Return the groups, the largest first. See `close_without_assessment.confirm_group`."""

    def alike(each: Closing) -> tuple[int, str, str]:
        return each.author_id, each.end, bytes(each.fingerprint).hex() or str(each.pk)

    found = [list(group) for _key, group in groupby(sorted(waiting, key=alike), key=alike)]
    events = AuditEvent.objects.filter(
        action__in=["words.opened", "report.claimed", "report.taken_over"],
        actor_id=user.pk,
        subject_table=Report._meta.db_table,
        subject_id__in=[each.report_id for group in found for each in group],
    )
    opened = set(events.values_list("subject_id", flat=True))
    groups = [ProposalGroup(group, any(each.report_id in opened for each in group)) for group in found]
    return sorted(groups, key=lambda group: (-len(group.closings), group.first.pk))


def _ids(values: Iterable[str]) -> list[int]:
    return [int(value[:18]) for value in values if value.isdecimal()]
