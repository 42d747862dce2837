"""Addresses of codes in the staff site."""

from django.urls import path

from youthpanel.joining import desk

urlpatterns = [
    path("youthpanel/codes/", desk.codes, name="youthpanel-codes"),
    path("youthpanel/codes/slips/", desk.slips, name="youthpanel-slips"),
    path("youthpanel/members/<int:member_id>/shut-out/", desk.shut_out, name="youthpanel-shut-out"),
]
