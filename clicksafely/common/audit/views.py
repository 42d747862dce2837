"""Staff pages of the audit trail: openings of a case or by a person, verification of the chain, and export."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.audit import export, openings, search_record, verification
from clicksafely.common.audit.chain import ChainHead
from clicksafely.common.audit.labels import name_subjects
from clicksafely.common.audit.openings import Target
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.models import AuditEvent, AuditVerification
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.pages import DetailPage, FormPage

VIEW = "common.view_auditevent"
MAX_RESULTS = 20


class Openings(DetailPage[Target | None]):
    """The openings of one case (or another subject), or by one person.

    The query names a case as `q`, a subject as `table` and `id`, and a person as `person`.
    """

    permissions = (VIEW,)
    template_name = "staff/audit/openings.html"
    title = gettext_lazy("Openings")

    def get_object(self) -> Target | None:
        query = self.request.GET
        number = query.get("id", "") or query.get("person", "")
        if number and not (number.isascii() and number.isdecimal() and len(number) < 19):
            raise Http404
        if query.get("table") and number:
            return Target(subject=(query["table"], int(number)))
        if query.get("person"):
            return Target(person=int(number))
        return openings.find_target(query.get("q", ""))

    def get_title(self) -> str:
        if self.object is None:
            return str(self.title)
        return _("Openings: %(what)s") % {"what": self._name(self.object)}

    def get_context(self) -> dict[str, Any]:
        typed = self.request.GET.get("q", "")
        if self.object is None:
            return {"q": typed, "unknown": bool(typed)}
        search_record.record_query(self.request, now=self.now)
        rows = openings.openings_of(self.object, reader=self.user)
        people = {row.event.actor_id for row in rows}
        return {
            "q": typed,
            "target": self.object,
            "rows": rows,
            "people": len(people),
            "is_cut": len(rows) == openings.MAX_ROWS,
        }

    def _name(self, target: Target) -> str:
        if target.subject is None:
            name = User.objects.filter(pk=target.person or 0).values_list("username", flat=True).first()
            return name or _("former colleague")
        table, number = target.subject
        typed = self.request.GET.get("q", "").strip()
        if typed:
            return typed.upper()
        event = AuditEvent(subject_table=table, subject_id=number, action=f"{table}.")
        name_subjects([event])
        return str(event.subject_text)  # type: ignore[attr-defined]


class VerificationForm(forms.Form):
    """An earlier head that must be in the chain."""

    expected = forms.CharField(
        required=False,
        max_length=90,
        label=gettext_lazy("Earlier head"),
        help_text=gettext_lazy(
            "Optional: from the proof of an export, from an earlier result or from the log, as link42:… The "
            "chain must contain it, otherwise it "
            "was cut off or written again."
        ),
    )

    def clean_expected(self) -> ChainHead | None:
        """Parse the head."""
        text = self.cleaned_data["expected"].strip()
        if not text:
            return None
        try:
            return ChainHead.parse(text)
        except ValueError as error:
            raise forms.ValidationError(_("A head is written as link42: followed by 64 hexadecimal digits.")) from error


class Verification(DetailPage[None], FormPage[None, VerificationForm]):
    """The results of verifications of the chain, the progress of an unfinished one, and a form to start one."""

    permissions = ("common.view_auditverification",)
    template_name = "staff/audit/verification.html"
    title = gettext_lazy("Chain verification")
    form_class = VerificationForm
    success_message = gettext_lazy("The verification has started. You can leave this page and come back.")

    def get_url(self) -> str:
        return reverse("admin:audit-verification")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render(form=self.get_form())

    def get_context(self) -> dict[str, Any]:
        rows = list(AuditVerification.objects.all()[:MAX_RESULTS])
        names = dict(User.objects.filter(pk__in={row.requested_by for row in rows}).values_list("pk", "username"))
        results = [
            (row, names.get(row.requested_by, ""), str(ChainHead(row.head_seq, bytes(row.head_mac)))) for row in rows
        ]
        running = next((row for row in rows if row.finished_at is None), None)
        is_broken = next((bool(row.fault) for row in rows if row.finished_at), False)
        may_start = has_role_permission(self.user, verification.VERIFY) and running is None
        return {
            **super().get_context(),
            "results": results,
            "running": running,
            "is_broken": is_broken,
            "may_start": may_start,
        }

    def save(self, form: VerificationForm) -> None:
        verification.request_verification(expected=form.cleaned_data["expected"], actor=self.user, now=self.now)


class Export(DetailPage[None]):
    """Downloads the filtered trail with its proof (POST). GET, and a refusal, lead to the list."""

    permissions = (VIEW, export.EXPORT)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect("admin:common_auditevent_changelist")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Export the rows that the list shows for the same query, on all its pages."""
        listed = admin.site.get_model_admin(AuditEvent)
        try:
            events = listed.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect("admin:common_auditevent_changelist")
        filters = search_record.filters_of(request.GET)
        try:
            content = export.export_trail(events=events, filters=filters, actor=self.user, now=self.now)
        except ActionRefused as refused:
            return self.refuse(refused)
        response = HttpResponse(content, content_type="application/zip")
        response.headers["Content-Disposition"] = (
            f'attachment; filename="audit-{localtime(self.now):%Y%m%d-%H%M%S}.zip"'
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def refuse(self, refused: ActionRefused) -> HttpResponse:
        """Show the list with the reason."""
        messages.error(self.request, refused.message)
        query = self.request.GET.urlencode()
        return redirect(reverse("admin:common_auditevent_changelist") + (f"?{query}" if query else ""))
