"""URLs of slips in the admin."""

from django.urls import path

from youthpanel.member_auth import staff_views

urlpatterns = [
    path("codes/", staff_views.InvitationCodes.as_view(), name="youthpanel-invitation-codes"),
    path("codes/slips/", staff_views.PrintCodeSheet.as_view(), name="youthpanel-code-sheet"),
    path("codes/names/", staff_views.NameList.as_view(), name="youthpanel-name-list"),
    path("codes/replacements/", staff_views.Replacements.as_view(), name="youthpanel-slip-replacements"),
    path("codes/replacements/approve/", staff_views.ApproveReplacements.as_view(), name="youthpanel-slip-approve"),
    path("members/<int:member_id>/revoke-access/", staff_views.RevokeAccess.as_view(), name="youthpanel-access-revoke"),
]
