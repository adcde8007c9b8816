"""Addresses of the frame."""
from django.urls import path

from . import views

app_name = "site"
urlpatterns = [
    path("find/", views.search, name="palette"),
    path("language/", views.language, name="language"),
    path("welcome/", views.first_page, name="welcome"),
    path("welcome/<int:pk>/enter", views.enter, name="enter"),
]
