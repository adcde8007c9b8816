"""What the names of formulas stand for on one row: the fact, its credit, the person, measures, quotas, scores, earlier components."""
from fractions import Fraction

from squaredeal.engine.formula.values import evaluate, rounded
from squaredeal.engine.plan.about import EVERYBODY
from squaredeal.engine.plan.calendar import TO_DATE, known_by_period
from squaredeal.engine.plan.plan import RollUp
from squaredeal.engine.plan.rolling import of_periods

from .unknown import Unknown
from .world import window

ONE = Fraction(1, 10**8)
ZERO = Fraction(0)


class Names(dict):
    """Values of names on a row, found when asked for and kept; measures and what was earned are asked for each time, they may move."""

    def __init__(self, book, row):
        super().__init__()
        self.book, self.row = book, row

    def __missing__(self, key):
        if key.endswith(")") and "(" in key:
            op, about = key[:-1].split("(", 1)
            return self._call(op, about)
        if key in self.book.plan.measures:
            return self.book.measured(key, self.row)
        self[key] = value = self._plain(key)
        return value

    def _plain(self, key):
        row = self.row
        if key == "payee":
            return row.payee
        if key in ("period_start", "period_end"):
            return row.days[key == "period_end"]
        if row.kind == "fact":
            if key in ("share", "role"):
                return getattr(row, key)
            if key == "levels_up" and row.levels is not None:
                return row.levels
            if key in self.book.world.columns["facts"]:
                return row.about[key]
        elif key == "date" or (key == "deal" and row.kind == "deal"):
            return row.day if key == "date" else row.fact
        return self._person(row.seat, key)

    def _person(self, seat, key):
        if key not in self.book.world.columns["people"]:
            raise Unknown(f"表里没有 {key}", f"the tables have no {key}")
        return None if seat is None else seat[key]

    def _call(self, op, about):
        if op == "quota":
            return self.book.quota(about, self.row)
        if op == "previous":
            return self.book.measured(about, self.row, previous=True)
        if op == "score":
            places = [self.row.win_paid or self.row.period, *(window(self.book.plan, kind, self.row.day) for kind in ("quarter", "half", "year"))]
            found = (self.book.world.scores.get((self.row.member, about, place)) for place in places)
            self[f"score({about})"] = value = next((v for v in found if v is not None), None)
            return value
        if "|" in about or (op == "source" and about in self.book.plan.measures):
            raise Unknown("要看别人或别的时间的数", "it depends on other people, or on another time")
        if op == "earned":
            return self.book.earned(about, self.row)
        if op == "source" and self.row.levels is None and self.row.kind == "fact" and self.row.role not in ("owner", "split"):
            raise Unknown("要看这一笔归谁", "it depends on whose fact it is")
        if op == "source":
            return self._person(self.row.origin if self.row.levels is not None else self.row.member_seat, about)
        raise Unknown("要看别人的数", "it depends on other people")


