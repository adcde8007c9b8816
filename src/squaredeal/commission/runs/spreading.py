"""A simulation as numbers for an SVG: how many people change by how much, and each person's bar beside zero. Pure; templates draw them."""
from decimal import Decimal

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FLOOR = 376, 196, 8, 8, 24, 160
BAR, HALF = 200, 100


def spread(buckets):
    """Bars of people by change: [dict(x, y, width, height, count, label, side)] with the frame's measures; None when nobody is paid."""
    most = max((b.count for b in buckets), default=0)
    if not most:
        return None
    step = (WIDTH - LEFT - RIGHT) / len(buckets)
    bars = []
    for place, b in enumerate(buckets):
        height = round(b.count / most * (FLOOR - TOP), 1)
        bars.append({"x": round(LEFT + place * step + step * 0.12, 1), "y": round(FLOOR - height, 1), "width": round(step * 0.76, 1), "height": height, "count": b.count,
                     "middle": round(LEFT + (place + 0.5) * step, 1), "label": _label(b), "kind": b.kind,
                     "side": "same" if b.kind == "same" else "less" if b.kind == "change" and b.high is not None and b.high <= 0 else "more"})
    return {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "floor": FLOOR, "bars": bars}


def _label(bucket):
    """Where the bucket lies, in per cent: ≤−20, −10, 0, 5, >20."""
    if bucket.kind != "change":
        return "0" if bucket.kind == "same" else ""
    low, high = (None if v is None else f"{v * 100:.0f}".replace("-", "−") for v in (bucket.low, bucket.high))
    return f"<{high}" if low is None else f">{low}" if high is None else f"{low}~{high}"


def bars(differences):
    """[(x, width, side)] of each difference on one scale, zero in the middle."""
    most = max((abs(d) for d in differences), default=Decimal(0)) or Decimal(1)
    found = []
    for d in differences:
        width = round(float(abs(d) / most) * HALF, 1)
        found.append({"x": HALF if d >= 0 else round(HALF - width, 1), "width": width, "side": "more" if d > 0 else "less", "whole": BAR, "zero": HALF})
    return found
