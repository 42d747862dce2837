"""Addresses that are the same in every language."""

from django.urls import path

from youthpanel.showing import views

urlpatterns = [path("feeds/recommendations.atom", views.recommendations_atom, name="recommendations-atom")]
