"""Staff pages of alerts: the polled list of open alerts, and the claim of one."""

import json
from hashlib import sha256
from typing import ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.alerts import selectors, services
from clicksafely.common.alerts.kinds import kind_of
from clicksafely.common.alerts.models import Alert
from clicksafely.common.serbian.scripts import LATIN_LANGUAGE, html_to_latin
from clicksafely.common.staff.pages import ActionPage, StaffPage


def alert_lines(user: User) -> list[tuple[Alert, str]]:
    """Return the open alerts that `user` may see, each with the URL of its page, for the bar."""
    return [(alert, kind_of(alert.kind).url) for alert in selectors.open_alerts(user)]


class OpenAlerts(StaffPage[None]):
    """The open alerts of the user as JSON, which open staff pages poll.

    `lines` are the lines of the bar, and `waiting` is {id: number waiting}. One query besides those of sign-in. The
    ETag changes with the alerts, not with the time.
    """

    permissions: ClassVar[tuple[str, ...]] = ()

    def get_object(self) -> None:
        if not selectors.visible_kinds(self.user):
            raise PermissionDenied

    def get(self, request: HttpRequest) -> HttpResponse:
        alerts = alert_lines(self.user)
        lines = str(render_to_string("staff/alerts/lines.html", {"alerts": alerts})).strip()
        if get_language() == LATIN_LANGUAGE:
            lines = html_to_latin(lines)
        body = json.dumps({"lines": lines, "waiting": {alert.pk: alert.count for alert, _url in alerts}})
        etag = f'"{sha256(body.encode()).hexdigest()[:32]}"'
        response = HttpResponse(body, content_type="application/json", headers={"ETag": etag})
        # The staff site forbids storing the response: the script keeps the ETag itself.
        return get_conditional_response(request, etag=etag, response=response) or response


class ClaimAlert(ActionPage[Alert]):
    """Claims an open alert, then shows its subjects. A request of the script is answered with JSON: {"refused": the reason or ""}."""

    permissions = ()
    success_message = _("You have taken the alert.")

    def get_object(self) -> Alert:
        alert = get_object_or_404(Alert, pk=self.kwargs["alert_id"])
        if alert.kind not in {kind.code for kind in selectors.visible_kinds(self.user)}:
            raise PermissionDenied
        return alert

    def get_url(self) -> str:
        return kind_of(self.object.kind).url

    def perform(self) -> HttpResponse | None:
        services.claim_alert(alert=self.object, actor=self.user, now=self.now)
        return JsonResponse({"refused": ""}) if self._is_script else None

    def refuse(self, reason: str) -> HttpResponse:
        return JsonResponse({"refused": reason}, status=409) if self._is_script else super().refuse(reason)

    @property
    def _is_script(self) -> bool:
        return self.request.headers.get("Accept") == "application/json"
