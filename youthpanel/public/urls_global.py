"""URLs without a language prefix."""

from django.urls import path

from youthpanel.public import views

urlpatterns = [path("feeds/recommendations.atom", views.recommendations_atom, name="recommendations-atom")]
