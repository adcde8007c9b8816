"""Addresses of plans, under /commission/plans/."""
from django.urls import path

from . import views

app_name = "plans"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.draft, name="new"),
    path("<int:pk>/", views.plan, name="plan"),
    path("<int:pk>/edit/", views.revise, name="revise"),
    path("<int:pk>/text/", views.text, name="text"),
    path("<int:pk>/publish/", views.publish, name="publish"),
    path("<int:pk>/drop/", views.drop, name="drop"),
]
