"""Addresses of statements, under /commission/."""
from django.urls import path

from . import foreseen_views, views

app_name = "statements"
urlpatterns = [
    path("", views.index, name="index"),
    path("mine/", views.mine, name="mine"),
    path("<int:pk>/", views.statement, name="statement"),
    path("<int:pk>/download/", views.download, name="download"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/object/", views.object_to, name="object"),
    path("lines/<int:pk>/", views.why, name="why"),
    path("receipts/<int:pk>/", views.of_receipt, name="of_receipt"),
    path("objections/<int:pk>/answer/", views.answer, name="answer"),
    path("objections/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("estimate/<int:pk>/", views.estimate, name="estimate"),
    path("what-if/quote/<int:pk>/", foreseen_views.of_quote, name="what_if"),
    path("what-if/<int:pk>/", foreseen_views.of_amount, name="what_if_amount"),
]
