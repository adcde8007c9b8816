"""Addresses of runs, under /commission/runs/."""
from django.urls import path

from . import views

app_name = "runs"
urlpatterns = [
    path("", views.index, name="index"),
    path("compute/", views.compute, name="compute"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/payout/", views.payout, name="payout"),
    path("<int:pk>/lines/", views.lines, name="lines"),
    path("<int:pk>/verify/", views.verify, name="verify"),
    path("<int:pk>/<slug:step>/", views.move, name="move"),
]
