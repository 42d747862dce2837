"""Views of meeting files: upload, marking of the members on a photograph, deletion, and download for coordinators."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clicksafely.common.files.file_response import send_file
from clicksafely.common.staff.site import staff_view
from youthpanel.meetings import files, storage
from youthpanel.meetings.exceptions import NotPossible
from youthpanel.meetings.files import FileData
from youthpanel.meetings.forms import FileDetailsForm, FileForm
from youthpanel.meetings.upload_validation import EXTENSIONS
from youthpanel.meetings.view_helpers import VIEW_MEETING, get_meeting_or_404, redirect_to_meeting, render_page
from youthpanel.meetings.views import ALLOWED_METHODS, show_meeting
from youthpanel.members.exceptions import RecordRefused
from youthpanel.members.forms import add_faults
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import Meeting, MeetingFile, MeetingFileKind

VIEW_FILE, ADD_FILE, CHANGE_FILE, DELETE_FILE = (
    f"youthpanel.{action}_meetingfile" for action in ("view", "add", "change", "delete")
)
NOT_KEPT = "private, no-store"


@staff_view(VIEW_MEETING, ADD_FILE)
@ALLOWED_METHODS
def add(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Upload a file with its details."""
    found, now = get_meeting_or_404(meeting_id), timezone.now()
    members = files.members_possibly_shown(found, localdate(now))
    form = FileForm(members=members)
    if request.method == "POST":
        form = FileForm(request.POST, request.FILES, members=members)
        if form.is_valid():
            try:
                files.add_file(
                    meeting=found,
                    upload=form.cleaned_data["file"],
                    draft=_draft(form),
                    actor=acting_user(request),
                    now=now,
                )
            except RecordRefused as refused:
                add_faults(form, refused)
            except NotPossible as error:
                return show_meeting(request, found, refusal=str(error.message))
            else:
                messages.success(request, _("The file is kept."))
                return redirect_to_meeting(found.pk)
    return _form(request, form, found, members, _("Add a file: %(meeting)s") % {"meeting": found})


@staff_view(VIEW_MEETING, CHANGE_FILE)
@ALLOWED_METHODS
def change(request: HttpRequest, meeting_id: int, file_id: int) -> HttpResponse:
    """Change the name of a file and the members on it."""
    found, now = get_meeting_or_404(meeting_id), timezone.now()
    file = _known(meeting_id, file_id)
    members = files.members_possibly_shown(found, localdate(now))
    shown = sorted(file.shown.values_list("pk", flat=True))
    initial = {"name": file.name, "description": file.description, "shown": shown, "nobody": file.nobody}
    form = FileDetailsForm(initial=initial, members=members)
    if request.method == "POST":
        form = FileDetailsForm(request.POST, members=members)
        if form.is_valid():
            try:
                files.update_file(file=file, draft=_draft(form), actor=acting_user(request), now=now)
            except RecordRefused as refused:
                add_faults(form, refused)
            else:
                messages.success(request, _("Saved."))
                return redirect_to_meeting(found.pk)
    marks = members if file.kind == MeetingFileKind.PHOTOGRAPH else []
    return _form(request, form, found, marks, _("Change: %(file)s") % {"file": file}, file=file)


@staff_view(VIEW_MEETING, DELETE_FILE)
@require_POST
def remove(request: HttpRequest, meeting_id: int, file_id: int) -> HttpResponse:
    """Delete a file permanently."""
    files.remove_file(file=_known(meeting_id, file_id), actor=acting_user(request), now=timezone.now())
    messages.success(request, _("The file is deleted."))
    return redirect_to_meeting(meeting_id)


@staff_view(VIEW_MEETING, VIEW_FILE)
@require_safe
def file(request: HttpRequest, meeting_id: int, file_id: int) -> HttpResponseBase:
    """The file. A photograph needs the consent of all members on it."""
    found = _shown(meeting_id, file_id)
    return _sent(request, found, storage.file_path(found))


@staff_view(VIEW_MEETING, VIEW_FILE)
@require_safe
def thumbnail(request: HttpRequest, meeting_id: int, file_id: int) -> HttpResponseBase:
    """The thumbnail of a photograph."""
    found = _shown(meeting_id, file_id)
    return _sent(request, found, storage.thumbnail_path(found))


def _sent(request: HttpRequest, found: MeetingFile, path: Any) -> HttpResponseBase:
    name = get_valid_filename(found.name) if found.name.strip(". ") else "file"
    return send_file(
        request,
        path,
        name=f"{name}.{EXTENSIONS[found.media_type]}",
        media_type=found.media_type,
        digest=found.sha256,
        caching=NOT_KEPT,
        shown=found.kind == MeetingFileKind.PHOTOGRAPH,
    ).response


def _known(meeting_id: int, file_id: int) -> MeetingFile:
    return get_object_or_404(MeetingFile, pk=file_id, meeting=meeting_id, erased=False)


def _shown(meeting_id: int, file_id: int) -> MeetingFile:
    found = files.find_publishable_file(meeting_id, file_id, localdate())
    if found is None:
        raise Http404
    return found


def _draft(form: FileDetailsForm) -> FileData:
    data = form.cleaned_data
    return FileData(
        name=data["name"], description=data["description"], shown=frozenset(data["shown"]), nobody=data["nobody"]
    )


def _form(
    request: HttpRequest,
    form: FileDetailsForm,
    found: Meeting,
    members: Any,
    title: str,
    file: MeetingFile | None = None,
) -> HttpResponse:
    ticked = form.ticked()
    lines = [(member, agrees, member.pk in ticked) for member, agrees in members]
    status = 422 if form.errors else 200
    return render_page(
        request,
        "staff/youthpanel/meetings/file.html",
        title,
        status=status,
        form=form,
        meeting=found,
        lines=lines,
        file=file,
    )
