"""The address of the own page, under the language prefix."""

from django.urls import path

from youthpanel.member_home.views import MeView

urlpatterns = [path("youth-panel/me/", MeView.as_view(), name="panel-me")]
