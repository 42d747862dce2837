"""URLs of the editorial pages, under the language prefix."""

from django.urls import path

from awareness.pages import views
from awareness.pages.models import PageName

urlpatterns = [
    path("", views.home, name="home"),
    path("for-children/", views.audience, {"name": PageName.CHILDREN}, name="for-children"),
    path("for-parents/", views.audience, {"name": PageName.PARENTS}, name="for-parents"),
    path("for-teachers/", views.audience, {"name": PageName.TEACHERS}, name="for-teachers"),
    path("about/", views.page, {"name": PageName.ABOUT}, name="about"),
    path("help/", views.page, {"name": PageName.HELP}, name="help"),
    path("privacy/", views.page, {"name": PageName.PRIVACY}, name="privacy"),
    path("accessibility/", views.page, {"name": PageName.ACCESSIBILITY}, name="accessibility"),
    path("contact/", views.contact, name="contact"),
    path("partners/", views.partners, name="partners"),
]
