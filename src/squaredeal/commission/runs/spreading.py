"""A simulation as numbers for an SVG: how many people change by how much, and each person's bar beside zero. Pure; templates draw them."""
from decimal import Decimal

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FLOOR = 376, 196, 8, 8, 24, 160
BAR, HALF = 200, 100


def spread(buckets):
    """Bars of people by change: [dict(x, y, width, height, count, middle, side)] with the frame's measures and `labels` [(x, text, kind)]; None when nobody is paid.

    Between two bars stands where one ends and the other begins, in per cent; under the bar of no change 0. Newcomers have a bar only when there are any.
    """
    buckets = [b for b in buckets if b.count or b.kind != "new"]
    most = max((b.count for b in buckets), default=0)
    if not most:
        return None
    step = (WIDTH - LEFT - RIGHT) / len(buckets)
    bars, labels = [], []
    for place, b in enumerate(buckets):
        height = round(b.count / most * (FLOOR - TOP), 1)
        bars.append({"x": round(LEFT + place * step + step * 0.12, 1), "y": round(FLOOR - height, 1), "width": round(step * 0.76, 1), "height": height, "count": b.count,
                     "middle": round(LEFT + (place + 0.5) * step, 1), "kind": b.kind,
                     "side": "same" if b.kind == "same" else "less" if b.kind == "change" and b.high is not None and b.high <= 0 else "more"})
        if b.kind != "change":
            labels.append((bars[-1]["middle"], "0" if b.kind == "same" else "", b.kind))
        elif b.high:
            labels.append((round(LEFT + (place + 1) * step, 1), f"{b.high * 100:.0f}".replace("-", "−"), b.kind))
    return {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "floor": FLOOR, "bars": bars, "labels": labels}


def bars(differences):
    """[(x, width, side)] of each difference on one scale, zero in the middle."""
    most = max((abs(d) for d in differences), default=Decimal(0)) or Decimal(1)
    found = []
    for d in differences:
        width = round(float(abs(d) / most) * HALF, 1)
        found.append({"x": HALF if d >= 0 else round(HALF - width, 1), "width": width, "side": "more" if d > 0 else "less", "whole": BAR, "zero": HALF})
    return found
