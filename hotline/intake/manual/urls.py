"""The address at which reports are entered by hand, under /admin/."""

from django.urls import path

from hotline.intake.manual import views

urlpatterns = [path("hotline/enter/", views.enter, name="hotline-enter-report")]
