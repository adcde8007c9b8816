"""Money is Decimal with the currency's places; one rounding, half up, at the end."""
from decimal import ROUND_HALF_UP, Decimal

FEN, FINEST = Decimal("0.01"), Decimal("0.00000001")


def fen(amount):
    """`amount` rounded half away from zero to 0.01."""
    return Decimal(amount).quantize(FEN, rounding=ROUND_HALF_UP)


def exact(amount):
    """`amount` to 10⁻⁸ with two decimals, or all that count where there are more: 1.5 → 1.50, 1.23450000 → 1.2345. What SQLite adds in floating point comes right."""
    amount = Decimal(amount)
    if amount.as_tuple().exponent == -2:
        return amount
    short = amount.quantize(FINEST, rounding=ROUND_HALF_UP).normalize()
    return short if short.as_tuple().exponent < -2 else short.quantize(FEN)


def sum_of(value):
    """A sum as the database gives it, None for no rows, to the fen: SQLite adds in floating point."""
    return fen(value or 0)


def share_out(total, weights):
    """Parts of `total` (to the fen) by `weights`, largest remainder first, summing to `total` exactly."""
    total, whole = fen(total), sum(weights)
    if not whole:
        raise ValueError("weights sum to zero")
    cents = int(total * 100)
    exact = [Decimal(cents) * w / whole for w in weights]
    parts = [int(x // 1) for x in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: cents - sum(parts)]:
        parts[i] += 1
    return [Decimal(p) / 100 for p in parts]
