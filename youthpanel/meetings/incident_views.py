"""Views of incident notes: the form for staff, and the pages of the safeguarding lead."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clicksafely.common.crypto.sealing import NoPublicKey, SealError
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.site import staff_view
from youthpanel.meetings import incidents
from youthpanel.meetings.exceptions import NotPossible
from youthpanel.meetings.forms import IncidentNoteForm
from youthpanel.meetings.incidents import ADD_NOTE, CANNOT_OPEN, CANNOT_SEAL, IncidentNoteData
from youthpanel.meetings.view_helpers import LIST, VIEW_MEETING, render_page
from youthpanel.meetings.views import ALLOWED_METHODS
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import IncidentNote, Member
from youthpanel.permissions import OPEN_NOTE

NOTES = "admin:youthpanel-incidents"
MOST_SHOWN = 300


@staff_view(ADD_NOTE)
@ALLOWED_METHODS
def add(request: HttpRequest) -> HttpResponse:
    """Write a note. The author sees only a confirmation afterwards."""
    members = Member.objects.filter(erased_at=None).order_by("pseudonym")
    form = IncidentNoteForm(members=members)
    if request.method == "POST":
        form = IncidentNoteForm(request.POST, members=members)
        if form.is_valid():
            draft = IncidentNoteData(**form.cleaned_data)
            try:
                incidents.write_note(draft=draft, actor=acting_user(request), now=timezone.now())
            except NoPublicKey:
                form.add_error(None, str(CANNOT_SEAL))
            else:
                messages.success(request, _("The note is kept. Only the safeguarding lead can open it."))
                return redirect("admin:youthpanel-incident-saved")
    title = _("Note of an incident")
    return render_page(
        request, "staff/youthpanel/meetings/incident_form.html", title, status=422 if form.errors else 200, form=form
    )


@staff_view(ADD_NOTE)
@require_safe
def note_saved(request: HttpRequest) -> HttpResponse:
    """Confirm that the note was saved, with advice for urgent cases."""
    user = acting_user(request)
    back = (
        NOTES
        if incidents.is_safeguarding_lead(user)
        else LIST
        if has_role_permission(user, VIEW_MEETING)
        else "admin:index"
    )
    return render_page(request, "staff/youthpanel/meetings/incident_recorded.html", _("Note of an incident"), back=back)


@staff_view(OPEN_NOTE)
@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """The start page of the safeguarding lead: open notes first."""
    listed = incidents.list_notes()[:MOST_SHOWN]
    return render_page(
        request,
        "staff/youthpanel/meetings/incidents.html",
        _("Incident notes"),
        notes=listed,
        waiting=incidents.count_open_notes(),
    )


@staff_view(OPEN_NOTE)
@require_POST
def open_note(request: HttpRequest, note_id: int) -> HttpResponse:
    """Show a note once; this is audited."""
    note = _known(note_id)
    try:
        text = incidents.read_note(note=note, actor=acting_user(request), now=timezone.now())
    except SealError:
        messages.error(request, str(CANNOT_OPEN))
        return redirect(NOTES)
    return render_page(request, "staff/youthpanel/meetings/incident.html", _("Incident note"), note=note, text=text)


@staff_view(OPEN_NOTE)
@require_POST
def close_incident(request: HttpRequest, note_id: int) -> HttpResponse:
    try:
        incidents.close_note(note=_known(note_id), actor=acting_user(request), now=timezone.now())
    except NotPossible as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The note is settled."))
    return redirect(NOTES)


def _known(note_id: int) -> IncidentNote:
    return get_object_or_404(IncidentNote.objects.select_related("member", "written_by"), pk=note_id)
