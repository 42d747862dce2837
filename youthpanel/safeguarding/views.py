"""Staff pages of safeguarding notes: the form for staff, and the cases of the lead and the deputy."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.common.crypto.sealing import NoPublicKey, SealError
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.serbian.alphabet import PageOrder
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage, StaffPage
from youthpanel.models import (
    ActionKind,
    Member,
    NoteOutcome,
    OpeningReason,
    SafeguardingAction,
    SafeguardingNote,
)
from youthpanel.permissions import ADD_NOTE, OPEN_NOTE
from youthpanel.safeguarding import identity_services, selectors, services
from youthpanel.safeguarding.forms import (
    CloseForm,
    HandOverForm,
    OpenIdentityForm,
    PlanForm,
    ResultForm,
    SafeguardingNoteForm,
)
from youthpanel.safeguarding.services import NoteContent, NoteData

NOTES = "admin:youthpanel-safeguarding"
MAX_SHOWN = 300
CANNOT_SEAL = _(
    "Nothing was saved: it cannot be sealed because the keys of the panel are not available. Your text is "
    "still below. Tell the safeguarding lead in person now."
)
CANNOT_OPEN = _("The note cannot be opened: the keys of the panel are not available. Everything else works.")


class SealedForm[T, F: forms.BaseForm](FormPage[T, F]):
    """A form whose texts are sealed. Without keys nothing is saved and the texts stay."""

    def save(self, form: F) -> HttpResponse | None:
        try:
            return self.seal(form)
        except NoPublicKey as error:
            raise ActionRefused(CANNOT_SEAL) from error

    def seal(self, form: F) -> HttpResponse | None:
        """Call the service; see `FormPage.save`. Raises NoPublicKey too."""
        raise NotImplementedError


class AddNote(SealedForm[None, SafeguardingNoteForm]):
    """Write a note. The author sees only a confirmation afterwards."""

    permissions = (ADD_NOTE,)
    template_name = "staff/youthpanel/safeguarding/note_form.html"
    title = _("New safeguarding note")
    form_class = SafeguardingNoteForm
    success_message = _("The note was saved. Only the safeguarding lead and the deputy can open it.")

    def get_url(self) -> str:
        return reverse("admin:youthpanel-safeguarding-saved")

    def get_form_arguments(self) -> dict[str, Any]:
        return {"members": Member.objects.filter(erased_at=None).order_by(PageOrder("pseudonym"), "id")}

    def seal(self, form: SafeguardingNoteForm) -> None:
        services.write_note(draft=NoteData(**form.cleaned_data), actor=self.user, now=self.now)


class NoteSaved(DetailPage[None]):
    """Confirm that the note was saved, with advice for urgent cases."""

    permissions = (ADD_NOTE,)
    template_name = "staff/youthpanel/safeguarding/note_saved.html"
    title = _("New safeguarding note")

    def get_context(self) -> dict[str, Any]:
        if services.is_safeguarding_lead(self.user):
            return {"back": NOTES}
        may_view = has_role_permission(self.user, "youthpanel.view_meeting")
        return {"back": "admin:youthpanel_meeting_changelist" if may_view else "admin:index"}


class Notes(DetailPage[None]):
    """The start page of the lead and the deputy: open notes first."""

    permissions = (OPEN_NOTE,)
    template_name = "staff/youthpanel/safeguarding/notes.html"
    title = _("Safeguarding notes")

    def get_context(self) -> dict[str, Any]:
        today = localdate(self.now)
        return {
            "notes": selectors.list_notes()[:MAX_SHOWN],
            "open_count": selectors.count_open_notes(),
            "overdue_count": selectors.overdue_actions(today).count(),
            "today": today,
            "lacks_deputy": selectors.leads().count() < selectors.MIN_LEADS,
        }


class NoteBase(StaffPage[SafeguardingNote]):
    """Base of the pages of one note, for the lead and the deputy."""

    permissions: ClassVar[tuple[str, ...]] = (OPEN_NOTE,)

    def get_object(self) -> SafeguardingNote:
        queryset = SafeguardingNote.objects.select_related("member", "written_by", "assigned_to")
        return get_object_or_404(queryset, pk=self.kwargs["note_id"])

    def get_url(self) -> str:
        return reverse("admin:youthpanel-safeguarding-note", args=[self.kwargs["note_id"]])

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "note": self.object}


class ShowNote(NoteBase, DetailPage[SafeguardingNote]):
    """A case without its texts."""

    template_name = "staff/youthpanel/safeguarding/note.html"
    title = _("Safeguarding note")

    def get_context(self) -> dict[str, Any]:
        return self.case_context(None)

    def case_context(self, content: NoteContent | None) -> dict[str, Any]:
        """Return the case; its texts only with `content`."""
        shown = content or NoteContent("")
        actions = self.object.actions.select_related("planned_by", "done_by").defer("sealed", "sealed_result")
        openings = self.object.openings.select_related("opened_by").defer("sealed")
        return {
            **super().get_context(),
            "content": content,
            "actions": [(each, shown.planned.get(each.pk, ""), shown.results.get(each.pk, "")) for each in actions],
            "openings": [(each, shown.openings.get(each.pk, "")) for each in openings],
            "today": localdate(self.now),
        }


class OpenNote(ActionPage[SafeguardingNote], ShowNote):
    """Show the case with its texts once; this is audited."""

    def perform(self) -> HttpResponse:
        try:
            content = services.read_note(note=self.object, actor=self.user, now=self.now)
        except SealError as error:
            raise ActionRefused(CANNOT_OPEN) from error
        return self.render(**self.case_context(content))


class TakeNote(ActionPage[SafeguardingNote], ShowNote):
    """Take a note that no one has taken."""

    success_message = _("This is your case now.")

    def perform(self) -> None:
        services.take_note(note=self.object, actor=self.user, now=self.now)


class NoteForm[F: forms.Form](NoteBase, SealedForm[SafeguardingNote, F]):
    """Base of the forms about one note."""

    template_name = "staff/youthpanel/safeguarding/form.html"


class HandOver(NoteForm[HandOverForm]):
    """Hand a note over to the other person."""

    title = pgettext_lazy("note", "Hand over")
    form_class = HandOverForm
    submit_label = pgettext_lazy("note", "Hand over")
    success_message = _("The note was handed over.")

    def get_form_arguments(self) -> dict[str, Any]:
        return {"besides": self.object.assigned_to}

    def seal(self, form: HandOverForm) -> None:
        services.hand_over_note(note=self.object, to=form.cleaned_data["to"], actor=self.user, now=self.now)


class PlanAction(NoteForm[PlanForm]):
    """Add an action or a follow-up."""

    title = _("Plan an action")
    form_class = PlanForm
    submit_label = _("Seal and save")
    success_message = _("The action was saved.")

    def seal(self, form: PlanForm) -> None:
        services.plan_action(
            note=self.object,
            kind=ActionKind(form.cleaned_data["kind"]),
            text=form.cleaned_data["text"],
            due_on=form.cleaned_data["due_on"],
            actor=self.user,
            now=self.now,
        )


class FinishAction(NoteForm[ResultForm]):
    """Record that an action is done, and its result."""

    title = _("Record the result")
    form_class = ResultForm
    submit_label = _("Seal and save")
    success_message = _("The result was saved.")

    def get_object(self) -> SafeguardingNote:
        """Return the note. Raises Http404 also if the action is not one of it."""
        note = super().get_object()
        found = SafeguardingAction.objects.select_related("note").defer("sealed", "sealed_result")
        self.action = get_object_or_404(found, pk=self.kwargs["action_id"], note=note)
        return note

    def seal(self, form: ResultForm) -> None:
        services.finish_action(action=self.action, result=form.cleaned_data["result"], actor=self.user, now=self.now)


class CloseNote(NoteForm[CloseForm]):
    """Close a note with its outcome."""

    title = _("Close the note")
    form_class = CloseForm
    submit_label = _("Close the note")
    success_message = _("The note is closed.")

    def get_success_url(self) -> str:
        return reverse(NOTES)

    def seal(self, form: CloseForm) -> None:
        services.close_note(
            note=self.object,
            outcome=NoteOutcome(form.cleaned_data["outcome"]),
            words=form.cleaned_data["words"],
            actor=self.user,
            now=self.now,
        )


class OpenIdentity(NoteForm[OpenIdentityForm]):
    """Show the name and school of the child once, for a reason; this is audited."""

    title = _("The child behind the note")
    form_class = OpenIdentityForm
    introduction = _(
        "The name and the school are shown once. The opening is recorded with its reason; coordinators do not see it."
    )
    submit_label = _("Open (logged)")

    def seal(self, form: OpenIdentityForm) -> HttpResponse:
        try:
            child = identity_services.open_identity(
                note=self.object,
                reason=OpeningReason(form.cleaned_data["reason"]),
                words=form.cleaned_data["words"],
                actor=self.user,
                now=self.now,
            )
        except SealError as error:
            raise ActionRefused(CANNOT_OPEN) from error
        self.template_name = "staff/youthpanel/safeguarding/identity.html"
        return self.render(child=child, contacts=None)


class OpenContacts(NoteBase, ActionPage[SafeguardingNote]):
    """Show the contacts of the child and a guardian once; this is audited on its own."""

    template_name = "staff/youthpanel/safeguarding/identity.html"
    title = _("The child behind the note")

    def perform(self) -> HttpResponse:
        try:
            child, contacts = identity_services.open_contacts(note=self.object, actor=self.user, now=self.now)
        except SealError as error:
            raise ActionRefused(CANNOT_OPEN) from error
        return self.render(child=child, contacts=contacts)
