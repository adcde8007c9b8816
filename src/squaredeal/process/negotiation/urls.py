"""Addresses of negotiation: deals, quotes, the price list."""
from django.urls import path

from . import product_views, quote_views, views

app_name = "negotiation"
urlpatterns = [
    path("", views.index, name="board"),
    path("column/<str:stage>", views.column, name="column"),
    path("new", views.new, name="new"),
    path("of-customer/<int:pk>", views.of_customer, name="of_customer"),
    path("<int:pk>/", views.deal, name="deal"),
    path("<int:pk>/stage", views.move, name="move"),
    path("<int:pk>/revise", views.revise, name="revise"),
    path("<int:pk>/next-step", views.next_step, name="next_step"),
    path("<int:pk>/card", views.card, name="card"),
    path("<int:pk>/rounds", views.record_round, name="round"),
    path("<int:pk>/quotes", quote_views.draft, name="draft"),
    path("quotes/<int:pk>/", quote_views.quote, name="quote"),
    path("quotes/<int:pk>/try", quote_views.attempt, name="try"),
    path("quotes/<int:pk>/save", quote_views.save, name="save"),
    path("quotes/<int:pk>/send", quote_views.send, name="send"),
    path("quotes/<int:pk>/accept", quote_views.accept, name="accept"),
    path("quotes/<int:pk>/lose", quote_views.lose, name="lose"),
    path("quotes/<int:pk>/renew", quote_views.renew, name="renew"),
    path("quotes/<int:pk>/rounds", quote_views.rounds, name="rounds"),
    path("quotes/<int:pk>/new-line", quote_views.new_line, name="new_line"),
    path("quotes/<int:pk>/lines", quote_views.lines, name="lines"),
    path("quotes/<int:pk>/concessions", quote_views.add_concession, name="add_concession"),
    path("quotes/<int:pk>/concessions/<int:concession>/drop", quote_views.drop_concession, name="drop_concession"),
    path("products/", product_views.index, name="products"),
    path("products/add", product_views.add, name="add_product"),
    path("products/<int:pk>/", product_views.product, name="product"),
    path("products/<int:pk>/price", product_views.price, name="price"),
    path("products/<int:pk>/change", product_views.change, name="change_product"),
]
