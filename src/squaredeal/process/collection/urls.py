"""Addresses of collection, under /collection/."""
from django.urls import path

from . import receipt_views, views

app_name = "collection"
urlpatterns = [
    path("", views.index, name="index"),
    path("flow", views.flow, name="flow"),
    path("side", views.side, name="side"),
    path("export", views.export, name="export"),
    path("money/<int:pk>", views.money, name="money"),
    path("instalments/<int:pk>/", views.instalment, name="instalment"),
    path("instalments/<int:pk>/promise", views.promise, name="promise"),
    path("instalments/<int:pk>/stop", views.stop, name="stop"),
    path("instalments/<int:pk>/grace", views.grace, name="grace"),
    path("instalments/<int:pk>/refund", views.refund, name="refund"),
    path("receipts/", receipt_views.index, name="receipts"),
    path("receipts/export", receipt_views.export, name="export_receipts"),
    path("receipts/new", receipt_views.receive, name="receive"),
    path("receipts/try", receipt_views.attempt, name="try"),
    path("receipts/<int:pk>/", receipt_views.receipt, name="receipt"),
    path("receipts/<int:pk>/match", receipt_views.match, name="match"),
    path("receipts/<int:pk>/reverse", receipt_views.reverse_one, name="reverse"),
]
