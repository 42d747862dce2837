"""The page of a package, and what supervisors do with it. Its file leaves by POST alone: no cache, history or prefetch holds it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clicksafely.accounts.models import User
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.site import staff_view
from hotline.models import PoliceDelivery, PoliceFile, PolicePackage
from hotline.permissions import HAND_OVER_PACKAGE
from hotline.referral.police import delivery, selectors
from hotline.referral.police.delivery import PackageError
from hotline.referral.police.forms import DeliveryForm

VIEW_PERMISSION = "hotline.view_policepackage"

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def package_action(act: Callable[[HttpRequest, PolicePackage], HttpResponse]) -> View[[int]]:
    """What whoever hands packages over does with one, by POST; its address looked at leads to the package."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(act)
    def act_or_look(request: HttpRequest, package_id: int) -> HttpResponse:
        package = _package(package_id)
        if request.method != "POST":
            return redirect(_page(package))
        try:
            return act(request, package)
        except PackageError as refusal:
            return _show(request, _package(package_id), refusal=str(refusal.message), status=422)
        except SealError:
            text = _("This cannot be opened here: the key or the file is missing. Tell whoever runs the system.")
            return _show(request, package, refusal=text, status=422)

    return staff_view(HAND_OVER_PACKAGE)(act_or_look)


def _see(request: HttpRequest, package_id: int) -> HttpResponse:
    return _show(request, _package(package_id))


show = staff_view(VIEW_PERMISSION)(require_safe(_see))


@package_action
def download(request: HttpRequest, package: PolicePackage) -> HttpResponse:
    """The file as it is handed over."""
    content = delivery.open_file(package=package, actor=_user(request), now=timezone.now())
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{package.file_name}"'
    return response


@package_action
def password(request: HttpRequest, package: PolicePackage) -> HttpResponse:
    """The password, in this one answer."""
    told = delivery.read_password(package=package, actor=_user(request), now=timezone.now())
    return _show(request, package, told=told)


@package_action
def record_delivery(request: HttpRequest, package: PolicePackage) -> HttpResponse:
    """The police have it."""
    form = DeliveryForm(request.POST, package=package)
    if not form.is_valid():
        return _show(request, package, form=form, status=422)
    delivery.record_delivery(package=package, delivery=form.delivery(), actor=_user(request), now=timezone.now())
    messages.success(request, _("The hand-over is recorded. What was in the package is handed over from now on."))
    return redirect(_page(package))


@package_action
def retry_email(request: HttpRequest, package: PolicePackage) -> HttpResponse:
    """Try the e-mail once more."""
    delivery.retry_email(package=package, actor=_user(request), now=timezone.now())
    messages.success(request, _("The e-mail is tried again within a minute."))
    return redirect(_page(package))


@package_action
def discard(request: HttpRequest, package: PolicePackage) -> HttpResponse:
    """It is not handed over."""
    delivery.discard_package(package=package, actor=_user(request), now=timezone.now())
    messages.success(request, _("The package is discarded. What is still to be handed over goes into a new one."))
    return redirect(_page(package))


def _show(
    request: HttpRequest,
    package: PolicePackage,
    *,
    refusal: str = "",
    told: str = "",
    form: DeliveryForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    file = PoliceFile.objects.filter(package=package).values("pk", "sealed_password").first()
    initial = {"how": package.recipient.delivery, "at": timezone.localtime(now)}
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": package.reference,
        "package": package,
        "items": selectors.find_items(package),
        "holds": selectors.open_holds(package),
        "taken_back": selectors.withdrawn_cases(package),
        "mails": selectors.package_mails(package),
        "is_kept": file is not None,
        "has_password": bool(file and file["sealed_password"]) or bool(told),
        "told": told,
        "may_hand_over": has_role_permission(request.user, HAND_OVER_PACKAGE),
        "may_mail": package.recipient.delivery == PoliceDelivery.EMAIL and not package.pictures,
        "form": form or DeliveryForm(package=package, initial=initial),
        "refusal": refusal,
    }
    return render(request, "staff/hotline/police/package.html", context, status=status)


def _package(package_id: int) -> PolicePackage:
    packages = PolicePackage.objects.select_related("recipient", "delivered_by", "made_by")
    return get_object_or_404(packages, pk=package_id)


def _page(package: PolicePackage) -> str:
    return reverse("admin:hotline-police-package", args=[package.pk])


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the staff site lets nobody else in
    return request.user
