"""The matcher as a page shows it: a sum over the open instalments of a customer, prefilled by the policy or as typed, and its effect."""
from decimal import Decimal

from django.utils import timezone

from squaredeal.kernel import span as spans
from squaredeal.kernel.errors import Refused

from . import policy, queries
from .forms import MatchForm

ZERO = Decimal(0)
SHADES = ("a", "b", "c")


def offer(viewer, customer, total, typed=None, *, on=None):
    """{"form", "rows", "rest", "over", "used", "count", "sound", "from", "to"} of `total` yuan over the customer's open instalments.

    `typed` is what was sent (None: the oldest due first). `from` and `to` are this quarter's collected before and after.
    """
    owed = queries.open_of(viewer, customer)
    if typed is None:
        parts = policy.spread(total or ZERO, [(x.pk, x.amount - x.collected) for x in owed])
        form = MatchForm(initial={"plan": "given" if total else "auto", **{f"match-{pk}": f"{part:.2f}" for pk, part in parts.items()}}, instalments=owed)
    else:
        form = MatchForm(typed, instalments=owed)
        form.is_valid()
        parts = {x.pk: form.cleaned_data.get(f"match-{x.pk}") or ZERO for x in owed}
        for x in owed:
            if parts[x.pk]:
                _check(form, x, customer, parts[x.pk])
    return _shown(viewer, form, owed, parts, total or ZERO, on)


def _check(form, x, customer, amount):
    try:
        policy.check_match(x, customer.pk, amount, f"match-{x.pk}")
    except Refused as refusal:
        form.add_error(refusal.field, refusal.message)


def _shown(viewer, form, owed, parts, total, on):
    used = sum((p for p in parts.values() if p), ZERO)
    rows = []
    for n, x in enumerate(owed):
        part = parts.get(x.pk) or ZERO
        rows.append({"instalment": x, "field": form[f"match-{x.pk}"], "lacking": x.amount - x.collected, "part": part,
                     "shade": SHADES[n % 3], "width": f"{part / total * 100:.2f}" if total > 0 else "0"})
    rest = total - used
    today = timezone.localdate()
    quarter = spans.quarter(today)
    before = queries.collected(viewer, "", quarter.starts_on, quarter.ends_on)
    counts = quarter.starts_on <= (on or today) <= quarter.ends_on
    return {"form": form, "rows": rows, "rest": max(rest, ZERO), "over": max(-rest, ZERO), "used": used, "count": sum(1 for p in parts.values() if p),
            "rest_width": f"{max(rest, ZERO) / total * 100:.2f}" if total > 0 else "0", "total": total, "sound": rest >= 0 and not form.errors,
            "from": before, "to": before + used if counts else before}
