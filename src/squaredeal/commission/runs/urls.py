"""Addresses of runs, under /commission/runs/."""
from django.urls import path

from . import simulate_views, views

app_name = "runs"
urlpatterns = [
    path("", views.index, name="index"),
    path("compute/", views.compute, name="compute"),
    path("touched/", views.touched, name="touched"),
    path("simulate/", simulate_views.simulate, name="simulate"),
    path("simulate/seek/", simulate_views.seek, name="seek"),
    path("simulate/download/", simulate_views.download, name="simulation"),
    path("<int:pk>/", views.run, name="run"),
    path("<int:pk>/payout/", views.payout, name="payout"),
    path("<int:pk>/lines/", views.lines, name="lines"),
    path("<int:pk>/verify/", views.verify, name="verify"),
    path("<int:pk>/<slug:step>/", views.move, name="move"),
]
