"""The page of a package and its actions."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage
from hotline.models import PoliceDelivery, PoliceFile, PolicePackage
from hotline.permissions import HAND_OVER_PACKAGE
from hotline.referral.police import delivery, selectors
from hotline.referral.police.forms import DeliveryForm


class PackageDetail(DetailPage[PolicePackage]):
    """A package with its contents and actions."""

    permissions = ("hotline.view_policepackage",)
    template_name = "staff/hotline/police/package.html"

    def get_object(self) -> PolicePackage:
        packages = PolicePackage.objects.select_related("recipient", "delivered_by", "created_by")
        return get_object_or_404(packages, pk=self.kwargs["package_id"])

    def get_url(self) -> str:
        return reverse("admin:hotline-police-package", args=[self.object.pk])

    def get_title(self) -> str:
        return self.object.reference

    def get_context(self) -> dict[str, Any]:
        package = self.object
        file = PoliceFile.objects.filter(package=package).values("pk", "sealed_password").first()
        initial = {"how": package.recipient.delivery, "at": timezone.localtime(self.now)}
        return {
            **super().get_context(),
            "package": package,
            "items": selectors.find_items(package),
            "holds": selectors.open_holds(package),
            "taken_back": selectors.withdrawn_cases(package),
            "mails": selectors.package_mails(package),
            "is_kept": file is not None,
            "has_password": bool(file and file["sealed_password"]),
            "may_hand_over": has_role_permission(self.user, HAND_OVER_PACKAGE),
            "may_mail": package.recipient.delivery == PoliceDelivery.EMAIL and not package.pictures,
            "form": DeliveryForm(package=package, initial=initial),
        }


class PackageAction(ActionPage[PolicePackage], PackageDetail):
    """Base of the actions on a package."""

    permissions = (HAND_OVER_PACKAGE,)


class DownloadPackage(PackageAction):
    """Send the encrypted file, on POST only, so that no cache, history or prefetch stores it."""

    def perform(self) -> HttpResponse:
        content = delivery.open_file(package=self.object, actor=self.user, now=self.now)
        response = HttpResponse(content, content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{self.object.file_name}"'
        return response


class ShowPassword(PackageAction):
    """Show the password in this response only."""

    def perform(self) -> HttpResponse:
        return self.render(password=delivery.read_password(package=self.object, actor=self.user, now=self.now))


class RecordDelivery(FormPage[PolicePackage, DeliveryForm], PackageDetail):
    """Record the delivery."""

    permissions = (HAND_OVER_PACKAGE,)
    form_class = DeliveryForm
    success_message = _("The delivery is recorded. The content of the package now counts as handed over.")

    def get_form_arguments(self) -> dict[str, Any]:
        return {"package": self.object}

    def save(self, form: DeliveryForm) -> None:
        delivery.record_delivery(package=self.object, delivery=form.delivery(), actor=self.user, now=self.now)


class RetryEmail(PackageAction):
    """Send the e-mail again."""

    success_message = _("The e-mail is queued again. It is usually sent within a minute.")

    def perform(self) -> None:
        delivery.retry_email(package=self.object, actor=self.user, now=self.now)


class DiscardPackage(PackageAction):
    """Discard the package."""

    success_message = _("The package is discarded. The remaining content goes into a new package.")

    def perform(self) -> None:
        delivery.discard_package(package=self.object, actor=self.user, now=self.now)
