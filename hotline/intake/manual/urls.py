"""URL of the form for manual reports, under /admin/."""

from django.urls import path

from hotline.intake.manual import views

urlpatterns = [path("hotline/enter/", views.enter, name="hotline-enter-report")]
