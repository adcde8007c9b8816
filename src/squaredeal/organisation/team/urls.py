"""Addresses of the organisation."""
from django.urls import path

from . import views

app_name = "team"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("unit/", views.add_unit, name="add_unit"),
    path("why/", views.why, name="why"),
    path("me/", views.me, name="me"),
    path("me/token/<int:pk>/revoke", views.revoke, name="revoke"),
    path("person/<int:pk>/", views.person, name="person"),
    path("person/<int:pk>/<slug:verb>/", views.decide, name="decide"),
]
