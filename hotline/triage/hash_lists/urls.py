"""URLs of the hash list pages, under /admin/."""

from django.urls import path

from hotline.triage.hash_lists import views

urlpatterns = [
    path("hotline/hash-lists/add/", views.add, name="hotline-add-hash-list"),
    path("hotline/hash-lists/unlock/<int:upload_id>/", views.unlock, name="hotline-unlock-picture"),
    path("hotline/hash-lists/<int:list_id>/", views.show, name="hotline-hash-list"),
    path("hotline/hash-lists/<int:list_id>/switch/", views.switch, name="hotline-switch-hash-list"),
]
