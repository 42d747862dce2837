"""The URL of the members' start page, under the language prefix."""

from django.urls import path

from youthpanel.member_home.views import MemberHomeView

urlpatterns = [path("youth-panel/me/", MemberHomeView.as_view(), name="panel-home")]
