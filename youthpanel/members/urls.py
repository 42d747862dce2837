"""URLs of member records in the admin."""

from django.urls import path

from youthpanel.members import views
from youthpanel.members.spreadsheet_import import views as importing

MEMBER = "youthpanel/members/<int:member_id>/"
urlpatterns = [
    path("youthpanel/due/", views.due_dates, name="youthpanel-due-dates"),
    path("youthpanel/members/import/", importing.import_, name="youthpanel-member-import"),
    path("youthpanel/members/import/template.xlsx", importing.template_as_xlsx, name="youthpanel-import-template-xlsx"),
    path("youthpanel/members/import/template.csv", importing.template_as_csv, name="youthpanel-import-template-csv"),
    path(f"{MEMBER}open/", views.open_identity, name="youthpanel-identity-open"),
    path(f"{MEMBER}identity/", views.change_identity, name="youthpanel-identity-change"),
    path(f"{MEMBER}consents/add/", views.give_consent, name="youthpanel-consent-add"),
    path(f"{MEMBER}consents/<int:consent_id>/withdraw/", views.withdraw_consent, name="youthpanel-consent-withdraw"),
    path(f"{MEMBER}consents/<int:consent_id>/remind/", views.record_consent_reminder, name="youthpanel-consent-remind"),
    path(f"{MEMBER}leave/", views.leave, name="youthpanel-member-leave"),
    path(f"{MEMBER}back/", views.come_back, name="youthpanel-member-return"),
    path(f"{MEMBER}erase/", views.erase, name="youthpanel-member-erase"),
]
