"""URLs of classes. Codes have eight digits, so they never collide with words."""

from django.urls import path, re_path

from awareness.quizzes.live import finale, pupil_views, teacher_views

CODE = r"(?P<code>[0-9]{8})"

urlpatterns = [
    path("class/", pupil_views.join, name="class-join"),
    path("class/over/", teacher_views.class_over, name="class-ended"),
    path("class/open/<slug:slug>/", teacher_views.OpenView.as_view(), name="class-open"),
    re_path(rf"^class/{CODE}/$", pupil_views.PupilView.as_view(), name="class"),
    re_path(rf"^class/{CODE}/version/$", pupil_views.version, name="class-version"),
    re_path(rf"^class/{CODE}/board/$", teacher_views.board, name="class-board"),
    re_path(rf"^class/{CODE}/finale/$", finale.finale, name="class-finale"),
    re_path(rf"^class/{CODE}/finale/file/$", finale.finale_file, name="class-finale-file"),
    re_path(
        rf"^class/{CODE}/control/(?P<token>[A-Za-z0-9_-]{{1,64}})/$",
        teacher_views.ControlView.as_view(),
        name="class-control",
    ),
]
