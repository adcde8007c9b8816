"""Addresses of follow-up."""
from django.urls import path

from . import views

app_name = "followup"
urlpatterns = [
    path("new", views.new, name="new"),
    path("due", views.due, name="due"),
    path("compliance", views.compliance, name="compliance"),
    path("compliance/cell", views.cell, name="cell"),
    path("compliance/talk", views.talk, name="talk"),
    path("excuses", views.excuses, name="excuses"),
    path("excuses/leave", views.ask_leave, name="ask_leave"),
    path("excuses/<int:pk>/grant", views.grant, name="grant"),
    path("excuses/<int:pk>/decline", views.decline, name="decline"),
    path("<int:pk>/log", views.log, name="log"),
    path("<int:pk>/next", views.next_step, name="next"),
    path("<int:pk>/reschedule", views.reschedule, name="reschedule"),
    path("<int:pk>/obligations", views.obligations, name="obligations"),
    path("<int:pk>/quiet", views.ask_quiet, name="ask_quiet"),
]
