"""URL of the form with which a school invites the Centre, below the language prefix."""

from django.urls import path

from awareness.events.visits.views import VisitRequestView

urlpatterns = [path("events/invite/", VisitRequestView.as_view(), name="visit-request")]
