"""Admin pages of a member's identity, consents, leaving and erasure, and of due dates."""

from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clicksafely.common.content.files import read_document
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.bulk_actions import run_each, show_result
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage, StaffPage
from youthpanel.members import consents, retention, selectors, services
from youthpanel.members.erasure_log import ErasureLogUnwritable
from youthpanel.members.forms import ConsentForm, EraseForm, IdentityForm, LeaveForm, RenewalForm
from youthpanel.members.identity import Identity
from youthpanel.members.labels import WITHDRAWAL_EFFECTS
from youthpanel.models import Cohort, Consent, ConsentScope, Member
from youthpanel.permissions import OPEN_IDENTITY

VIEW_MEMBER, CHANGE_MEMBER = "youthpanel.view_member", "youthpanel.change_member"


class DueDates(DetailPage[None]):
    """Consents that end, birthdays, and the next leavings and erasures. With `?all` every consent is chosen."""

    permissions = (VIEW_MEMBER,)
    template_name = "staff/youthpanel/members/due.html"
    title = _("Due dates")

    def get_context(self) -> dict[str, Any]:
        today = localdate()
        return {
            "consents": selectors.due_consents(today=today),
            "fifteen": selectors.members_turning_15(today=today),
            "eighteen": [
                (member, selectors.leaving_date_by_age(member)) for member in selectors.members_turning_18(today=today)
            ],
            "without": selectors.members_without_consent(today=today)[: selectors.MAX_LISTED],
            "left": [
                (member, retention.erasure_date(member))
                for member in selectors.members_due_for_erasure(left_by=today)[: selectors.MAX_LISTED]
            ],
            "ahead": selectors.DUE_PERIOD.days,
            "may_change": has_role_permission(self.user, CHANGE_MEMBER),
            "all_chosen": "all" in self.request.GET,
        }


