"""Addresses of classes. A code has eight digits, so that no word is one."""

from django.urls import path, re_path

from awareness.quizzes.classroom import joining, leading, opening

CODE = r"(?P<code>[0-9]{8})"

urlpatterns = [
    path("class/", joining.join, name="class-join"),
    path("class/over/", leading.over, name="class-over"),
    path("class/open/<slug:slug>/", opening.OpenView.as_view(), name="class-open"),
    re_path(rf"^class/{CODE}/$", joining.PupilView.as_view(), name="class"),
    re_path(rf"^class/{CODE}/version/$", joining.version, name="class-version"),
    re_path(rf"^class/{CODE}/board/$", leading.board, name="class-board"),
    re_path(
        rf"^class/{CODE}/control/(?P<token>[A-Za-z0-9_-]{{1,64}})/$",
        leading.ControlView.as_view(),
        name="class-control",
    ),
]
