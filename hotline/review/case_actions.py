"""Base of the hotline's staff pages, and the decorator of actions on a case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clicksafely.accounts.models import User
from clicksafely.common.clock import database_now
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.staff.list_mixins import MAX_DIGITS
from clicksafely.common.staff.pages import StaffPage
from clicksafely.common.staff.site import acting_user, staff_view
from hotline.models import ContentItem, Report
from hotline.permissions import WORK_CASE
from hotline.review import selectors
from hotline.review.case_page import CasePage
from hotline.review.exceptions import CaseChanged
from hotline.review.forms import CaseForm


class SeeOther(HttpResponseRedirect):
    """A redirect with status 303, which clients follow by GET."""

    status_code = 303


class CaseWorkPage[T](StaffPage[T]):
    """Base of the pages for staff who work on cases. Actions return to "My work". `now` is the database's clock."""

    permissions: ClassVar[tuple[str, ...]] = (WORK_CASE,)

    def get_now(self) -> datetime:
        return database_now()

    def get_url(self) -> str:
        return reverse("admin:hotline-my-work")


@dataclass
class CaseAction:
    """One POST to the case `report` by `user`. `form` is the valid form of the action, `item` the item to show."""

    request: HttpRequest
    report: Report
    user: User
    now: datetime
    item: ContentItem | None = None
    form: CaseForm | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The values of the form."""
        assert self.form is not None  # noqa: S101 - an action without a form reads no values
        return self.form.cleaned_data

    def show(self, **shown: Any) -> HttpResponse:
        """Show the case as it now is; `shown` are further fields of CasePage."""
        report = find_report(self.report.pk)
        return show_case(self.request, report, item=self.item, form=self.form, now=self.now, **shown)

    def check_seen(self) -> None:
        """Raise CaseChanged if another person has changed the case after the page with this form was shown.

        Forms that decide something or send text have the version of the page in the field `seen`.
        """
        version = self.request.POST.get("seen", "")
        if not (version.isascii() and version.isdecimal()):
            return
        page = CasePage(report=self.report, user=self.user, now=self.now, item=self.item)
        if page.version > int(version[:MAX_DIGITS]):
            raise CaseChanged(page.latest_change)

    def done(self, message: str) -> HttpResponse:
        """Redirect to the case."""
        messages.success(self.request, message)
        return redirect("admin:hotline-case", self.report.pk)

    def done_with_item(self, message: str) -> HttpResponse:
        """Redirect to the item that the page showed."""
        messages.success(self.request, message)
        return _see_case(self.report.pk, self.request.POST.get("item", ""))

    def done_on_my_work(self, message: str) -> HttpResponse:
        """Redirect to "My work"."""
        messages.success(self.request, message)
        return redirect("admin:hotline-my-work")

    def done_with_work(self, message: str) -> HttpResponse:
        """Redirect to the case if the user still holds it, otherwise to "My work"."""
        held = selectors.holds(find_report(self.report.pk), self.user, database_now())
        return self.done(message) if held else self.done_on_my_work(message)


def case_action(
    *permissions: str, form: type[CaseForm] | None = None
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a POST action on the case `report_id`, or on its item `item_id` if the URL has one.

    The user needs WORK_CASE and all of `permissions`. The view gets a CaseAction, the item if there is one, and the
    other arguments of the URL. It is not called if `form` is invalid, or if the case has changed since the page was
    shown. When it raises ActionRefused, SealError, FileNotFoundError or StorageUnavailable, the case page shows the
    refusal (status 422). The form keeps its input. A GET redirects to the case. Services check the claim and write the
    audit event.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def act(request: HttpRequest, report_id: int, item_id: int | None = None, **kwargs: int) -> HttpResponse:
            action = CaseAction(request, find_report(report_id), acting_user(request), database_now())
            if item_id is not None:
                action.item = find_item(report_id, item_id)
            if form is not None:
                action.form = form(request.POST)
                if not action.form.is_valid():
                    return action.show()
            try:
                action.check_seen()
                return view(action, *([action.item] if action.item else []), **kwargs)
            except (ActionRefused, SealError, FileNotFoundError, StorageUnavailable) as error:
                if action.form is not None and isinstance(error, ActionRefused):
                    action.form.add_error_of(error)
                return action.show(refusal=error)

        return staff_view(WORK_CASE, *permissions)(_post_only(act))

    return decorate


def show_case(request: HttpRequest, report: Report, *, now: datetime | None = None, **shown: Any) -> HttpResponse:
    """Render the case page. `now` defaults to the database time; `shown` are further fields of CasePage."""
    page = CasePage(
        report=report,
        user=acting_user(request),
        now=now or database_now(),
        chosen=request.POST.get("item", "") or request.GET.get("item", ""),
        posted=request.POST,
        **shown,
    )
    context = {**admin.site.each_context(request), "title": report.reference, "page": page}
    return render(request, "staff/hotline/review/case.html", context, status=422 if page.is_refused else 200)


def find_report(report_id: int) -> Report:
    """Return the report, or raise Http404."""
    return get_object_or_404(Report.objects.select_related("claimed_by"), pk=report_id)


def find_item(report_id: int, item_id: int) -> ContentItem:
    """Return the item, or raise Http404."""
    return get_object_or_404(ContentItem, pk=item_id, report_items__report_id=report_id)


def _post_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def act_or_show(request: HttpRequest, report_id: int, **kwargs: int) -> HttpResponse:
        if request.method == "POST":
            return view(request, report_id, **kwargs)
        return _see_case(report_id, request.GET.get("item", ""))

    return act_or_show


def _see_case(report_id: int, item: str) -> HttpResponse:
    query = {"item": item} if item.isdecimal() else None
    return SeeOther(reverse("admin:hotline-case", args=[report_id], query=query))
