"""Addresses of credits, under /commission/credits/."""
from django.urls import path

from . import views

app_name = "credits"
urlpatterns = [
    path("contract/<int:pk>/", views.contract, name="contract"),
]