class Book:
    """Measures, quotas and what components have earned, for the rows of one payee. `more` is what a fact that has not happened adds."""

    def __init__(self, plan, world):
        self.plan, self.world, self.sums, self.whole = plan, world, {}, {}
        self.more, self.gained = {}, {}

    def value(self, text, row):
        """The formula's value on a row; what cannot be divided is not known."""
        try:
            return evaluate(self.plan.expand(str(text)), row.names)
        except ZeroDivisionError:
            raise Unknown("除以零", "division by zero") from None
        except (KeyError, TypeError):
            raise Unknown("这一笔缺数", "the fact lacks a value") from None

    def moves(self, text):
        """Whether a formula may change when other facts come in."""
        return any(n.op in ("previous", "earned", "attainment") or (n.op == "name" and n.args[0] in self.plan.measures) for n in self.plan.expand(str(text)).walk())

    def measured(self, name, row, previous=False):
        measure = self.plan.measures[name]
        if measure.onward:
            raise Unknown("要看这一笔之前的每一笔", "it depends on every fact before this one")
        who = self._who(measure, row)
        win = row.windowed(measure.window)
        if previous:
            win = self._before(measure.window, win)
        return ZERO if who is None or win is None else self._sum(name, who, win)

    def quota(self, name, row):
        measure = self.plan.measures[name]
        return self.quotas_of(name).get((self._who(measure, row), row.windowed(measure.window)))

    def earned(self, about, row):
        """What an earlier component earned the row's person in its period, or in the periods of its window."""
        if row.member != row.payee:
            raise Unknown("要看下属挣了多少", "it depends on what others earn")
        found = self.gained[about]
        if isinstance(found, Unknown):
            raise found
        if row.kind != "window":
            return found.get(row.period, ZERO)
        if self.plan.period == "table" and row.win_paid != row.period:
            raise Unknown("按月（季、年）看各期挣了多少，期间却不在月末结束", "it asks by calendar what was earned in periods that need not end with it")
        first, last = row.days
        return sum((v for code, v in found.items() if first <= self.world.days[code][1] <= last), ZERO)

    def _who(self, measure, row):
        if measure.of == "everybody":
            return "*"
        return row.member if measure.of == "payee" or isinstance(measure.of, RollUp) else row.member_seat and row.member_seat.get(measure.of)

    def _sum(self, name, who, win):
        kind = self.plan.measures[name].window
        if not known_by_period(kind):
            return self._base(name, who).get(win, ZERO) + self.more.get((name, who, win), ZERO)
        found, base = ZERO, self._base(name, who)
        for code in self._reach(kind, win):
            found += base.get(code, ZERO) + self.more.get((name, who, code), ZERO)
        return found

    def _reach(self, kind, period):
        """Periods that count in this one: from the beginning of the year (half, quarter), or the last few."""
        if period not in self.world.rank:
            return []
        if of_periods(kind):
            place = self.world.rank[period] + 1
            return [code for code, _first, _last in self.world.span[max(place - of_periods(kind), 0):place]]
        year = window(self.plan, TO_DATE[kind], self.world.days[period][1])
        return [code for code, _first, last in self.world.span[:self.world.rank[period] + 1] if window(self.plan, TO_DATE[kind], last) == year]

    def _before(self, kind, win):
        """The window before this one, or None."""
        if kind == "period" or known_by_period(kind):
            place = self.world.rank.get(win, 0)
            return self.world.span[place - 1][0] if place else None
        if kind == "month":
            year, month = int(win[:4]), int(win[5:])
            return f"{year - (month == 1)}-{12 if month == 1 else month - 1:02d}"
        if kind == "quarter":
            year, quarter = int(win[:4]), int(win[5])
            return f"{year - (quarter == 1)}Q{4 if quarter == 1 else quarter - 1}"
        return str(int(win) - 1) if kind == "year" else None

    def _base(self, name, who):
        """{window: sum} of a measure for one, before anything is added."""
        measure = self.plan.measures[name]
        own = measure.of == "payee"
        key = (name, who) if own else name
        if key not in self.sums:
            found = self.sums[key] = {}
            world = self.world
            for fact in ([world.facts[f] for f in dict.fromkeys(world.credited_to.get(who, ()))] if own else world.facts.values()):
                for (whose, win), value in self.adds(name, fact, world.credits.get(fact["id"], ())).items():
                    if own and whose == who:
                        found[win] = found.get(win, ZERO) + value
                    elif not own:
                        mine = found.setdefault(whose, {})
                        mine[win] = mine.get(win, ZERO) + value
        return self.sums[key] if own else self.sums[key].get(who, {})

    def adds(self, name, fact, credits):
        """{(who, window): value} that one fact adds to a measure; to-date windows are known by the period."""
        measure = self.plan.measures[name]
        if fact["kind"] not in measure.kinds or fact["_period"] is None:
            return {}
        from .rows import Row
        if measure.of == "everybody" and (self.moves(measure.sum) or self.moves(measure.where or "true")):
            raise Unknown("要看每个人到那时的数", "it depends on what each person had reached")
        rule = measure.of if isinstance(measure.of, RollUp) else measure.credit
        whose = {"*": (Fraction(1), None)} if measure.of == "everybody" and measure.shared else self.world.credit(rule, fact["date"], credits)
        unit = Fraction(1, 100) if self.plan.settlement.round_base == "to fen" and measure.count is None else ONE
        found = {}
        for payee, (share, role) in whose.items():
            row = Row.of_fact(self, fact, None if payee == "*" else payee, share, role, fact["date"])
            value = self.value(measure.sum, row) if self.value(measure.where or "true", row) else None
            if value is not None:
                who = "*" if measure.of == "everybody" else payee if measure.of == "payee" or isinstance(measure.of, RollUp) else row.seat and row.seat.get(measure.of)
                win = row.windowed("period" if known_by_period(measure.window) else measure.window)
                found[who, win] = found.get((who, win), ZERO) + unit_of(value * share, unit)
        return found

    def quotas_of(self, name):
        """{(who, window): quota} of a measure."""
        if name not in self.whole:
            found = self.whole[name] = {}
            measure, world = self.plan.measures[name], self.world
            for row in world.quotas.get(name, ()):
                who = "*" if measure.of == "everybody" and row["payee"] in EVERYBODY else row["payee"]
                for win in self._quota_windows(measure.window, row["period"]):
                    found[who, win] = found.get((who, win), ZERO) + row["value"]
        return self.whole[name]

    def _quota_windows(self, kind, period):
        world = self.world
        if kind in ("fact", "deal", "life"):
            return ["" if period in ("", "life") else period]
        if known_by_period(kind):
            return [code for code, _a, _b in world.span if period in self._reach(kind, code)]
        if kind == "period":
            return [period]
        return [window(self.plan, kind, world.days[period][0]) if period in world.days else period]


def unit_of(value, unit, way="half"):
    """A fraction rounded once to a unit."""
    if way != "even":
        return rounded(value / unit, 0, way) * unit
    size, sign = abs(value) / unit, -1 if value < 0 else 1
    whole, rest = divmod(size.numerator, size.denominator)
    twice = rest * 2
    return sign * (whole + (twice > size.denominator or (twice == size.denominator and whole % 2))) * unit


__all__ = ["ONE", "ZERO", "Book", "Names", "unit_of"]
