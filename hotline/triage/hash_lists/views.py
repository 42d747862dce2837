"""Staff views of hash lists: add, import progress, switch, remove, unlock a picture. For supervisors."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from clicksafely.accounts.models import User
from clicksafely.common.files.upload_handlers import ReceivedFile, receive_uploads
from clicksafely.common.staff.site import staff_view
from hotline.models import HashList, HashMatch, ListState, UnlockReason, Upload
from hotline.permissions import MANAGE_HASH_LISTS, MANAGE_QUARANTINE
from hotline.triage.hash_lists import list_services, unlock_services
from hotline.triage.hash_lists.enqueue import ERASE, IMPORT, SWEEP, enqueue_task
from hotline.triage.hash_lists.files import ListUploadHandler
from hotline.triage.hash_lists.forms import ListForm
from hotline.triage.hash_lists.labels import problem_lines

UNDER_WAY = (*list_services.UNDER_WAY, ListState.REMOVING)


# The CSRF token is in the body. `_add` checks it after the permission and the upload handler are set.
@staff_view(MANAGE_HASH_LISTS)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Show the form. A POST streams the file to the disk."""
    with receive_uploads(request, ListUploadHandler(request)):
        return _add(request)


@csrf_protect
def _add(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show_form(request, ListForm())
    form = ListForm(request.POST, request.FILES)
    received = request.FILES.get("file")
    # The last field of the form is missing if the connection broke. A truncated file may still be readable.
    if received and "whole" not in request.POST:
        form.add_error("file", _("The file did not arrive whole. Choose it again."))
    if form.is_valid() and isinstance(received, ReceivedFile) and received.stored:
        try:
            added = list_services.add_list(
                details=form.details(),
                stored=received.stored,
                replaces=form.cleaned_data["replaces"],
                actor=_user(request),
                now=timezone.now(),
            )
        except (list_services.NameTaken, list_services.UnderWay) as refusal:
            form.add_error("name", str(refusal.message))
        except list_services.ListRefused as refusal:
            form.add_error("file", str(refusal.message))
        else:
            enqueue_task(IMPORT, list_id=added.pk)
            return redirect("admin:hotline-hash-list", added.pk)
    if isinstance(received, ReceivedFile) and received.stored and "file" not in form.errors:
        form.add_error("file", _("Choose the file again: it was not kept."))
    return _show_form(request, form, status=422)


@staff_view(MANAGE_HASH_LISTS)
@require_safe
def show(request: HttpRequest, list_id: int) -> HttpResponse:
    """Show one list with its import progress, problems and actions."""
    return _show(request, _list(list_id))


@staff_view(MANAGE_HASH_LISTS)
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest, list_id: int) -> HttpResponse:
    """Switch a list on or off, or remove it. A GET redirects to the list."""
    hash_list, wish = _list(list_id), request.POST.get("to", "")
    if request.method != "POST" or wish not in ("on", "off", "removed"):
        return redirect("admin:hotline-hash-list", list_id)
    try:
        if wish == "removed":
            list_services.remove_list(list_id=list_id, actor=_user(request), now=timezone.now())
            enqueue_task(ERASE, list_id=list_id)
            messages.success(request, _("The list is no longer in use. Its hashes are being erased."))
        else:
            list_services.switch_list(list_id=list_id, on=wish == "on", actor=_user(request), now=timezone.now())
            if wish == "on":
                enqueue_task(SWEEP)
            messages.success(request, _("The list is in use.") if wish == "on" else _("The list is switched off."))
    except list_services.ListRefused as refusal:
        return _show(request, hash_list, refusal=str(refusal.message), status=422)
    return redirect("admin:hotline-hash-list", list_id)


@staff_view(MANAGE_QUARANTINE)
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Show why a picture is locked, without the picture, and unlock it."""
    upload = get_object_or_404(Upload.objects.select_related("report"), pk=upload_id, report__isnull=False)
    reason, refusal = request.POST.get("reason", ""), ""
    if request.method == "POST":
        try:
            unlock_services.unlock_upload(upload=upload, reason=reason, actor=_user(request), now=timezone.now())
        except list_services.ListRefused as refused:
            refusal = str(refused.message)
        else:
            messages.success(request, _("The picture is unlocked. Whoever holds the case may open it."))
            return redirect("admin:hotline_hashmatch_changelist")
    context = {
        "upload": upload,
        "report": upload.report,
        "matches": HashMatch.objects.filter(file_hash__upload=upload).select_related("hash_list").order_by("pk"),
        "reasons": UnlockReason.choices,
        "reason": reason,
        "refusal": refusal,
        "title": _("Unlock a picture"),
    }
    return _render(request, "staff/hotline/hash_lists/unlock.html", context, 422 if refusal else 200)


def _show(request: HttpRequest, hash_list: HashList, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "hash_list": hash_list,
        "under_way": hash_list.state in UNDER_WAY,
        "importing": hash_list.state in list_services.UNDER_WAY,
        "problems": problem_lines(hash_list),
        "unnamed": hash_list.problem_count - len(hash_list.problems),
        "refusal": refusal,
        "title": hash_list.name,
    }
    return _render(request, "staff/hotline/hash_lists/list.html", context, status)


def _show_form(request: HttpRequest, form: ListForm, *, status: int = 200) -> HttpResponse:
    return _render(request, "staff/hotline/hash_lists/add.html", {"form": form, "title": _("Add a hash list")}, status)


def _render(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)


def _list(list_id: int) -> HashList:
    return get_object_or_404(HashList.objects.select_related("imported_by"), pk=list_id)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin requires a signed-in user
    return request.user
