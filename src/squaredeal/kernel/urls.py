"""Addresses of the notices."""
from django.urls import path

from . import views

app_name = "kernel"
urlpatterns = [
    path("", views.index, name="notices"),
    path("<int:pk>/open", views.open_one, name="open"),
    path("clear", views.clear, name="clear"),
]
