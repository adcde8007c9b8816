"""What a plan that carries no negative has dropped of each period, and what of it a later correction of that period makes up before it is paid."""
from decimal import Decimal

ZERO = Decimal(0)


class Dropped:
    """{last day of a period: what of it is dropped and not made up}; where the plan forgets what it drops, nothing is noted."""

    def __init__(self, rule, known=None):
        self.noted, self.known = rule == "made up first", {day: Decimal(amount) for day, amount in (known or {}).items()}

    def made_up(self, late):
        """What of the corrections of closed periods, [(first and last day, amount)], goes to what was dropped of them."""
        found = ZERO
        for days, amount in late if self.known else ():
            used = min(self.known.get(_of(days), ZERO), max(amount, ZERO))
            if used:
                found += used
                self._put(_of(days), self.known[_of(days)] - used)
        return found

    def note(self, total, now, days, late):
        """That so much was dropped in the period of `days`: of its own negative first, then of what closed periods lose, the newest first; what is older was taken of what was gained."""
        if not self.noted or total <= 0:
            return
        for when, amount in [(days, now), *sorted(late, key=lambda part: _of(part[0]), reverse=True)]:
            part = min(max(-amount, ZERO), total)
            if part:
                total -= part
                self._put(_of(when), self.known.get(_of(when), ZERO) + part)

    def _put(self, day, amount):
        self.known[day] = amount
        if not amount:
            del self.known[day]


def _of(days):
    return str(days[1]) if days else ""
