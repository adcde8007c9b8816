"""What a page of an early chapter shows of all later ones: the customer's one timeline, and figures beside a list of customers."""
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.db.models import Count, Max, Sum
from django.utils import timezone

from squaredeal.process.collection import queries as collection
from squaredeal.process.customers.models import Customer
from squaredeal.process.negotiation.models import Deal, Stage

OPEN = [stage for stage in Stage.values if stage not in {"won", "lost"}]


def customer(viewer, pk):
    """One customer within reach, or None."""
    return Customer.objects.seen_by(viewer).filter(pk=pk).first()


def timeline(viewer, customer, kind="", limit=20):
    """(days, counts by group, how many more): the events of every section, newest first, grouped by day's distance."""
    events = []
    for section in settings.SECTIONS:
        if find_spec(f"{section}.queries"):
            ask = getattr(import_module(f"{section}.queries"), "timeline", None)
            if ask:
                events += [event for event in ask(viewer, customer) if event.get("at")]
    for event in events:
        event["group"] = event.get("group") or event["kind"]
        event["tone"] = event.get("tone") or ("jade" if event["kind"] == "receipt" else "")
    counts = Counter(event["group"] for event in events)
    shown = sorted((e for e in events if not kind or e["group"] == kind), key=lambda e: e["at"], reverse=True)
    days = defaultdict(list)
    for event in shown[:limit]:
        days[_when(event["at"])].append(event)
    return list(days.items()), counts, max(len(shown) - limit, 0)


def _when(at):
    """today, week or earlier, in the reader's time."""
    gone = timezone.localdate() - timezone.localdate(at)
    return "today" if gone <= timedelta(0) else "week" if gone < timedelta(days=7) else "earlier"


def figures(viewer, ids):
    """[{pk, deal, year, overdue, stage}] of customers within reach: open deals, received this year, overdue, the furthest open stage."""
    ids = list(Customer.objects.seen_by(viewer).filter(pk__in=ids).values_list("pk", flat=True))
    money = collection.figures(viewer, ids)
    order = {stage: place for place, stage in enumerate(OPEN)}
    amounts, stages = defaultdict(Decimal), {}
    for pk, stage, total, _count, _latest in Deal.objects.seen_by(viewer).filter(customer__in=ids, stage__in=OPEN).order_by() \
            .values_list("customer", "stage").annotate(s=Sum("amount"), n=Count("pk"), m=Max("pk")):
        amounts[pk] += total or 0
        if pk not in stages or order[stage] > order[stages[pk]]:
            stages[pk] = stage
    return [{"pk": pk, "deal": amounts[pk], **money[pk], "stage": Stage(stages[pk]).label if pk in stages else ""} for pk in ids]
