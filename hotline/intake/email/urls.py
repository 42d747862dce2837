"""URLs of message pages, under /admin/, in addition to the admin's own."""

from django.urls import path

from hotline.intake.email import views

urlpatterns = [
    path("hotline/incomingmail/<int:mail_id>/open/", views.open_mail, name="hotline-mail-open"),
    path("hotline/incomingmail/<int:mail_id>/handle/", views.handle_mail, name="hotline-mail-handle"),
]
