"""Addresses of the frame."""
from django.urls import path

from . import slots, views
from .imports import views as imports

app_name = "site"
urlpatterns = [
    path("find/", views.search, name="palette"),
    path("language/", views.language, name="language"),
    path("timeline/<int:pk>/", slots.timeline, name="timeline"),
    path("figures/customers/", slots.customer_figures, name="customer_figures"),
    path("import/", imports.index, name="import"),
    path("import/<slug:token>/", imports.file, name="import_file"),
    path("import/<slug:token>/bring", imports.bring, name="import_bring"),
    path("import/<slug:token>/wrong", imports.wrong, name="import_wrong"),
    path("import/undo/<int:pk>", imports.undo, name="import_undo"),
    path("welcome/", views.first_page, name="welcome"),
    path("welcome/<int:pk>/enter", views.enter, name="enter"),
]
