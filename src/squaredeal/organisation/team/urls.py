"""Addresses of the organisation."""
from django.urls import path

from . import arrange, views

app_name = "team"
urlpatterns = [
    path("", views.index, name="index"),
    path("add/", views.add, name="add"),
    path("unit/", views.add_unit, name="add_unit"),
    path("unit/<int:pk>/", views.rename_unit, name="rename_unit"),
    path("positions/", arrange.positions, name="positions"),
    path("positions/<int:pk>/", arrange.position, name="position"),
    path("days/", arrange.days, name="days"),
    path("days/free/", arrange.free_day, name="free_day"),
    path("days/fill/", arrange.fill_year, name="fill_year"),
    path("deputy/<int:pk>/end", views.end_deputy, name="end_deputy"),
    path("why/", views.why, name="why"),
    path("me/", views.me, name="me"),
    path("me/token/<int:pk>/revoke", views.revoke, name="revoke"),
    path("person/<int:pk>/second-step/drop", views.drop_second_step, name="drop_second_step"),
    path("person/<int:pk>/token/<int:key>/revoke", views.revoke_of, name="revoke_of"),
    path("person/<int:pk>/", views.person, name="person"),
    path("person/<int:pk>/<slug:verb>/", views.decide, name="decide"),
]
