"""The tables as one payee's answer reads them: typed by the engine itself, exact, in order of day and id, with the calendar and who sat where."""
from collections import defaultdict
from datetime import date
from fractions import Fraction

from squaredeal.engine.formula.naming import standard
from squaredeal.engine.ledger import settle
from squaredeal.engine.plan import calendar
from squaredeal.engine.plan.plan import RollUp
from squaredeal.engine.tables.tables import MOST_PLACES

FOREVER = date(9999, 12, 31)
YES, NO = {"true", "是", "yes", "1"}, {"false", "否", "no", "0"}
LATEST = 10**6


class World:
    """Facts within the plan's dates, their credits, people, quotas, scores and periods. `until` is a day the calendar has to reach."""

    def __init__(self, plan, tables, until=None):
        tables = tables.declaring(plan)
        self.plan, self.columns = plan, {name: tables.columns(name) for name in ("facts", "people")}
        link = tables.open()
        try:
            if until is not None:
                link.execute("INSERT INTO facts (id, kind, date) VALUES ('', '', ?)", [until])
            calendar.prepare(link, plan, None, None, [])
            self.span = link.execute("SELECT period, starts, ends FROM span ORDER BY rank").fetchall()
            self.facts = {row["id"]: row for row in _rows(link, tables, "facts", "SELECT * FROM facts_in WHERE kind <> '' ORDER BY _ord")}
            self.people, self.credits, self.credited_to = defaultdict(list), defaultdict(list), defaultdict(list)
            for row in _rows(link, tables, "people", "SELECT * FROM people ORDER BY \"from\""):
                self.people[row["payee"]].append(row)
            for row in _rows(link, tables, "credits", "SELECT c.* FROM credits AS c SEMI JOIN facts_in AS f ON f.id = c.fact"):
                self.credits[row["fact"]].append(row)
                self.credited_to[row["payee"]].append(row["fact"])
            self.quotas = defaultdict(list)
            for row in _rows(link, tables, "quotas", "SELECT * FROM quotas"):
                self.quotas[row["measure"]].append(row)
            self.seats = settle.seats(plan, link, tables, plan.period)
            self.scores = {(r["payee"], r["name"], r["period"]): r["value"] for r in _rows(link, tables, "scores", "SELECT * FROM scores")}
        finally:
            link.close()
        self.rank = {code: place for place, (code, _a, _b) in enumerate(self.span)}
        self.days = {code: (first, last) for code, first, last in self.span}
        for row in self.facts.values():
            row["_ord"] = (row["date"], len(row["id"]), row["id"])

    def period_of(self, day):
        """The id of the period a day lies in, or None."""
        return next((code for code, first, last in reversed(self.span) if first <= day <= last), None)

    def fact(self, given, credits):
        """(fact, credits) of one that has not happened, typed as the tables are; no period means that it lies outside the plan's dates."""
        given = {standard(k): v for k, v in given.items()}
        row = {c: _typed(given.get(c), kind) for c, kind in self.columns["facts"].items()}
        row["date"] = _typed(given["date"], "date")
        if "happened_on" in row:
            row["happened_on"] = row["happened_on"] or row["date"]
        first, last = self.plan.effective.first, self.plan.effective.last or FOREVER
        row["_period"] = self.period_of(row["date"]) if first <= row["date"] <= last else None
        if given.get("id"):
            row["_ord"] = (row["date"], len(str(given["id"])), str(given["id"]))
        else:
            row["id"], row["_ord"] = "?", (row["date"], LATEST, "?")
        return row, [{"fact": row["id"], "payee": str(c["payee"]), "share": _typed(c["share"], "number"), "role": c.get("role") or "owner"} for c in credits]

    def seat(self, payee, day):
        """The assignment of a person on a day, or None."""
        return next((p for p in self.people.get(payee, ()) if p["from"] <= day <= (p["to"] or FOREVER)), None)

    def credit(self, rule, day, credits):
        """{payee: (share, role)} of a fact by roles, or rolled up to managers as of its day."""
        found = {}
        if not isinstance(rule, RollUp):
            for row in credits:
                if row["role"] in rule:
                    share, role = found.get(row["payee"], (Fraction(0), row["role"]))
                    found[row["payee"]] = (share + row["share"], min(role, row["role"]))
            return found
        for _level, payee, share, _member in self._rolled(rule, day, credits):
            found[payee] = (found.get(payee, (Fraction(0), ""))[0] + share, "manager")
        return found

    def origin(self, rule, day, credits, payee):
        """(levels between, the member with the largest share) behind what is rolled up to the payee."""
        mine = [(share, member, level) for level, who, share, member in self._rolled(rule, day, credits) if who == payee]
        return Fraction(min(level for _share, _member, level in mine)), max(mine)[1]

    def _rolled(self, rule, day, credits):
        """[(level, payee, share, member)] up the line as of the day."""
        found = []
        for row in credits:
            if row["role"] not in ("owner", "split"):
                continue
            if rule.own_deals == "included":
                found.append((0, row["payee"], row["share"], row["payee"]))
            boss = row["payee"]
            for level in range(1, rule.roll_up + 1):
                place = self.seat(boss, day)
                boss = place and place.get(rule.along)
                if not boss:
                    break
                found.append((level, boss, row["share"], row["payee"]))
        if rule.level == "only":
            return [x for x in found if x[0] == rule.roll_up]
        top = max((x[0] for x in found), default=0)
        return [x for x in found if x[0] == top] if rule.level == "last" else found

    def below(self, payee, rule):
        """People who could ever be credited up to the payee, themselves included."""
        found, edge = {payee}, {payee}
        for _level in range(rule.roll_up):
            edge = {who for who, seats in self.people.items() if any(s.get(rule.along) in edge for s in seats)} - found
            found |= edge
        return found

    def windows(self, kind):
        """[(id, first day, last day, period it is due in, rank)] a component is paid by; a calendar window only once it is complete."""
        if kind == "period":
            return [(code, first, last, code, self.rank[code]) for code, first, last in self.span if last >= self.plan.effective.first]
        if self.plan.period == "table":  # its periods need not end where a month does
            whole = calendar.periods(kind, self.span[0][1], self.span[-1][2], self.plan.year_starts) if self.span else []
            due = [(name, first, last, self.period_of(last)) for name, first, last in whole if last >= self.plan.effective.first]
            return [(name, first, last, code, self.rank[code]) for name, first, last, code in due if code]
        groups = {}
        for code, first, last in self.span:
            groups.setdefault(window(self.plan, kind, first), []).append((code, first, last))
        found = []
        for name, parts in groups.items():
            code, _first, last = max(parts, key=lambda p: p[2])
            if last >= self.plan.effective.first and window(self.plan, kind, last) != window(self.plan, kind, date.fromordinal(last.toordinal() + 1)):
                found.append((name, min(p[1] for p in parts), last, code, self.rank[code]))
        return found

    def staff(self, first, last):
        """{payee: the last assignment that lies in the days}."""
        found = {}
        for payee, seats in self.people.items():
            inside = [s for s in seats if s["from"] <= last and (s["to"] or FOREVER) >= first]
            if inside:
                found[payee] = max(inside, key=lambda s: s["from"])
        return found


def window(plan, kind, day):
    """The id of a calendar window a day lies in."""
    return "" if kind == "life" else calendar.name_of(kind, day, plan.year_starts)


def _rows(link, tables, name, query):
    """Rows as dicts: numbers as exact fractions."""
    answer = link.execute(query)
    names, profile = [d[0] for d in answer.description], tables.profile(name)
    scale = [10 ** profile[n][1] if n in profile and profile[n][0] == "number" else 0 for n in names]
    return [{n: Fraction(v, s) if s and v is not None else v for n, v, s in zip(names, cells, scale, strict=True)} for cells in answer.fetchall()]


def _typed(value, kind):
    """One value as its column holds it; None where it does not read."""
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    if kind == "bool":
        return True if text.lower() in YES else False if text.lower() in NO else None
    try:
        if kind == "date":
            return date.fromisoformat(text[:10])
        return round(Fraction(text), MOST_PLACES) if kind == "number" else text
    except (ValueError, ZeroDivisionError):
        return None
