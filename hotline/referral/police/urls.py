"""URLs of packages, under /admin/."""

from django.urls import path

from hotline.referral.police import views

PACKAGE = "hotline/police/<int:package_id>/"

urlpatterns = [
    path(PACKAGE, views.PackageDetail.as_view(), name="hotline-police-package"),
    path(f"{PACKAGE}download/", views.DownloadPackage.as_view(), name="hotline-police-download"),
    path(f"{PACKAGE}password/", views.ShowPassword.as_view(), name="hotline-police-password"),
    path(f"{PACKAGE}delivered/", views.RecordDelivery.as_view(), name="hotline-police-record-delivery"),
    path(f"{PACKAGE}mail-again/", views.RetryEmail.as_view(), name="hotline-police-retry-email"),
    path(f"{PACKAGE}discard/", views.DiscardPackage.as_view(), name="hotline-police-discard"),
]
