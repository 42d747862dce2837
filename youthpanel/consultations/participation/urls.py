"""URLs of consultations for members, under the language prefix."""

from django.urls import path

from youthpanel.consultations.participation.views import ConsultationView

urlpatterns = [
    path("youth-panel/consultations/<slug:slug>/", ConsultationView.as_view(), name="panel-consultation"),
]
