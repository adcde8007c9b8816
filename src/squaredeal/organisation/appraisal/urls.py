"""Addresses of scores and wages."""
from django.urls import path

from . import views

app_name = "appraisal"
urlpatterns = [
    path("", views.scores, name="scores"),
    path("wages/", views.wages, name="wages"),
    path("cell/", views.cell, name="cell"),
    path("of/<int:pk>/", views.history, name="history"),
    path("undo/<int:pk>/", views.undo, name="undo"),
]
