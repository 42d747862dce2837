"""URLs of the hash list pages, under /admin/."""

from django.urls import path

from hotline.triage.hash_lists import views

LISTS = "hotline/hash-lists/"

urlpatterns = [
    path(f"{LISTS}add/", views.AddHashList.as_view(), name="hotline-add-hash-list"),
    path(f"{LISTS}unlock/<int:upload_id>/", views.UnlockPicture.as_view(), name="hotline-unlock-picture"),
    path(f"{LISTS}<int:list_id>/", views.HashListDetail.as_view(), name="hotline-hash-list"),
    path(f"{LISTS}<int:list_id>/switch/", views.SwitchHashList.as_view(), name="hotline-switch-hash-list"),
]
