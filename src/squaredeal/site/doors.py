"""Addresses of the frame."""
from django.urls import path

from . import slots, views

app_name = "site"
urlpatterns = [
    path("find/", views.search, name="palette"),
    path("language/", views.language, name="language"),
    path("timeline/<int:pk>/", slots.timeline, name="timeline"),
    path("figures/customers/", slots.customer_figures, name="customer_figures"),
    path("welcome/", views.first_page, name="welcome"),
    path("welcome/<int:pk>/enter", views.enter, name="enter"),
]
