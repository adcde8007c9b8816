"""What a run changed against the run it replaced, by cause; and what in it somebody should look at.

Questions beside queries.py: each begins with the viewer and reads through reach.
"""
from collections import defaultdict
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from squaredeal.kernel import figures

from . import causes, policy, queries

CLOSED = {"late": "came", "reversed": "reversed", "shares": "share", "moved": "moved", "plan": "plan"}
"""What a new difference of a closed month is called here, by its own cause."""
ZERO = Decimal(0)


def changes(viewer, new, old):
    """[dict(cause, text, clause, total, entries)] between the lines of two runs of one month, the largest first.

    A line that came, went, or changed its share or base names its receipt; what moved only because the month's total did is
    gathered per person under one cause, and so is what another version of the plan computes now.
    """
    groups = {}
    for before, now in _paired(old, new):
        amount = (now.difference if now else ZERO) - (before.difference if before else ZERO)
        if not amount:
            continue
        cause, clause = _cause(before, now)
        line = now or before
        of = (line.allocation_id, line.contract_id) if cause not in ("moved", "plan") else ("person", line.person_id)
        group = groups.setdefault((cause, of), {"cause": _named(cause), "clause": clause, "text": _told(cause, before, now),
                                                "total": ZERO, "entries": defaultdict(Decimal)})
        group["total"] += amount
        group["entries"][line.person.name, line.component] += amount
    for group in groups.values():
        group["entries"] = [(name, component, amount) for (name, component), amount in group["entries"].items()]
    return sorted(groups.values(), key=lambda g: -abs(g["total"]))


def _paired(old, new):
    """[(before, now)]: lines of one key under one version, then what is left under another version; None where there is no other."""
    old, new = ({(line.plan_id, line.key): line for line in lines} for lines in (old, new))
    gone = {key: line for (plan, key), line in old.items() if (plan, key) not in new}
    pairs = [(old[place] if place in old else gone.pop(place[1], None), now) for place, now in new.items()]
    met = {id(before) for before, _now in pairs}
    return [*pairs, *((line, None) for line in old.values() if id(line) not in met)]


def _cause(before, now):
    if before is None and now.detail.get("cause"):
        return CLOSED.get(now.detail["cause"]["code"], "closed"), policy.Difference.number
    if before is None:
        return "came", "2.6.1"
    if now is None:
        return "went", policy.Difference.number
    if before.plan_id != now.plan_id:
        return "plan", now.clause
    if before.detail.get("share") != now.detail.get("share"):
        return "share", "3.6.1"
    if before.base != now.base:
        return "base", "3.2.1"
    if before.detail.get("quota") != now.detail.get("quota"):
        return "quota", now.clause
    return "moved", now.clause


def _named(cause):
    return {"came": _("New receipt"), "reversed": _("Receipt reversed"), "closed": _("Closed month"), "went": _("Receipt gone"), "share": _("Shares decided"), "base": _("Base changed"),
            "quota": _("Target changed"), "moved": _("Moved with the month"), "plan": _("Another version of the plan")}[cause]


def _told(cause, before, now):
    line = now or before
    if cause == "plan":
        return _("%(person)s: the same receipts by another version") % {"person": line.person}
    if cause == "moved" or line.about is None:
        return _("%(person)s: the same receipts on another part of the table") % {"person": line.person}
    of = {"customer": line.customer, "day": f"{line.on:%Y-%m-%d}", "amount": f"{line.amount:,.2f}", "contract": line.agreement}
    if cause in ("reversed", "closed"):
        return _("%(customer)s %(contract)s: %(said)s") % {**of, "said": causes.told(line)}
    if cause == "share":
        return line.reason or _("%(customer)s %(contract)s, other shares") % of
    return _("%(customer)s %(contract)s, %(amount)s on %(day)s") % of


