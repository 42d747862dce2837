"""Failed tasks in the staff site: to be looked at, run again, or dismissed."""

import json
from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import truncatechars
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from kombu.exceptions import OperationalError

from clicksafely.common.models import FailedTask
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.queue import failed_tasks
from clicksafely.common.staff.lists import ReadOnlyAdmin

RETRY_FAILED_TASK = "common.retry_failedtask"


@admin.register(FailedTask)
class FailedTaskAdmin(ReadOnlyAdmin):
    list_display = ["task", "arguments", "kind_of_error", "tries", "failed_at", "state"]
    list_filter = ["state"]
    actions = ["try_again", "dismiss"]

    @admin.display(description=gettext_lazy("arguments"))
    def arguments(self, failed: FailedTask) -> str:
        return "" if failed.kwargs is None else truncatechars(json.dumps(failed.kwargs), 40)

    @admin.display(description=gettext_lazy("error"))
    def kind_of_error(self, failed: FailedTask) -> str:
        return failed.error.rpartition(".")[2]

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who may do something about them."""
        return has_role_permission(request.user, RETRY_FAILED_TASK)

    @admin.action(description=gettext_lazy("Try again"), permissions=["retry"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[FailedTask]) -> None:
        """Queue them again."""
        try:
            done, refused = self._each(request, chosen, failed_tasks.retry_failed_task)
        except OperationalError:
            messages.error(
                request, _("The queue cannot be reached, so nothing more was started. Try again in a minute.")
            )
            return
        if done:
            messages.success(request, ngettext("%(n)s task runs again.", "%(n)s tasks run again.", done) % {"n": done})
        self._tell_refused(request, refused)

    @admin.action(description=gettext_lazy("Nothing more to do"), permissions=["retry"])
    def dismiss(self, request: HttpRequest, chosen: QuerySet[FailedTask]) -> None:
        """Settle them as they are."""
        done, refused = self._each(request, chosen, failed_tasks.dismiss_failed_task)
        if done:
            messages.success(
                request, ngettext("%(n)s task is settled.", "%(n)s tasks are settled.", done) % {"n": done}
            )
        self._tell_refused(request, refused)

    def _each(self, request: HttpRequest, chosen: QuerySet[FailedTask], act: Callable[..., None]) -> tuple[int, int]:
        done = refused = 0
        for failed in chosen:
            try:
                act(failed=failed, actor=request.user, now=timezone.now())
                done += 1
            except failed_tasks.NotRetryable:
                refused += 1
        return done, refused

    def _tell_refused(self, request: HttpRequest, refused: int) -> None:
        if refused:
            text = ngettext(
                "%(n)s task was left: it is running or settled already, or cannot be run again.",
                "%(n)s tasks were left: they are running or settled already, or cannot be run again.",
                refused,
            )
            messages.warning(request, text % {"n": refused})
