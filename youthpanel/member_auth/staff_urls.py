"""Addresses of codes in the staff site."""

from django.urls import path

from youthpanel.member_auth import staff_views

urlpatterns = [
    path("youthpanel/codes/", staff_views.codes, name="youthpanel-codes"),
    path("youthpanel/codes/slips/", staff_views.slips, name="youthpanel-slips"),
    path("youthpanel/members/<int:member_id>/shut-out/", staff_views.shut_out, name="youthpanel-shut-out"),
]
