"""Addresses of the rulebook."""
from django.urls import path

from . import views

app_name = "rulebook"
urlpatterns = [
    path("", views.index, name="index"),
    path("clause/<str:number>/", views.clause, name="clause"),
    path("versions/", views.versions, name="versions"),
    path("version/<int:pk>/<slug:verb>/", views.decide, name="decide"),
    path("version/<int:pk>/acknowledge", views.acknowledge, name="acknowledge"),
    path("print/", views.printed, name="print"),
]
