"""The commission curve as numbers for an SVG: what somebody earns against what they collect in the month.

Pure: amounts in, coordinates out. Templates draw them; no script is needed.
"""
from decimal import Decimal

from django.utils.translation import pgettext

from squaredeal.kernel import figures

WIDTH, HEIGHT = 376, 196
LEFT, RIGHT, TOP, BOTTOM = 48, 22, 22, 24
STEPS = (1, 2, 3, 5, 10)


def nice(most, parts):
    """A round step that divides `most` into about `parts`."""
    rough = max(Decimal(most) / parts, Decimal(1))
    size = Decimal(10) ** (len(str(int(rough))) - 1)
    return next(size * s for s in STEPS if size * s >= rough)


def paid(tiers, amount):
    """What marginal `tiers` [(from, rate)] pay on `amount`."""
    total = Decimal(0)
    for (start, rate), after in zip(tiers, [*tiers[1:], None], strict=True):
        upto = amount if after is None else min(amount, after[0])
        total += max(upto - start, Decimal(0)) * rate
    return total


def curve(points, *, edges=(), here=None, part=None, reach=None):
    """Coordinates of a curve through `points` [(collected, earned)], with ticks, the tiers' edges, and where one stands.

    `edges` [(collected, label)] begins each tier; `here` is (collected, earned); `part` (from, to) is drawn thick along the
    curve; `reach` (to) dashes on from `here`. Collected is labelled in 万 (in English in thousands), earned in yuan.
    """
    points = [(Decimal(x), Decimal(y)) for x, y in points]
    x_most, y_most = max(x for x, _ in points) or Decimal(1), max(y for _, y in points) or Decimal(1)
    x_step, y_step = nice(x_most, 4), nice(y_most, 4)
    x_end, y_end = x_most, y_step * (y_most / y_step).to_integral_value(rounding="ROUND_CEILING")
    thick = 10_000 if figures.chinese() else 1000
    unit, y_unit = (thick if x_end >= thick else 1), (thick if y_end >= 1_000_000 else 1)
    said = pgettext("unit of the axis", "K")

    def at(x, y):
        return (round(LEFT + float(x / x_end) * (WIDTH - LEFT - RIGHT), 1),
                round(HEIGHT - BOTTOM - float(y / y_end) * (HEIGHT - TOP - BOTTOM), 1))

    def on_curve(x):
        for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
            if x0 <= x <= x1:
                return y0 + (y1 - y0) * (x - x0) / ((x1 - x0) or 1)
        return points[-1][1]

    def path(pairs):
        return " ".join(f"{x},{y}" for x, y in (at(*pair) for pair in pairs))

    def between(first, last):
        return [(first, on_curve(first)), *((x, y) for x, y in points if first < x < last), (last, on_curve(last))]

    starts = [Decimal(x) for x, _label in edges]
    bands = [{"x": at((start + end) / 2, 0)[0], "label": label}
             for (start, label), end in zip([(Decimal(x), label) for x, label in edges], [*starts[1:], x_end], strict=True) if start < x_end]
    spot = at(*map(Decimal, here)) if here else None
    return {
        "width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "top": TOP, "floor": HEIGHT - BOTTOM,
        "line": path(points), "bands": bands,
        "folds": [at(x, 0)[0] for x in starts if 0 < x < x_end],
        "xs": [{"x": at(x, 0)[0], "label": _label(x, unit)} for x in _ticks(x_step, x_end)], "unit": said if unit > 1 else "",
        "ys": [{"y": at(0, y)[1], "label": _label(y, y_unit) + (f" {said}" if y_unit > 1 and y else "")} for y in _ticks(y_step, y_end)],
        "here": {"x": spot[0], "y": spot[1], "word": round(spot[1] + 22 if spot[1] < HEIGHT - BOTTOM - 50 else spot[1] - 26, 1),
                 "anchor": "end" if spot[0] > WIDTH * 0.75 else "middle" if spot[0] > WIDTH * 0.25 else "start"} if spot else None,
        "part": path(between(*map(Decimal, part))) if part else "",
        "reach": path(between(Decimal(here[0]), Decimal(reach))) if reach and here else "",
    }


def _label(value, unit):
    return f"{value / unit:f}".rstrip("0").rstrip(".") if value % unit else f"{int(value / unit):,}"


def _ticks(step, end):
    found, at = [], Decimal(0)
    while at <= end:
        found.append(at)
        at += step
    return found
