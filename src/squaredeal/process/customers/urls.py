"""Addresses of customers."""
from django.urls import path

from . import record, views

app_name = "customers"
urlpatterns = [
    path("", views.index, name="list"),
    path("new/", views.new, name="new"),
    path("check/", views.check, name="check"),
    path("ask/", views.ask, name="ask"),
    path("export/", views.export, name="export"),
    path("give/", views.give, name="give"),
    path("assign/", views.assign, name="assign"),
    path("undo/<int:pk>/", views.undo, name="undo"),
    path("view/", views.keep_view, name="keep_view"),
    path("view/<int:pk>/drop/", views.drop_view, name="drop_view"),
    path("<int:pk>/", record.record, name="record"),
    path("<int:pk>/step/", views.step, name="step"),
    path("<int:pk>/fact/<slug:cell>/", record.fact, name="fact"),
    path("<int:pk>/contact/", record.contact, name="contact"),
    path("contact/<int:pk>/", record.change_contact, name="change_contact"),
    path("<int:pk>/grade/<slug:which>/", record.grade, name="grade"),
    path("<int:pk>/together/", record.together, name="together"),
    path("<int:pk>/together/<int:person>/end/", record.dismiss, name="dismiss"),
]
