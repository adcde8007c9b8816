"""A period that more may be posted in after it was settled: what it gave already is not given again."""
from dataclasses import astuple, replace

from .paying import ZERO, Paid


class Reopened:
    """The account of the open period: settled as a whole each time, so that a draw, a guarantee or a deduction counts once.

    `first` is the account before the period, `whole` what the period gave so far, None where nothing is posted in it; `posted` what of
    each period was posted in it, [(period of the facts, amount)], and `now` and `late` the same as they are paid.
    """

    def __init__(self, account, first=None, whole=None, posted=()):
        self.account, self.first, self.whole, self.posted, self.now, self.late = account, first or account.copied(), whole, list(posted), ZERO, []

    @property
    def standing(self):
        return self.account.standing

    def pay(self, now, late=(), person=None, days=None):
        """The Paid of what is posted now: of all together, less what was given before; what was paid too much is carried, where the plan carries."""
        was, self.now, self.late = self.whole, self.now + now, [*self.late, *late]
        if was is not None:
            self.account = self.first.copied()
        self.whole = self.account.pay(self.now, self.late, person, days)
        if was is None:
            return self.whole
        more = Paid(*((now or ZERO) - (then or ZERO) for now, then in zip(astuple(self.whole), astuple(was), strict=True)))
        if more.payout < 0 and self.account.settlement.negative == "carry" and self.account.settlement.deduction is None:
            self.account.balance += more.payout
            self.whole, more = replace(self.whole, payout=was.payout), replace(more, payout=ZERO)
        return more
