"""Collection tells the list of customers what each has paid this year and what is overdue."""
from django.apps import AppConfig


class Collection(AppConfig):
    name = "squaredeal.process.collection"

    def ready(self):
        from squaredeal.process.customers import sums

        from . import queries
        sums.register("cash", sums.Money(queries.came_this_year, "customer", "amount"))
        sums.register("overdue", sums.Money(queries.overdue, "contract__customer", queries.OPEN))
