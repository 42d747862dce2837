"""Addresses of the editorial pages that are the same in every language."""

from django.urls import path, re_path

from awareness.editorial.news import feeds, media

urlpatterns = [
    path("feeds/news.atom", feeds.news_feed, name="news-feed"),
    re_path(rf"^media/news/(?P<name>{media.NAME})$", media.media, name="news-media"),
]
