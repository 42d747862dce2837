"""Where the files of articles are: at both doors, for editors look at them too."""

from django.urls import re_path

from awareness.editorial.news import media

urlpatterns = [re_path(rf"^news/(?P<name>{media.NAME})$", media.media, name="news-media")]
