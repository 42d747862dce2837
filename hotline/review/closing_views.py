"""Staff views for closing without assessment, proposed closings and undo."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clicksafely.accounts.models import User
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.staff.pages import ActionPage, DetailPage
from hotline.lifecycle.closings import needs_two_people
from hotline.models import Closing
from hotline.review import close_without_assessment, selectors, undo
from hotline.review.case_actions import CaseAction, CaseWorkPage, case_action, find_report, show_case
from hotline.review.forms import CloseForm, ConfirmClosingForm
from hotline.review.openings import unopened_in

MAX_SHOWN = 500


@dataclass(frozen=True)
class ProposalGroup:
    """Proposals about near-identical reports, or a single one, and how many of the reports the user has opened."""

    closings: list[Closing]
    opened_count: int

    @property
    def first(self) -> Closing:
        return self.closings[0]


@case_action(form=CloseForm)
def close_case(action: CaseAction) -> HttpResponse:
    """Close the case without assessment, or propose it if a second person has to confirm."""
    report_id, state, user, now = action.report.pk, action.data["state"], action.user, action.now
    original = action.data["original"]
    if needs_two_people(action.report):
        close_without_assessment.propose_closing(report_id=report_id, end=state, actor=user, now=now, original=original)
        return action.done_on_my_work(
            _("The closing is proposed. A second person has to open the case and confirm it.")
        )
    close_without_assessment.close_report(report_id=report_id, state=state, actor=user, now=now, original=original)
    return action.done_on_my_work(_("The case is closed without assessment. You can undo this for 10 minutes."))


@case_action(form=ConfirmClosingForm)
def confirm(action: CaseAction) -> HttpResponse:
    close_without_assessment.confirm_closing(report_id=action.report.pk, actor=action.user, now=action.now)
    return action.done_on_my_work(_("The closing is confirmed."))


@case_action()
def refuse(action: CaseAction) -> HttpResponse:
    close_without_assessment.refuse_closing(report_id=action.report.pk, actor=action.user, now=action.now)
    return action.done(_("The closing is refused. The case is in review, and you hold it."))


@case_action()
def withdraw(action: CaseAction) -> HttpResponse:
    """Withdraw the user's own proposal."""
    close_without_assessment.withdraw_closing(report_id=action.report.pk, actor=action.user, now=action.now)
    return action.done(_("The proposal is withdrawn. The case awaits review."))


class ProposedClosings(CaseWorkPage[None], DetailPage[None]):
    """The proposed closings that the user may confirm, grouped by near-identical reports."""

    template_name = "staff/hotline/review/closings.html"
    title = gettext_lazy("Proposed closings")

    def get_url(self) -> str:
        return reverse("admin:hotline-proposed-closings")

    def get_context(self) -> dict[str, Any]:
        return {"groups": _groups(list(selectors.proposals(self.user)[:MAX_SHOWN]), self.user)}


class ConfirmClosings(ActionPage[None], ProposedClosings):
    """Confirm the proposals of one group about reports that the user has opened."""

    def perform(self) -> None:
        ids = _ids(self.request.POST.getlist("closing"))
        result = close_without_assessment.confirm_group(closing_ids=ids, actor=self.user, now=self.now)
        done, unopened = len(result.done), len(result.left_out.get(close_without_assessment.LeftOut.UNOPENED, []))
        text = ngettext("%(n)s closing confirmed.", "%(n)s closings confirmed.", done)
        messages.success(self.request, text % {"n": done})
        if unopened:
            text = ngettext(
                "%(n)s case was left out: you have not opened it.",
                "%(n)s cases were left out: you have not opened them.",
                unopened,
            )
            messages.warning(self.request, text % {"n": unopened})
        if skipped := len(ids) - done - unopened:
            text = ngettext(
                "%(n)s case was skipped: a colleague holds it, or it is decided.",
                "%(n)s cases were skipped: colleagues hold them, or they are decided.",
                skipped,
            )
            messages.warning(self.request, text % {"n": skipped})


class UndoClosings(CaseWorkPage[None], ActionPage[None]):
    """Undo closings of the user. A single one redirects to its case."""

    def perform(self) -> HttpResponse | None:
        ids = _ids(self.request.POST.getlist("closing"))
        if len(ids) == 1:
            return self._undo_one(ids[0])
        done = 0
        for closing_id in ids:
            try:
                undo.undo_closing(closing_id=closing_id, actor=self.user, now=self.now)
                done += 1
            except (ActionRefused, Closing.DoesNotExist):
                continue
        text = ngettext("%(n)s closing undone.", "%(n)s closings undone.", done)
        messages.success(self.request, text % {"n": done})
        if skipped := len(ids) - done:
            text = ngettext(
                "%(n)s closing could not be undone: the 10 minutes are over, or the case has changed.",
                "%(n)s closings could not be undone: the 10 minutes are over, or the cases have changed.",
                skipped,
            )
            messages.warning(self.request, text % {"n": skipped})
        return None

    def _undo_one(self, closing_id: int) -> HttpResponse:
        report_id = get_object_or_404(Closing, pk=closing_id).report_id
        try:
            undo.undo_closing(closing_id=closing_id, actor=self.user, now=self.now)
        except ActionRefused as refused:
            return show_case(self.request, find_report(report_id), refusal=refused)
        messages.success(self.request, _("The closing is undone."))
        return redirect("admin:hotline-case", report_id)


def _groups(waiting: Iterable[Closing], user: User) -> list[ProposalGroup]:
    """Return the groups, the largest first. See `close_without_assessment.confirm_group`."""

    def alike(each: Closing) -> tuple[int, str, str]:
        return each.author_id, each.end, bytes(each.fingerprint).hex() or str(each.pk)

    found = [list(group) for _key, group in groupby(sorted(waiting, key=alike), key=alike)]
    unopened = unopened_in([each.report_id for group in found for each in group], user)
    groups = [ProposalGroup(group, sum(not unopened[each.report_id] for each in group)) for group in found]
    return sorted(groups, key=lambda group: (-len(group.closings), group.first.pk))


def _ids(values: Iterable[str]) -> list[int]:
    return [int(value[:18]) for value in values if value.isdecimal()]
