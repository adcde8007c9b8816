"""Addresses of the desk and the leaderboard."""
from django.urls import path

from . import views

app_name = "insight"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("desk/needs/", views.needs, name="needs"),
    path("desk/own/", views.own, name="own"),
    path("desk/regions/", views.regions, name="regions"),
    path("desk/due/", views.due, name="due"),
    path("leaderboard/", views.leaderboard, name="leaderboard"),
]
