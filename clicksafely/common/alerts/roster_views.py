"""Staff pages of the duty roster, of past alerts, and of the permitted hosts of webhooks."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.common.alerts import roster_services, selectors, services, week
from clicksafely.common.alerts.forms import ChannelForm, HostForm, RulesForm, ShiftForm, TestForm
from clicksafely.common.alerts.models import AlertChannel, AlertingState, AlertRules, ChannelMedium, DutyShift
from clicksafely.common.alerts.permissions import MANAGE_DUTY, RECEIVE_ESCALATION, VIEW_ALERTS
from clicksafely.common.alerts.roster_services import RulesData
from clicksafely.common.permissions import administers_accounts, has_role_permission, users_with_permission
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage

PAGE_ROWS = 25


class Roster(DetailPage[None]):
    """The persons on duty now and next, the week with its gaps, channels, rules, and faults of the alerting."""

    permissions: ClassVar[tuple[str, ...]] = (VIEW_ALERTS,)
    template_name = "staff/alerts/roster.html"
    title = _("Duty roster")

    def get_url(self) -> str:
        return reverse("admin:alerts-roster")

    def get_context(self) -> dict[str, Any]:
        shifts = list(selectors.roster())
        active = [shift for shift in shifts if shift.person.is_active]
        days = week.duty_days(active, timezone.localdate(self.now))
        may_manage = has_role_permission(self.user, MANAGE_DUTY)
        return {
            "on_duty": selectors.on_duty(self.now),
            "following": week.next_change(active, self.now),
            "days": days,
            "has_gaps": any(not segment.shifts for day in days for segment in day.segments),
            "shifts": shifts,
            "channels": selectors.channels(),
            "rules": selectors.alert_rules(),
            "orders": sorted({shift.order for shift in active}),
            "supervisors": users_with_permission(RECEIVE_ESCALATION),
            "faults": selectors.alerting_faults(self.now),
            "state": AlertingState.objects.get(pk=1),
            "unreachable": selectors.people_without_address(),
            "may_manage": may_manage,
            "test_form": TestForm() if may_manage else None,
        }


class History(DetailPage[None]):
    """Past and open alerts: who was alerted when by which channel, and who has claimed them."""

    permissions = (VIEW_ALERTS,)
    template_name = "staff/alerts/history.html"
    title = _("History of alerts")

    def get_context(self) -> dict[str, Any]:
        return {"page": Paginator(selectors.alert_history(self.user), PAGE_ROWS).get_page(self.request.GET.get("page"))}


class SaveShift(FormPage[DutyShift | None, ShiftForm]):
    """Adds or changes a shift."""

    permissions = (MANAGE_DUTY,)
    template_name = "staff/alerts/form.html"
    form_class = ShiftForm
    success_message = _("Saved.")

    def get_object(self) -> DutyShift | None:
        shift_id = self.kwargs.get("shift_id")
        return get_object_or_404(DutyShift, pk=shift_id) if shift_id else None

    def get_title(self) -> str:
        return str(_("Change a shift") if self.object else _("Add a shift"))

    def get_url(self) -> str:
        return reverse("admin:alerts-roster")

    def get_initial(self) -> dict[str, Any]:
        if self.object is None:
            return {}
        return {name: getattr(self.object, name) for name in ShiftForm.base_fields}

    def get_form_arguments(self) -> dict[str, Any]:
        return {"shift": self.object}

    def save(self, form: ShiftForm) -> None:
        roster_services.save_shift(data=form.shift_data, actor=self.user, now=self.now, shift=self.object)


class RosterAction[T](ActionPage[T]):
    """Base of actions of the roster."""

    permissions = (MANAGE_DUTY,)

    def get_url(self) -> str:
        return reverse("admin:alerts-roster")


class DeleteShift(RosterAction[DutyShift]):
    """Deletes a shift."""

    success_message = _("The shift was removed.")

    def get_object(self) -> DutyShift:
        return get_object_or_404(DutyShift, pk=self.kwargs["shift_id"])

    def perform(self) -> None:
        roster_services.delete_shift(shift=self.object, actor=self.user, now=self.now)


class AddChannel(FormPage[None, ChannelForm]):
    """Adds a channel; shows the new secret of a webhook once."""

    permissions = (MANAGE_DUTY,)
    template_name = "staff/alerts/form.html"
    form_class = ChannelForm
    title = _("Add a channel")
    success_message = _("Saved.")
    introduction = _("Without a channel, a person is alerted at the e-mail address of the account.")

    def get_url(self) -> str:
        return reverse("admin:alerts-roster")

    def get_initial(self) -> dict[str, Any]:
        return {"medium": ChannelMedium.EMAIL}

    def save(self, form: ChannelForm) -> HttpResponse | None:
        new = {"person": form.cleaned_data["person"], "address": form.cleaned_data["address"]}
        if form.cleaned_data["medium"] == ChannelMedium.EMAIL:
            roster_services.add_email_channel(**new, actor=self.user, now=self.now)
            return None
        channel, secret = roster_services.add_webhook_channel(**new, actor=self.user, now=self.now)
        self.template_name = "staff/alerts/secret.html"
        return self.render(channel=channel, secret=secret)


class DeleteChannel(RosterAction[AlertChannel]):
    """Deletes a channel."""

    success_message = _("The channel was removed.")

    def get_object(self) -> AlertChannel:
        return get_object_or_404(AlertChannel, pk=self.kwargs["channel_id"])

    def perform(self) -> None:
        roster_services.delete_channel(channel=self.object, actor=self.user, now=self.now)


class ChangeRules(FormPage[AlertRules, RulesForm]):
    """Changes the minutes of the steps and the limits of messages."""

    permissions = (MANAGE_DUTY,)
    template_name = "staff/alerts/form.html"
    form_class = RulesForm
    title = _("Change the rules")
    success_message = _("Saved.")

    def get_object(self) -> AlertRules:
        return selectors.alert_rules()

    def get_url(self) -> str:
        return reverse("admin:alerts-roster")

    def get_form_arguments(self) -> dict[str, Any]:
        return {"instance": self.object}

    def save(self, form: RulesForm) -> None:
        roster_services.save_rules(data=RulesData(**form.cleaned_data), actor=self.user, now=self.now)


class SendTest(FormPage[None, TestForm], Roster):
    """Sends a test to a person, or to all who are on duty."""

    permissions = (VIEW_ALERTS, MANAGE_DUTY)
    template_name = "staff/alerts/form.html"
    form_class = TestForm
    success_message = _("The test was sent. The history shows when it was delivered.")

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), **Roster.get_context(self)}

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        return super().render(status=status, **context, **({"test_form": context["form"]} if "form" in context else {}))

    def save(self, form: TestForm) -> None:
        services.send_test(actor=self.user, now=self.now, person=form.cleaned_data["person"])

    def get_success_url(self) -> str:
        return reverse("admin:alerts-history")


class Hosts(FormPage[None, HostForm]):
    """The permitted hosts of webhooks, for administrators."""

    permissions: ClassVar[tuple[str, ...]] = ()
    form_class = HostForm
    template_name = "staff/alerts/hosts.html"
    title = _("Permitted hosts of webhooks")
    success_message = _("Saved.")
    introduction = _("Webhooks of alerts are sent to these hosts only, by https.")
    submit_label = _("Permit")

    def get_object(self) -> None:
        if not administers_accounts(self.user):
            raise PermissionDenied

    def get_url(self) -> str:
        return reverse("admin:alerts-hosts")

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "hosts": selectors.webhook_hosts()}

    def save(self, form: HostForm) -> None:
        roster_services.permit_host(host=form.cleaned_data["host"], actor=self.user, now=self.now)


class ForbidHost(ActionPage[None]):
    """Withdraws the permission of a host."""

    permissions: ClassVar[tuple[str, ...]] = ()
    success_message = _("The host was removed.")

    def get_object(self) -> None:
        if not administers_accounts(self.user):
            raise PermissionDenied

    def get_url(self) -> str:
        return reverse("admin:alerts-hosts")

    def perform(self) -> None:
        roster_services.forbid_host(host=self.request.POST.get("host", ""), actor=self.user, now=self.now)
