"""Addresses of the editorial pages that are the same in every language."""

from django.urls import path

from awareness.news import feeds

urlpatterns = [
    path("feeds/news.atom", feeds.news_feed, name="news-feed"),
]
