"""Addresses of the public form and the dialogue."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
