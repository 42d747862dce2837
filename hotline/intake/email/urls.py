"""URLs of message pages, under /admin/. The first one replaces the admin's form."""

from django.urls import path

from hotline.intake.email import views

MAIL = "hotline/incomingmail/<int:mail_id>/"

urlpatterns = [
    path(f"{MAIL}change/", views.MailDetail.as_view(), name="hotline-mail"),
    path(f"{MAIL}open/", views.OpenMail.as_view(), name="hotline-mail-open"),
    path(f"{MAIL}handle/", views.HandleMail.as_view(), name="hotline-mail-handle"),
]