class PrintConsentForm(DetailPage[Cohort]):
    """The consent form of a cohort for printing, in the language `code`, for a guardian or with `?for=member` for a member from 15 on."""

    permissions = (VIEW_MEMBER,)
    template_name = "staff/youthpanel/members/consent_form.html"

    def get_object(self) -> Cohort:
        if self.kwargs["code"] not in LANGUAGES:
            raise Http404
        return get_object_or_404(Cohort, pk=self.kwargs["cohort_id"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        # From here on the request has the language of the form, so that the Latin middleware transliterates the page.
        code = request.LANGUAGE_CODE = self.kwargs["code"]
        with translation.override(code):
            response = super().get(request, **kwargs)
        response.headers["Content-Language"] = LANGUAGES[code].tag
        return response

    def get_title(self) -> str:
        return str(self._form()["title"])

    def get_context(self) -> dict[str, Any]:
        return {
            "cohort": self.object,
            "form_text": self._form(),
            "languages": LANGUAGES.items(),
            "code": self.kwargs["code"],
            "is_for_member": self._is_for_member(),
        }

    def _form(self) -> dict[str, Any]:
        return consent_form("member" if self._is_for_member() else "guardian", self.kwargs["code"])

    def _is_for_member(self) -> bool:
        return self.request.GET.get("for") == "member"


@cache
def consent_form(giver: Literal["guardian", "member"], language: str) -> dict[str, Any]:
    """Return the consent form on paper for a giver in a language of LANGUAGES, with the texts as strings.

    Serbian is in Cyrillic in both scripts.
    """
    written = "en" if language == ENGLISH else "sr"
    document = read_document(Path(__file__).with_name("consent_form.yaml"))
    found: dict[str, Any] = _in_language(document.data[giver], written)
    return found


def _in_language(node: Any, code: str) -> Any:
    if isinstance(node, list):
        return [_in_language(each, code) for each in node]
    if isinstance(node, dict):
        if set(node) == {"sr", "en"}:
            return node[code].replace("{days}", str(retention.RETENTION_DAYS))
        return {key: _in_language(each, code) for key, each in node.items()}
    return node


class MemberPage(StaffPage[Member]):
    """Base of the pages of one member; the member's own page is the form of the admin."""

    permissions: ClassVar[tuple[str, ...]] = (CHANGE_MEMBER,)

    def get_object(self) -> Member:
        queryset = Member.objects.select_related("cohort", "school")
        return get_object_or_404(queryset, pk=self.kwargs["member_id"], erased_at=None)

    def get_url(self) -> str:
        return reverse("admin:youthpanel_member_change", args=[self.kwargs["member_id"]])

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "member": self.object}


class OpenIdentity(MemberPage, ActionPage[Member]):
    """Show the identity of a member once; this is audited."""

    permissions = (CHANGE_MEMBER, OPEN_IDENTITY)
    template_name = "staff/youthpanel/members/identity.html"
    title = _("Identity")

    def perform(self) -> HttpResponse:
        try:
            identity = services.read_identity(member=self.object, actor=self.user, now=self.now)
        except SealError as error:
            raise ActionRefused(
                _("The name cannot be opened: the keys of the panel are not available. Everything else works.")
            ) from error
        typed = {name: getattr(identity, name) for name in Identity.__slots__}
        born = {"birth_year": self.object.birth_year, "birth_month": self.object.birth_month}
        return self.render(form=IdentityForm(initial={**typed, **born}), identity=identity)


class ChangeIdentity(MemberPage, FormPage[Member, IdentityForm]):
    """Replace the identity of a member."""

    permissions = (CHANGE_MEMBER, OPEN_IDENTITY)
    template_name = "staff/youthpanel/members/identity.html"
    title = _("Identity")
    form_class = IdentityForm
    success_message = _("The name and contacts were sealed.")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Redirect to the member: only OpenIdentity shows the identity."""
        return redirect(self.get_url())

    def save(self, form: IdentityForm) -> None:
        services.replace_identity(
            member=self.object,
            identity=form.identity(),
            year=form.cleaned_data["birth_year"],
            month=form.cleaned_data["birth_month"],
            actor=self.user,
            now=self.now,
        )


class MemberForm[F: forms.BaseForm](MemberPage, FormPage[Member, F]):
    """Base of the forms about one member in the standard template."""

    template_name = "staff/youthpanel/members/form.html"


class GiveConsent(MemberForm[ConsentForm]):
    """Record a consent."""

    title = _("Record a consent")
    form_class = ConsentForm
    introduction = _(
        "The age on that day decides who gives it: a guardian under 15, the member from 15 on. An earlier consent for "
        "the same purpose ends on the day of the new one."
    )
    submit_label = _("Record it")
    success_message = _("The consent was recorded.")

    def get_initial(self) -> dict[str, Any]:
        return {"scope": self.request.GET.get("scope"), "given_on": localdate()}

    def save(self, form: ConsentForm) -> None:
        consents.give_consent(member=self.object, draft=form.draft(self.object), actor=self.user, now=self.now)


class ConsentAction(ActionPage[Consent]):
    """Base of the actions on one consent."""

    permissions = (CHANGE_MEMBER,)

    def get_object(self) -> Consent:
        queryset = Consent.objects.select_related("member")
        return get_object_or_404(queryset, pk=self.kwargs["consent_id"], member=self.kwargs["member_id"])

    def get_url(self) -> str:
        return reverse("admin:youthpanel_member_change", args=[self.kwargs["member_id"]])


class WithdrawConsent(MemberForm[forms.Form]):
    """Ask, with the effects of the withdrawal, then withdraw a consent."""

    template_name = "staff/youthpanel/members/withdraw.html"
    title = _("Withdraw a consent")
    form_class = forms.Form
    submit_label = pgettext_lazy("consent", "Withdraw for good")
    danger = True
    success_message = _("The consent was withdrawn. It is no longer valid from now on.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.consent = get_object_or_404(Consent, pk=kwargs["consent_id"], member=self.object)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect(self.get_url()) if self.consent.withdrawn_on else super().get(request, **kwargs)

    def get_context(self) -> dict[str, Any]:
        scope = ConsentScope(self.consent.scope)
        shown = {"scope": scope.label, "giver": self.consent.get_giver_display(), "member": self.object}
        question = gettext("Withdraw the consent to %(scope)s of %(member)s, given by: %(giver)s?") % shown
        return {**super().get_context(), "introduction": question, "effects": WITHDRAWAL_EFFECTS[scope]}

    def save(self, form: forms.Form) -> None:
        consents.withdraw_consent(consent=self.consent, actor=self.user, now=self.now)


class RecordConsentReminder(ConsentAction):
    """Record that the family was reminded today."""

    def perform(self) -> None:
        consents.record_reminder(consent=self.object, actor=self.user, now=self.now)

    def get_success_url(self) -> str:
        return reverse("admin:youthpanel-due-dates")


class DueConsentsForm[F: forms.Form](FormPage[None, F]):
    """Base of the forms about several consents, chosen on the page of due dates. The first POST shows them, the second one saves."""

    permissions = (CHANGE_MEMBER,)
    template_name = "staff/youthpanel/members/bulk_consents.html"

    def get_url(self) -> str:
        return reverse("admin:youthpanel-due-dates")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect(self.get_url())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.chosen():
            messages.error(request, gettext("Choose at least one consent."))
            return redirect(self.get_url())
        return super().post(request, **kwargs) if "confirmed" in request.POST else self.render(form=self.get_form())

    def chosen(self) -> list[Consent]:
        """Return the chosen consents that are still due."""
        ids = set(self.request.POST.getlist("consent"))
        due = selectors.due_consents(today=localdate(self.now))
        return [each.consent for each in due if str(each.consent.pk) in ids]

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "chosen": self.chosen()}


class RemindFamilies(DueConsentsForm[forms.Form]):
    """Record that several families were reminded today."""

    title = _("Record a reminder")
    form_class = forms.Form
    introduction = _("Record that these families were reminded today?")
    submit_label = _("Record it")

    def save(self, form: forms.Form) -> None:
        done, refused = run_each(
            self.chosen(),
            lambda consent: consents.record_reminder(consent=consent, actor=self.user, now=self.now),
        )
        text = ngettext("%(n)s reminder was recorded.", "%(n)s reminders were recorded.", done)
        show_result(self.request, text % {"n": done} if done else "", refused)


class RenewConsents(DueConsentsForm[RenewalForm]):
    """Record several consents that were signed on the same day."""

    title = _("Renew consents")
    form_class = RenewalForm
    introduction = _(
        "For signed forms of the same day. The age on that day decides who gives a consent: a guardian under 15, the member from 15 on."
    )
    submit_label = _("Renew consents")

    def get_initial(self) -> dict[str, Any]:
        return {"given_on": localdate(self.now)}

    def save(self, form: RenewalForm) -> None:
        done, refused = run_each(
            self.chosen(),
            lambda consent: consents.renew_consent(consent=consent, **form.cleaned_data, actor=self.user, now=self.now),
        )
        text = ngettext("%(n)s consent was renewed.", "%(n)s consents were renewed.", done)
        show_result(self.request, text % {"n": done} if done else "", refused)


class Leave(MemberForm[LeaveForm]):
    """Record the leaving of a member."""

    title = _("Record departure")
    form_class = LeaveForm
    submit_label = _("Record it")
    success_message = _("Departure recorded. The codes and sessions of this member have ended.")

    def get_initial(self) -> dict[str, Any]:
        return {"left_on": localdate()}

    def get_context(self) -> dict[str, Any]:
        introduction = ngettext(
            "The name and contacts are erased for good %(days)d day later. Until then you can undo the departure.",
            "The name and contacts are erased for good %(days)d days later. Until then you can undo the departure.",
            retention.retention_days(),
        ) % {"days": retention.retention_days()}
        return {**super().get_context(), "introduction": introduction}

    def save(self, form: LeaveForm) -> None:
        services.record_leaving(member=self.object, on=form.cleaned_data["left_on"], actor=self.user, now=self.now)


class UndoLeaving(MemberPage, ActionPage[Member]):
    """Undo the leaving."""

    success_message = _("This member is in the panel again.")

    def perform(self) -> None:
        services.undo_leaving(member=self.object, actor=self.user, now=self.now)


class Erase(MemberForm[EraseForm]):
    """Ask for confirmation, then erase."""

    title = _("Erase personal data")
    form_class = EraseForm
    introduction = _(
        "The name, contacts, pseudonym, codes and photographs of this member are deleted at once and for good. The "
        "name is removed from all texts. Attendance, ideas and answers stay under a number."
    )
    submit_label = _("Erase for good")
    danger = True
    success_message = _("Personal data erased. Only a number remains, which keeps all statistics.")

    def save(self, form: EraseForm) -> None:
        try:
            services.erase_member(self.object, self.user, self.now)
        except ErasureLogUnwritable as error:
            raise ActionRefused(
                _("Nothing was erased: the erasure log cannot be written. Tell the administrator.")
            ) from error
        except SealError as error:
            raise ActionRefused(
                _(
                    "Nothing was erased: the keys of the panel are not available, so texts could not be searched for "
                    "the name."
                )
            ) from error

    def get_success_url(self) -> str:
        return reverse("admin:youthpanel_member_changelist")
