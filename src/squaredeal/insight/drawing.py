"""What the desk draws: the cash chart's series, the regions' bars, the bar of one's own cash; figures only, no rows."""
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from squaredeal.kernel import figures


def percent(rate, most=Decimal(1)):
    """A rate as a bar's 0–100, against `most` as the full width."""
    return float(round(max(Decimal(0), min((rate or Decimal(0)) / most, Decimal(1))) * 100, 1))


def chart(cash, today):
    """The `pace` chart: target dotted, collected with its area to today, committed dashed, last year thin; in 万, in English in millions."""
    curve = cash["curve"]
    days, gone, start = cash["days"], cash["gone"], cash["span"].starts_on

    def along(points, first, last):
        """One value a day from a step function's points; None outside first…last."""
        found, value, at = [], Decimal(0), 0
        for day in range(days + 1):
            while at < len(points) and points[at][0] <= day:
                value = points[at][1]
                at += 1
            found.append(_scaled(value) if first <= day <= last else None)
        return found

    names = [_day_name(start, n) for n in range(days + 1)]
    series = [
        {"role": "target", "name": _("Target"), "label": _("Target") + f" {_short(cash['target'])}",
         "data": [round(_scaled(cash["target"]) * n / days, 3) for n in range(days + 1)]},
        {"role": "commit", "name": _("Committed"), "label": _("Committed") + f" {_short(cash['collected'] + cash['committed'])}",
         "data": along(curve["committed"], gone, days)},
        {"role": "last", "name": _("Last year"), "label": _("Last year") + f" {_short(cash['last_year'])}", "data": along(curve["last_year"], 0, days)},
        {"role": "done", "name": _("Collected"), "label": "", "data": along(curve["collected"], 0, gone)}]
    drawn = {"x": names, "ticks": [names[n] for n in _ticks(start, days)], "today": gone,
             "series": series, "now": {"label": _("Today") + f" {_short(cash['collected'])}", "value": _scaled(cash["collected"])}}
    if cash["gap"]:
        drawn["gap"] = {"label": _("Gap") + f" {_short(cash['gap'])}", "from": _scaled(cash["collected"] + cash["committed"]), "to": _scaled(cash["target"])}
    return drawn


def _ticks(start, days):
    """The day numbers named under the chart: first, last, and between them where months begin (a year: where quarters do; one month: its thirds)."""
    begun = [n for n in range(2, days + 1) if (start + timedelta(days=n - 1)).day == 1]
    return [0, *(begun if len(begun) < 5 else begun[2::3]), days] if begun else [0, days // 3, 2 * days // 3, days]


def _day_name(start, number):
    day = start + timedelta(days=max(number - 1, 0))
    return figures.short_day(day) + ("" if number else " ")


def _scaled(amount):
    return float(round(Decimal(amount) / 10_000, 1) if figures.chinese() else round(Decimal(amount) / 1_000_000, 3))


def _short(amount):
    return f"{Decimal(amount) / 10_000:,.0f}" if figures.chinese() else f"{Decimal(amount) / 1_000_000:,.2f}"


def bars(region, gone, days):
    """Four bars of a region: orders and cash with the tick of today, compliance with its 90 %, margin."""
    should = Decimal(gone) / days if days else Decimal(0)
    rows = [(_("Orders"), "orders_rate", "c2", should, Decimal(1)), (_("Cash"), "cash_rate", "jade", should, Decimal(1)),
            (_("Compliance"), "compliance", "c2", Decimal("0.9"), Decimal(1)), (_("Margin"), "margin", "c2", None, Decimal("0.5"))]
    found = []
    for label, key, kind, mark, most in rows:
        rate = region[key]
        text = figures.pct(rate, 1 if key == "margin" else 0) if rate is not None else "—"
        found.append({"label": label, "value": percent(rate, most), "kind": kind, "text": text, "mark": percent(mark, most) if mark is not None else None,
                      "behind": mark is not None and rate is not None and rate < mark - Decimal("0.1"), "said": f"{region['region']} {label} {text}"})
    return found


def own(cash):
    """The bar of one person's cash with its sentence."""
    target = cash["target"]
    should = Decimal(cash["gone"]) / cash["days"] if cash["days"] else Decimal(0)
    said = _("%(collected)s of %(target)s collected (%(rate)s); %(committed)s more is due or promised.") % {
        "collected": figures.wan_text(cash["collected"]), "target": figures.wan_text(target), "rate": figures.pct(cash["rate"]),
        "committed": figures.wan_text(cash["committed"])} if target else _("No target is set for this period.")
    return {"percent": percent(cash["rate"]), "soft": percent((cash["collected"] + cash["committed"]) / target) if target else 0,
            "should": percent(should), "said": said}
