"""Staff pages of hash lists: add, import progress, switch, remove, unlock a picture. For supervisors."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from clicksafely.common.files.upload_handlers import receive_uploads
from clicksafely.common.queue.enqueue import enqueue_task
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage
from hotline.models import HashList, HashMatch, ListState, Upload
from hotline.permissions import MANAGE_HASH_LISTS, MANAGE_QUARANTINE
from hotline.triage.hash_lists import list_services, unlock_services
from hotline.triage.hash_lists.files import ListUploadHandler
from hotline.triage.hash_lists.forms import ListForm, UnlockForm
from hotline.triage.hash_lists.labels import problem_lines
from hotline.triage.hash_lists.list_services import ERASE_TASK, IMPORT_TASK, SWEEP_TASK

UNDER_WAY = (*list_services.UNDER_WAY, ListState.REMOVING)


# The CSRF token is in the body, so it is checked after the upload handler is set.
@method_decorator(csrf_exempt, name="dispatch")
class AddHashList(FormPage[None, ListForm]):
    """Add a list. A POST streams the file to the disk."""

    permissions = (MANAGE_HASH_LISTS,)
    template_name = "staff/hotline/hash_lists/add.html"
    title = gettext_lazy("Add a hash list")
    form_class = ListForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with receive_uploads(request, ListUploadHandler(request)):
            return csrf_protect(super().dispatch)(request, *args, **kwargs)

    def get_url(self) -> str:
        return reverse("admin:hotline_hashlist_changelist")

    def save(self, form: ListForm) -> HttpResponse:
        data = form.cleaned_data
        stored, replaces = data["file"].stored, data["replaces"]
        added = list_services.add_list(
            details=form.details(), stored=stored, replaces=replaces, actor=self.user, now=self.now
        )
        enqueue_task(IMPORT_TASK, list_id=added.pk)
        return self.saved(reverse("admin:hotline-hash-list", args=[added.pk]))

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Ask for the file again after an error."""
        context["form"].ask_again()
        return super().render(status=status, **context)


class HashListDetail(DetailPage[HashList]):
    """One list with its import progress, problems and actions."""

    permissions = (MANAGE_HASH_LISTS,)
    template_name = "staff/hotline/hash_lists/list.html"

    def get_object(self) -> HashList:
        return get_object_or_404(HashList.objects.select_related("imported_by"), pk=self.kwargs["list_id"])

    def get_url(self) -> str:
        return reverse("admin:hotline-hash-list", args=[self.object.pk])

    def get_title(self) -> str:
        return self.object.name

    def get_context(self) -> dict[str, Any]:
        hash_list = self.object
        return {
            **super().get_context(),
            "hash_list": hash_list,
            "under_way": hash_list.state in UNDER_WAY,
            "importing": hash_list.state in list_services.UNDER_WAY,
            "problems": problem_lines(hash_list),
            "unnamed": hash_list.problem_count - len(hash_list.problems),
        }


class SwitchHashList(ActionPage[HashList], HashListDetail):
    """Switch a list on or off, or remove it."""

    def perform(self) -> None:
        pk, wish = self.object.pk, self.request.POST.get("to")
        if wish == "removed":
            list_services.remove_list(list_id=pk, actor=self.user, now=self.now)
            enqueue_task(ERASE_TASK, list_id=pk)
            messages.success(self.request, _("The list is no longer in use. Its hashes are being erased."))
        elif wish == "on":
            list_services.switch_list(list_id=pk, on=True, actor=self.user, now=self.now)
            enqueue_task(SWEEP_TASK)
            messages.success(self.request, _("The list is in use."))
        elif wish == "off":
            list_services.switch_list(list_id=pk, on=False, actor=self.user, now=self.now)
            messages.success(self.request, _("The list is switched off."))


class UnlockPicture(FormPage[Upload, UnlockForm]):
    """Show why a picture is locked, without the picture, and unlock it."""

    permissions = (MANAGE_QUARANTINE,)
    template_name = "staff/hotline/hash_lists/unlock.html"
    title = gettext_lazy("Unlock a picture")
    form_class = UnlockForm
    success_message = gettext_lazy("The picture is unlocked. The analyst who holds the case may open it.")

    def get_object(self) -> Upload:
        uploads = Upload.objects.select_related("report")
        return get_object_or_404(uploads, pk=self.kwargs["upload_id"], report__isnull=False)

    def get_url(self) -> str:
        return reverse("admin:hotline_hashmatch_changelist")

    def get_context(self) -> dict[str, Any]:
        matches = HashMatch.objects.filter(file_hash__upload=self.object).select_related("hash_list").order_by("pk")
        shown = {"upload": self.object, "report": self.object.report, "matches": matches}
        return {**super().get_context(), **shown}

    def save(self, form: UnlockForm) -> None:
        reason = form.cleaned_data["reason"]
        unlock_services.unlock_upload(upload=self.object, reason=reason, actor=self.user, now=self.now)
