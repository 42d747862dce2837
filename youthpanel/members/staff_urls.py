"""URLs of member records in the admin."""

from django.urls import path

from youthpanel.members import views
from youthpanel.members.spreadsheet_import import views as importing

MEMBER = "members/<int:member_id>/"
urlpatterns = [
    path("due/", views.DueDates.as_view(), name="youthpanel-due-dates"),
    path("due/remind/", views.RemindFamilies.as_view(), name="youthpanel-consents-remind"),
    path("due/renew/", views.RenewConsents.as_view(), name="youthpanel-consents-renew"),
    path("members/import/", importing.ImportMembers.as_view(), name="youthpanel-member-import"),
    path(
        "members/import/template.xlsx",
        importing.download_template,
        {"ending": "xlsx"},
        name="youthpanel-import-template-xlsx",
    ),
    path(
        "members/import/template.csv",
        importing.download_template,
        {"ending": "csv"},
        name="youthpanel-import-template-csv",
    ),
    path(
        "cohorts/<int:cohort_id>/consent-form/<slug:code>/",
        views.PrintConsentForm.as_view(),
        name="youthpanel-consent-form",
    ),
    path(f"{MEMBER}open/", views.OpenIdentity.as_view(), name="youthpanel-identity-open"),
    path(f"{MEMBER}identity/", views.ChangeIdentity.as_view(), name="youthpanel-identity-change"),
    path(f"{MEMBER}consents/add/", views.GiveConsent.as_view(), name="youthpanel-consent-add"),
    path(
        f"{MEMBER}consents/<int:consent_id>/withdraw/",
        views.WithdrawConsent.as_view(),
        name="youthpanel-consent-withdraw",
    ),
    path(
        f"{MEMBER}consents/<int:consent_id>/remind/",
        views.RecordConsentReminder.as_view(),
        name="youthpanel-consent-remind",
    ),
    path(f"{MEMBER}leave/", views.Leave.as_view(), name="youthpanel-member-leave"),
    path(f"{MEMBER}back/", views.UndoLeaving.as_view(), name="youthpanel-member-return"),
    path(f"{MEMBER}erase/", views.Erase.as_view(), name="youthpanel-member-erase"),
]