def exceptions(viewer, statements, lines, objections):
    """[dict(clause, due, title, text, url, label)] of what to look at before a run goes on, the most urgent first."""
    statement = {s.person_id: s for s in statements}
    found = []
    for objection in objections:
        mine = statement.get(objection.person_id)
        found.append({"clause": "3.10.2", "due": objection.due_on, "title": _("%(person)s objects: %(text)s")
                      % {"person": objection.person, "text": objection.text[:60]}, "text": objection.text[60:],
                      "url": reverse("statements:statement", args=[mine.pk]) if mine else "", "label": _("Answer")})
    for person, cut in _cut(lines).items():
        first = cut[0]
        attained = first.detail.get("attainment")
        found.append({"clause": first.clause, "due": None,
                      "title": ngettext("%(person)s reached %(attained)s of the target; %(count)s receipt earns nothing",
                                        "%(person)s reached %(attained)s of the target; %(count)s receipts earn nothing", len(cut)) % {"person": first.person, "attained": figures.pct(attained, 1) if attained else "—", "count": len(cut)},
                      "text": _("Base %(base)s, target %(quota)s.") % {
                          "base": f"{sum((line.base or ZERO) for line in cut):,.2f}",
                          "quota": f"{Decimal(first.detail['quota']):,.2f}" if first.detail.get("quota") else "—"},
                      "url": reverse("statements:statement", args=[statement[person].pk]) if person in statement else "",
                      "label": _("Look")})
    for row in statement.values():
        person = row.person
        if person.left_on is None or row.payout <= 0:
            continue
        found.append({"clause": "3.6.2", "due": None, "title": _("%(person)s has left; %(payout)s is paid for what was earned") % {"person": person, "payout": f"{row.payout:,.2f}"},
                      "text": _("Left on %(day)s.") % {"day": person.left_on}, "url": reverse("statements:statement", args=[row.pk]),
                      "label": _("Look")})
    for row in statement.values():
        if row.payout < 0 or row.carried < 0 and not ("draw" in row.steps and row.earlier >= 0):
            found.append({"clause": policy.Difference.number, "due": None,
                          "title": _("%(person)s owes %(amount)s after corrections") % {
                              "person": row.person, "amount": f"{abs(min(row.payout, row.carried)):,.2f}"},
                          "text": "", "url": reverse("statements:statement", args=[row.pk]), "label": _("Look")})
    return found


def since(viewer, run):
    """What came after the run was computed and is not in it, as one of the things to look at; [] when nothing did."""
    receipts, contracts = queries.since(viewer, run)
    said = [ngettext("%(n)s receipt was recorded or reversed", "%(n)s receipts were recorded or reversed", receipts) % {"n": receipts}] if receipts else []
    if contracts:
        said.append(ngettext("the shares of %(n)s contract were decided", "the shares of %(n)s contracts were decided", contracts) % {"n": contracts})
    return [{"clause": policy.Difference.number, "due": None, "title": _("After this was computed, %(what)s") % {"what": _(", ").join(said)},
             "text": _("Computed again, it is in this month; posted as it is, the difference goes to the next."), "url": "", "label": ""}] if said else []


def _cut(lines):
    """{person id: lines} that a gate brought to nothing."""
    found = defaultdict(list)
    for line in lines:
        if line.detail.get("gate") == "closed":
            found[line.person_id].append(line)
    return found


def stages(viewer, run):
    """The five stages of the strip: [dict(name, state, who, note)]; state is ok, now or ahead."""
    at = policy.STAGES.index(run.state) if run.state in policy.STAGES else 0
    names = [pgettext("stage", "Compute"), pgettext("stage", "Check"), pgettext("stage", "Approve"), pgettext("stage", "Post"),
             pgettext("stage", "Pay")]
    done = at + 1 if run.state != "paid" else 5
    return [{"name": name, "state": "ok" if place < done else "now" if place == done else "ahead", "place": place + 1}
            for place, name in enumerate(names)]
