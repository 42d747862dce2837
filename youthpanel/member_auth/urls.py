"""URLs of member authentication, under the language prefix."""

from django.urls import path

from youthpanel.member_auth.views import ChoosePicturesView, JoinView, LeaveView

urlpatterns = [
    path("youth-panel/join/", JoinView.as_view(), name="panel-join"),
    path("youth-panel/join/pictures/", ChoosePicturesView.as_view(), name="panel-pictures"),
    path("youth-panel/leave/", LeaveView.as_view(), name="panel-leave"),
]
