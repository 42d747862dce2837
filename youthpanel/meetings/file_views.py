"""Pages of meeting files: upload, marking of the members on a photograph, deletion, and download for coordinators."""

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.text import get_valid_filename
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from clicksafely.common.files.file_response import send_file
from clicksafely.common.staff.pages import ActionPage, FormPage
from clicksafely.common.staff.site import staff_view
from youthpanel.meetings import files, storage
from youthpanel.meetings.files import FileData
from youthpanel.meetings.forms import FileDetailsForm, FileForm
from youthpanel.meetings.upload_validation import EXTENSIONS
from youthpanel.meetings.views import VIEW_MEETING, MeetingPage
from youthpanel.models import Meeting, MeetingFile, MeetingFileKind

VIEW_FILE, ADD_FILE, CHANGE_FILE, DELETE_FILE = (
    f"youthpanel.{action}_meetingfile" for action in ("view", "add", "change", "delete")
)
NOT_KEPT = "private, no-store"


class FilePage[F: FileDetailsForm](MeetingPage, FormPage[Meeting, F]):
    """Base of the forms about a file of a meeting."""

    template_name = "staff/youthpanel/meetings/file.html"
    file: MeetingFile | None = None

    def get_form_arguments(self) -> dict[str, Any]:
        self.members = files.members_possibly_shown(self.object, localdate(self.now))
        return {"members": self.members}

    def render(self, *, status: int = 200, **context: Any) -> Any:
        """Add a line for each member who may be on the picture."""
        ticked = context["form"].ticked()
        shows_members = self.file is None or self.file.kind == MeetingFileKind.PHOTOGRAPH
        lines = [(member, agrees, member.pk in ticked) for member, agrees in self.members] if shows_members else []
        return super().render(status=status, lines=lines, file=self.file, **context)


class AddFile(FilePage[FileForm]):
    """Upload a file with its details."""

    permissions = (VIEW_MEETING, ADD_FILE)
    form_class = FileForm
    success_message = gettext_lazy("The file was saved.")

    def get_title(self) -> str:
        return _("Add a file: %(meeting)s") % {"meeting": self.object}

    def save(self, form: FileForm) -> None:
        upload = form.cleaned_data["file"]
        files.add_file(meeting=self.object, upload=upload, draft=_draft(form), actor=self.user, now=self.now)


class ChangeFile(FilePage[FileDetailsForm]):
    """Change the name of a file and the members on it."""

    permissions = (VIEW_MEETING, CHANGE_FILE)
    file: MeetingFile
    form_class = FileDetailsForm
    success_message = gettext_lazy("Saved.")

    def get_object(self) -> Meeting:
        self.file = _file_or_404(self.kwargs["meeting_id"], self.kwargs["file_id"])
        return super().get_object()

    def get_title(self) -> str:
        return _("Change: %(file)s") % {"file": self.file}

    def get_initial(self) -> dict[str, Any]:
        shown = sorted(self.file.shown.values_list("pk", flat=True))
        names = ("name", "description", "shows_no_person")
        return {"shown": shown, **{name: getattr(self.file, name) for name in names}}

    def save(self, form: FileDetailsForm) -> None:
        files.update_file(file=self.file, draft=_draft(form), actor=self.user, now=self.now)


class RemoveFile(MeetingPage, ActionPage[Meeting]):
    """Delete a file permanently."""

    permissions = (VIEW_MEETING, DELETE_FILE)
    file: MeetingFile
    success_message = gettext_lazy("The file was deleted.")

    def get_object(self) -> Meeting:
        self.file = _file_or_404(self.kwargs["meeting_id"], self.kwargs["file_id"])
        return super().get_object()

    def perform(self) -> None:
        files.remove_file(file=self.file, actor=self.user, now=self.now)


@staff_view(VIEW_MEETING, VIEW_FILE)
@require_safe
def file(request: HttpRequest, meeting_id: int, file_id: int) -> HttpResponseBase:
    """Return the file. A photograph needs the consent of all members on it."""
    found = _shown(meeting_id, file_id)
    return _sent(request, found, storage.file_path(found))


@staff_view(VIEW_MEETING, VIEW_FILE)
@require_safe
def thumbnail(request: HttpRequest, meeting_id: int, file_id: int) -> HttpResponseBase:
    """Return the thumbnail of a photograph."""
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


def _file_or_404(meeting_id: int, file_id: int) -> MeetingFile:
    return get_object_or_404(MeetingFile, pk=file_id, meeting=meeting_id, erased=False)


def _shown(meeting_id: int, file_id: int) -> MeetingFile:
    found = files.find_publishable_file(meeting_id, file_id, localdate())
    if found is None:
        raise Http404
    return found


def _draft(form: FileDetailsForm) -> FileData:
    data = form.cleaned_data
    return FileData(
        name=data["name"],
        description=data["description"],
        shown=frozenset(data["shown"]),
        shows_no_person=data["shows_no_person"],
    )
