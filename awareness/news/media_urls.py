"""Where the files of articles are: at both doors, for editors look at them too."""

from django.urls import re_path

from awareness.news import views

urlpatterns = [re_path(rf"^news/(?P<name>{views.NAME})$", views.media, name="news-media")]
