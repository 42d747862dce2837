"""Addresses of the packages, under /admin/."""

from django.urls import path

from hotline.referral.police import views

urlpatterns = [
    path("hotline/police/<int:package_id>/", views.show, name="hotline-police-package"),
    path("hotline/police/<int:package_id>/download/", views.download, name="hotline-police-download"),
    path("hotline/police/<int:package_id>/password/", views.password, name="hotline-police-password"),
    path("hotline/police/<int:package_id>/delivered/", views.record_delivery, name="hotline-police-record-delivery"),
    path("hotline/police/<int:package_id>/mail-again/", views.retry_email, name="hotline-police-retry-email"),
    path("hotline/police/<int:package_id>/discard/", views.discard, name="hotline-police-discard"),
]
