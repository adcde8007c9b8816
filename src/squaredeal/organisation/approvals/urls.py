"""Addresses of approvals."""
from django.urls import path

from . import views

app_name = "approvals"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<int:pk>/", views.one, name="request"),
    path("<int:pk>/chain", views.chain, name="chain"),
    path("<int:pk>/approve", views.approve, name="approve"),
    path("<int:pk>/send-back", views.send_back, name="send_back"),
    path("<int:pk>/withdraw", views.withdraw, name="withdraw"),
    path("<int:pk>/countersign", views.countersign, name="countersign"),
    path("<int:pk>/delegate", views.delegate, name="delegate"),
]
