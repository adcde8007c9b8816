"""Addresses of targets."""
from django.urls import path

from . import views

app_name = "targets"
urlpatterns = [path("", views.index, name="index"), path("cell/", views.cell, name="cell"), path("undo/<int:pk>/", views.undo, name="undo")]
