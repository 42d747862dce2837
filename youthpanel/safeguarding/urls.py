"""URLs of the members' page "Tell someone", under the language prefix."""

from django.urls import path

from youthpanel.safeguarding.member_views import TellView, ToldView

urlpatterns = [
    path("youth-panel/tell/", TellView.as_view(), name="panel-tell"),
    path("youth-panel/tell/sent/", ToldView.as_view(), name="panel-tell-sent"),
]
