"""Addresses of contracts, under /contracts/."""
from django.urls import path

from . import event_views, views

app_name = "contracts"
urlpatterns = [
    path("", views.register, name="register"),
    path("export", views.export, name="export"),
    path("new", views.new, name="new"),
    path("draft/<int:pk>", views.draft, name="draft"),
    path("<int:pk>/", views.contract, name="contract"),
    path("<int:pk>/paper", views.paper_part, name="paper"),
    path("<int:pk>/save", views.save, name="save"),
    path("<int:pk>/submit", views.submit, name="submit"),
    path("<int:pk>/file", views.file, name="file"),
    path("<int:pk>/terminate", views.terminate, name="terminate"),
    path("<int:pk>/events", event_views.events, name="events"),
    path("<int:pk>/record", event_views.record, name="record"),
    path("events/<int:pk>/withdraw", event_views.withdraw, name="withdraw_event"),
    path("papers/<int:pk>", views.attachment, name="attachment"),
]
