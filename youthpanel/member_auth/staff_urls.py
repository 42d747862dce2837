"""URLs of invitation codes in the admin."""

from django.urls import path

from youthpanel.member_auth import staff_views

urlpatterns = [
    path("youthpanel/codes/", staff_views.invitation_codes, name="youthpanel-invitation-codes"),
    path("youthpanel/codes/slips/", staff_views.print_code_sheet, name="youthpanel-code-sheet"),
    path(
        "youthpanel/members/<int:member_id>/shut-out/",
        staff_views.revoke_member_access,
        name="youthpanel-access-revoke",
    ),
]
