"""URLs of the editorial pages, under the language prefix."""

from django.urls import path

from awareness.pages import views

urlpatterns = [
    path("", views.home, name="home"),
    path("for-children/", views.audience, {"name": "children"}, name="for-children"),
    path("for-parents/", views.audience, {"name": "parents"}, name="for-parents"),
    path("for-teachers/", views.audience, {"name": "educators"}, name="for-teachers"),
    path("about/", views.page, {"name": "about"}, name="about"),
    path("help/", views.page, {"name": "help"}, name="help"),
    path("privacy/", views.page, {"name": "privacy"}, name="privacy"),
    path("accessibility/", views.page, {"name": "accessibility"}, name="accessibility"),
    path("contact/", views.contact, name="contact"),
    path("partners/", views.partners, name="partners"),
]
