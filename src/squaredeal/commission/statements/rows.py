"""A line as a row of a statement or an estimate: whose money, what it earned, the rates it met and what raised or lowered it, in a few words each."""
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from squaredeal.commission.plans import reading, wording
from squaredeal.commission.plans.templatetags.ledger import share
from squaredeal.commission.runs import causes
from squaredeal.kernel import figures

from . import beginnings

ZERO, ONE = Decimal(0), Decimal(1)


def number(line, name, otherwise=None):
    """A figure kept with a line, as Decimal."""
    found = line.detail.get(name)
    return otherwise if found in (None, "") else Decimal(str(found))


def row(line, objection=None, plan=None):
    """A line as a row of the statement: customer, contract, amount, share, the rates it met, and what changed them; `plan` is what it was computed by, where the line is not of the ledger."""
    of, part = line.allocation, number(line, "share", ONE)
    about = _("%(contract)s part %(order)s") % {"contract": of.instalment.contract, "order": of.instalment.order} if of else beginnings.of_contract(line)[3] if line.contract else ""
    return {"line": line, "objection": objection, "customer": line.customer or line.component,
            "contract": about, "component": line.component if line.detail.get("rolled") else "", "on": line.on, "number": line.agreement or "",
            "amount": line.amount, "share": part, "shared": part != ONE, "rate": rates(line), "mods": mods(line, plan),
            "earned": line.earned, "reason": causes.told(line)}


def rates(line):
    """The rates a line met: "1% and 1.5%"."""
    met = [share(s["rate"]) for s in line.detail.get("slices", []) if Decimal(s["part"])]
    if not met and line.detail.get("rate") not in (None, ""):
        met = [share(line.detail["rate"])]
    return _(" and ").join(met)


def mods(line, plan=None):
    """What raised or lowered a line beside its rate, each by its own name, in a few words."""
    said, added, times = [], number(line, "uplift", ZERO), number(line, "factor", ONE)
    if added or times != ONE:
        from squaredeal.engine import changed
        uplifts, factors = changed(plan or reading.loaded((line.plan or line.run.plan).text), line.component, line.detail.get("given", {}))
        said += [_added(found) for found in uplifts] if sum((x.value for x in uplifts), Fraction(0)) == Fraction(added) else [_added(None, added)]
        product = Fraction(1)
        for found in factors:
            product *= found.value
        said += [_times(found) for found in factors if found.value != 1] if abs(product - Fraction(times)) < Fraction(1, 10**6) else [_times(None, times)]
    if line.detail.get("gate") == "closed":
        said.append(_("target not reached: 0"))
    return [part for part in said if part]


def _added(found, value=None):
    """An addition to the rate: first order +0.5 points."""
    points = _figure((found.value if found else Fraction(value)) * 100)
    if points == "0":
        return ""
    words = _("first order") if found and found.when == "first_order" else wording.plainly(found.when) if found and found.when != "true" else _("addition")
    return _("%(what)s +%(points)s points") % {"what": words, "points": points}


def _times(found, value=None):
    """A factor: 97 days overdue × 0.5, product = A × 0.8."""
    times = _figure(found.value if found else value)
    if found is None or (found.when == "true" and not found.named):
        return f"× {times}"
    if found.when == "true":
        return f"{wording.plainly(found.named)} × {times}"
    if set(found.reads) == {"overdue_days"}:
        return _("%(days)s days overdue × %(times)s") % {"days": _figure(found.reads["overdue_days"]), "times": times}
    return f"{wording.plainly(found.when)} × {times}"


def _figure(value):
    shown = figures.grouped(Decimal(value) if not isinstance(value, Fraction) else Decimal(value.numerator) / Decimal(value.denominator), 4)
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def releases(lines):
    """Rows of the lines that hold back something or release it: {line, customer, contract, released (so far), now (what is released here, or waits, below zero)}."""
    return [{**row(line), "released": number(line, "released", ZERO), "now": -line.held} for line in lines if line.held]
