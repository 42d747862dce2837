"""Bulk actions of staff lists: confirmation page, one service call for each row, and a message with the result."""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clicksafely.common.exceptions import ActionRefused

# A request that changes more rows would exceed its time limit.
MAX_CHOSEN: Final = 200
# Refused rows that a message names.
_MAX_NAMED: Final = 10


class RefusedRow(NamedTuple):
    """A row that a service did not change, and its reason."""

    name: str
    reason: str


def run_each[Row](rows: Iterable[Row], run: Callable[[Row], object]) -> tuple[int, list[RefusedRow]]:
    """Call `run` for each row in a transaction of its own. Return the number of changed rows and the refused rows."""
    done, refused = 0, []
    for row in rows:
        try:
            with transaction.atomic():
                run(row)
            done += 1
        except ActionRefused as refusal:
            refused.append(RefusedRow(str(row), refusal.message))
    return done, refused


def show_result(request: HttpRequest, done: str, refused: list[RefusedRow]) -> None:
    """Show the message of success, "" for none, and name the refused rows with their reasons."""
    if done:
        messages.success(request, done)
    for row in refused[:_MAX_NAMED]:
        messages.warning(request, _("%(name)s: %(reason)s") % {"name": row.name, "reason": row.reason})
    further = len(refused) - _MAX_NAMED
    if further > 0:
        messages.warning(request, _("Further rows that were not changed: %(number)d.") % {"number": further})


def confirmed_action(
    *,
    name: str,
    label: Any,
    question: str | Promise,
    done: Callable[[int], str],
    run: Callable[[Any, HttpRequest], object],
    permission: str,
    warn: Callable[[HttpRequest], None] | None = None,
    danger: bool = False,
) -> Callable[..., HttpResponse | None]:
    """Return an admin action that asks `question` above the chosen rows, then calls `run(row, request)` for each.

    `label` is a verb, also of the button; `done(number)` the message of success; `permission` names the admin's `has_..._permission`.
    `warn(request)` adds a message after a success.
    """

    @admin.action(description=label, permissions=[permission])
    def action(model_admin: Any, request: HttpRequest, chosen: "QuerySet[Any]") -> HttpResponse | None:
        rows = list(chosen[: MAX_CHOSEN + 1])
        if len(rows) > MAX_CHOSEN:
            messages.error(request, _("Choose at most %(number)d rows at once.") % {"number": MAX_CHOSEN})
            return None
        if "confirmed" in request.POST:
            number, refused = run_each(rows, lambda row: run(row, request))
            show_result(request, done(number) if number else "", refused)
            if number and warn:
                warn(request)
            return None
        context = {
            **model_admin.admin_site.each_context(request),
            "title": label,
            "question": question,
            "rows": rows,
            "danger": danger,
            "opts": model_admin.opts,
            "hidden": [("action", name), ("confirmed", "yes"), *((ACTION_CHECKBOX_NAME, row.pk) for row in rows)],
            "cancel_url": request.get_full_path(),
        }
        return render(request, "staff/bulk_confirm.html", context)

    action.__name__ = name
    return action
