"""Admin class of failed tasks: view, retry, dismiss."""

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

from clicksafely.common.models import FailedTask, FailedTaskState
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.queue import failed_tasks
from clicksafely.common.staff.lists import ReadOnlyAdmin
from clicksafely.common.staff.waiting import HomeArea, register_waiting

RETRY_FAILED_TASK = "common.retry_failedtask"


register_waiting(
    "common.FailedTask",
    lambda user: FailedTask.objects.filter(state=FailedTaskState.OPEN)[:100].count(),
    area=HomeArea.FAILED,
)


@admin.register(FailedTask)
class FailedTaskAdmin(ReadOnlyAdmin):
    empty_hint = gettext_lazy("No background task has failed.")
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
        """Return whether the user may retry and dismiss failed tasks."""
        return has_role_permission(request.user, RETRY_FAILED_TASK)

    @admin.action(description=gettext_lazy("Retry"), permissions=["retry"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[FailedTask]) -> None:
        """Queue the chosen tasks again."""
        try:
            done, refused = self._each(request, chosen, failed_tasks.retry_failed_task)
        except OperationalError:
            messages.error(
                request, _("The task queue is unavailable, so no more tasks were restarted. Try again in a minute.")
            )
            return
        if done:
            messages.success(
                request, ngettext("%(n)s task was restarted.", "%(n)s tasks were restarted.", done) % {"n": done}
            )
        self._warn_refused(request, refused)

    @admin.action(description=gettext_lazy("Mark as resolved"), permissions=["retry"])
    def dismiss(self, request: HttpRequest, chosen: QuerySet[FailedTask]) -> None:
        """Mark the chosen tasks as resolved."""
        done, refused = self._each(request, chosen, failed_tasks.dismiss_failed_task)
        if done:
            messages.success(
                request,
                ngettext("%(n)s task was marked as resolved.", "%(n)s tasks were marked as resolved.", done)
                % {"n": done},
            )
        self._warn_refused(request, refused)

    def _each(self, request: HttpRequest, chosen: QuerySet[FailedTask], act: Callable[..., None]) -> tuple[int, int]:
        done = refused = 0
        for failed in chosen:
            try:
                act(failed=failed, actor=request.user, now=timezone.now())
                done += 1
            except failed_tasks.NotRetryable:
                refused += 1
        return done, refused

    def _warn_refused(self, request: HttpRequest, refused: int) -> None:
        if refused:
            text = ngettext(
                "%(n)s task was skipped: it is already running or resolved, or it cannot be restarted.",
                "%(n)s tasks were skipped: they are already running or resolved, or they cannot be restarted.",
                refused,
            )
            messages.warning(request, text % {"n": refused})
