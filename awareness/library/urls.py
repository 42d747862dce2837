"""URL patterns of the library, below the language prefix."""

from django.urls import path

from awareness.library import basket_views, views

urlpatterns = [
    path("resources/", views.resources, name="resources"),
    path("resources/count/", views.count, name="resources-count"),
    path("resources/basket/", basket_views.BasketView.as_view(), name="basket"),
    path("resources/bundles/<slug:key>/", basket_views.bundle, name="bundle"),
    path("resources/bundles/<slug:key>/file/", basket_views.bundle_file, name="bundle-file"),
    path("resources/<slug:slug>/", views.resource, name="resource"),
    path("resources/<slug:slug>/files/<int:file_id>/", views.file, name="resource-file"),
    path("resources/<slug:slug>/files/<int:file_id>/preview/", views.preview, name="resource-preview"),
    path("resources/<slug:slug>/files/<int:file_id>/cover/", views.cover, name="resource-cover"),
]
