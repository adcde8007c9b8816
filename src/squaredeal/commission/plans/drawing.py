"""A payout curve as numbers for an SVG: what a table gives against what it is read by, such as commission against the month's collection.

Pure: amounts in, coordinates out. Templates draw them; no script is needed.
"""
from decimal import Decimal

from django.utils.translation import pgettext

from squaredeal.kernel import figures

WIDTH, HEIGHT = 376, 196
LEFT, RIGHT, TOP, BOTTOM = 48, 22, 22, 24
STEPS, OF_SHARES = (1, 2, 3, 5, 10), (1, 2, 5, 10)
LETTER = 7.5
"""About how wide a letter of a label is."""


def nice(most, parts, steps=STEPS):
    """A round step that divides `most` into about `parts`."""
    rough = Decimal(most) / parts or Decimal(1)
    size = Decimal(10) ** rough.adjusted()
    return next(size * s for s in steps if size * s >= rough)


def curve(points, *, edges=(), here=None, part=None, reach=None, shares=(False, False)):
    """Coordinates of a curve through `points` [(along, given)], with ticks, the rows' edges, and where one stands.

    `edges` [(along, label)] begins each row; `here` is (along, given); `part` (from, to) is drawn thick along the curve; `reach` (to) dashes on
    from `here`. Sums are labelled in 万 (in English in thousands) where they are large, and as per cent on an axis that `shares` says.
    """
    along, given = shares
    points = [(Decimal(x), Decimal(y)) for x, y in points]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x_low, x_end, y_least = min(0, *xs), max(xs) or Decimal(1), min(0, *ys)
    x_step, y_step = nice(x_end - x_low, 4, OF_SHARES if along else STEPS), nice((max(ys) - y_least) or Decimal(1), 4, OF_SHARES if given else STEPS)
    y_low, y_end = (y_step * (y / y_step).to_integral_value(rounding=way) for y, way in ((Decimal(y_least), "ROUND_FLOOR"), (max(*ys, y_step), "ROUND_CEILING")))
    thick = 10_000 if figures.chinese() else 1000
    unit, y_unit = (thick if x_end >= thick and not along else 1), (thick if y_end >= 1_000_000 and not given else 1)
    said = pgettext("unit of the axis", "K")

    def at(x, y):
        return (round(LEFT + float((x - x_low) / (x_end - x_low)) * (WIDTH - LEFT - RIGHT), 1),
                round(HEIGHT - BOTTOM - float((y - y_low) / (y_end - y_low)) * (HEIGHT - TOP - BOTTOM), 1))

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
    spans = [((start, end), label) for (start, label), end in zip([(Decimal(x), label) for x, label in edges], [*starts[1:], x_end], strict=True) if start < x_end]
    bands = [{"x": at((start + end) / 2, 0)[0], "label": label} for (start, end), label in spans if label and at(end, 0)[0] - at(start, 0)[0] > LETTER * len(label)]
    spot = at(*map(Decimal, here)) if here else None
    return {
        "width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "top": TOP, "floor": HEIGHT - BOTTOM, "zero": at(0, 0)[1],
        "line": path(points), "bands": bands,
        "folds": [at(x, 0)[0] for x in starts if x_low < x < x_end],
        "xs": [{"x": at(x, 0)[0], "label": _label(x, unit, along)} for x in _ticks(x_step, x_low, x_end)], "unit": said if unit > 1 else "",
        "ys": [{"y": at(0, y)[1], "label": _label(y, y_unit, given) + (f" {said}" if y_unit > 1 and y else "")} for y in _ticks(y_step, y_low, y_end)],
        "here": {"x": spot[0], "y": spot[1], "word": round(spot[1] + 22 if spot[1] < HEIGHT - BOTTOM - 50 else spot[1] - 26, 1),
                 "anchor": "end" if spot[0] > WIDTH * 0.75 else "middle" if spot[0] > WIDTH * 0.25 else "start"} if spot else None,
        "part": path(between(*map(Decimal, part))) if part else "",
        "reach": path(between(Decimal(here[0]), Decimal(reach))) if reach and here else "",
    }


def _label(value, unit, share=False):
    shown = value * 100 if share else value / unit
    text = f"{shown:,f}" if shown != int(shown) else f"{int(shown):,}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−") + ("%" if share else "")


def _ticks(step, low, end):
    found, at = [], -step * (-low // step) if low < 0 else Decimal(0)
    while at <= end:
        found.append(at)
        at += step
    return found
