"""How long what is owed has been owed: by period, the oldest paid back first; after so many periods what is left of one is dropped."""
from datetime import date
from decimal import Decimal

from ..plan.rolling import number_of, rolling

ZERO = Decimal(0)


class Owed:
    """{last day of a period: what was advanced in it and is still owed}; where nothing of the plan lapses, nothing is noted."""

    def __init__(self, plan, known=None):
        self.plan, self.window = plan, plan.settlement.draw and plan.settlement.draw.lapses
        self.known = {day: Decimal(amount) for day, amount in (known or {}).items()}

    def lapsed(self, days):
        """What is owed since more periods than the plan allows before the period of `days`, and is owed no more."""
        if not self.window:
            return ZERO
        latest = number_of(self.plan, self.window, days[1]) - rolling(self.window)[0]
        old = [day for day in self.known if number_of(self.plan, self.window, date.fromisoformat(day)) < latest]
        return sum((self.known.pop(day) for day in old), ZERO)

    def note(self, balance, days):
        """That so much stands at the end of the period of `days`: what is owed more is of this period, what is owed less was the oldest."""
        if not self.window:
            return
        more = max(-balance, ZERO) - sum(self.known.values(), ZERO)
        if more > 0:
            day = str(days[1])
            self.known[day] = self.known.get(day, ZERO) + more
        for day in sorted(self.known) if more < 0 else ():
            back = min(self.known[day], -more)
            self.known[day], more = self.known[day] - back, more + back
        self.known = {day: amount for day, amount in self.known.items() if amount}
