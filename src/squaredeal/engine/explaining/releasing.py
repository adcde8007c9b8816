"""What of an earned amount is payable now: release, reserve, what is posted already, the difference; and lines that stand for no fact of today."""
from decimal import Decimal
from fractions import Fraction

from ..formula import formula
from ..formula.naming import kind
from ..formula.values import decimal, evaluate
from ..formula.wording import less, number, percent, plain, words
from .said import Step, read

ZERO = Decimal(0)


def after(plan, component, line, zh):
    """Release, reserve, what is posted already, the difference."""
    steps = []
    released = line.earned if line.released is None else line.released
    waits = released != line.earned or line.posted_released != line.posted_before
    if waits:
        told, sums = _settled(line, released, zh) if _at_once(component, line) else _offset(zh) if _lapsed(component, line) else \
            (_released(plan, component, line, released, zh), _equal(plan, component, line, released) or _part(plan, component, line.earned, released))
        steps.append(Step("released", "可发" if zh else "released", told, sums, released, line.clause))
    if line.reserved and component is not None:
        keep = percent(component.reserve.keep) if component.reserve else ""
        told = ("返还的预留" if zh else "reserve returned") if line.reserved < 0 and line.day is None else \
            (f"预留 {keep}，{_refund(component, True)}" if zh else f"{keep} kept in reserve, {_refund(component, False)}")
        exact = keep and line.day and decimal(Fraction(released) * Fraction(component.reserve.keep), plan.settlement.line_places) == line.reserved
        steps.append(Step("reserve", "预留" if zh else "reserve", told, f"−{number(released)} × {keep}" if exact else "", -line.reserved, line.clause))
    if line.posted_before or line.posted_reserved or line.posted_released:
        steps.append(_posted(line, released, waits, zh))
    steps.append(Step("payout", "应发" if zh else "payable", "", "", line.payout))
    return steps


def _lapsed(component, line):
    """Whether the line lets lapse what of another had not been released."""
    return bool(component is not None and component.clawback and component.clawback.unreleased and line.taken_back)


def _offset(zh):
    return ("作废的里面，到现在本来会发的" if zh else "what of that would have been released by now"), ""


def _at_once(component, line):
    """Whether the line takes back what is released bit by bit in one settlement."""
    return bool(component is not None and component.clawback and component.clawback.settled == "at once" and line.taken_back)


def _settled(line, released, zh):
    """What a claw-back that is settled at once takes back now: what stays earned, less what of it has been paid."""
    whole = line.measured or ZERO
    stays, paid = whole + line.earned, whole + line.earned - released
    sums = less(stays, paid) if min(whole, ZERO) <= paid <= max(whole, ZERO) else ""
    return ("当时一次结清：留下的减去已经发放的" if zh else "settled at once: what stays earned, less what has been released of it"), sums


def _posted(line, released, waits, zh):
    """The difference to what is posted: of what is earned, or where part of it waits, of what may be paid."""
    whole, before = (released, line.posted_released) if waits else (line.earned, line.posted_before)
    kept, kept_before = (line.reserved, line.posted_reserved) if line.posted_reserved else (ZERO, ZERO)
    told = ("以前已发的减掉" if waits else "同一笔以前入账的减掉") if zh else ("less what was payable before" if waits else "less what was posted before for the same line")
    if kept_before:
        return Step("posted", "已入账" if zh else "posted", told, f"({less(whole, kept)}) − ({less(before, kept_before)})", whole - kept - before + kept_before)
    return Step("posted", "已入账" if zh else "posted", told, less(whole, before), whole - before)


def _part(plan, component, earned, released):
    """The part that is payable, where it is a round share of what is earned, or to the fen one that the release names."""
    share = Fraction(released) / Fraction(earned) * 100 if earned else Fraction(0)
    if 0 < share < 100 and (share * 10**4).denominator == 1:
        return f"{number(earned)} × {plain(share)}%"
    named = [] if not share or plan.settlement.places != 2 else [part for part, _kinds in _parts(component) if 0 < part < 1 and decimal(Fraction(earned) * part, 2) == released]
    return f"{number(earned)} × {percent(named[0])}" if named else ""


def _parts(component):
    """[(share, events)] that a release by rows or by events can have reached: for events each of their combinations."""
    release = component.release if component is not None else None
    if release is None or not release.events:
        return [(Fraction(part), ()) for _row, part in ((release.instalments or release.milestones or ()) if release is not None else ())]
    found = [(Fraction(0), ())]
    for event, part in release.events.items():
        found += [(share + Fraction(part), (*kinds, event)) for share, kinds in found]
    return found


def _there(plan, component, line, released, zh):
    """Which events are there, where the payable part can only come of these."""
    fits = [kinds for share, kinds in _parts(component) if kinds and decimal(Fraction(line.earned) * share, plan.settlement.line_places) == released]
    if len(fits) != 1 or not released:
        return ""
    names = [kind(name, "zh" if zh else "en") for name in fits[0]]
    return f"；已有{'、'.join(names)}" if zh else f"; already there: {', '.join(names)}"


def _said(text, zh):
    try:
        return words(formula.parse(str(text)), "zh" if zh else "en")
    except formula.FormulaError:
        return str(text)


def _released(plan, component, line, released, zh):
    """What the payable part waits for, in words."""
    release = component.release if component is not None else None
    day = _read(plan, release.on, line) if release is not None and release.on else None
    told = (f"到 {day} 发" if zh else f"payable on {day}") if day else _way(release, zh) + _there(plan, component, line, released, zh)
    if release is None or not release.not_before or release.after == 0:
        return told
    return f"{told}，有了{kind(release.not_before, 'zh')}才开始" if zh else f"{told}; nothing before {kind(release.not_before, 'en')}"


def _equal(plan, component, line, released):
    """The part that is payable of what is released in equal parts: so many of how many."""
    many = _read(plan, component.release.evenly, line) if component is not None and component.release and component.release.evenly and line.earned else None
    if not many or many <= 1:
        return ""
    begun = round(Fraction(released) / Fraction(line.earned) * many)
    exact = 0 < begun < many and decimal(Fraction(line.earned) * begun / Fraction(many), plan.settlement.line_places) == released
    return f"{number(line.earned)} × {begun} ÷ {plain(many)}" if exact else ""


def _read(plan, text, line):
    """What a formula gives on a line; None where what it reads is not at hand."""
    try:
        return evaluate(plan.expand(text), {"date": line.day, **read(plan, line.given)})
    except (KeyError, TypeError, AttributeError):
        return None


def _way(release, zh):
    if release is None:
        return "到目前为止可以发的" if zh else "payable so far"
    if release.once:
        return f"“{_said(release.once, True)}”成立的那一期起发" if zh else f"payable from the first period in which {_said(release.once, False)}"
    if release.at_most:
        return f"每期最多发 {_said(release.at_most, True)}，其余以后各期接着发" if zh else f"at most {_said(release.at_most, False)} a period, the rest in the periods after"
    if release.instalments:
        rows = [(later, percent(part)) for later, part in release.instalments]
        return f"分期发，累计{'、'.join(f'第 {later + 1} 期到 {part}' for later, part in rows)}" if zh else f"in instalments, {', '.join(f'{part} in all by period {later + 1}' for later, part in rows)}"
    if release.evenly:
        return f"从本期起平均分 {_said(release.evenly, True)} 期发" if zh else f"in equal parts over {_said(release.evenly, False)} periods"
    if release.milestones:
        rows = [(percent(got), percent(part)) for got, part in release.milestones]
        return f"按节点发，{'、'.join(f'收到 {got} 累计发 {part}' for got, part in rows)}" if zh else f"at milestones, {', '.join(f'{part} in all once {got} is received' for got, part in rows)}"
    if release.pro_rata:
        return f"按{kind(release.pro_rata, 'zh')}占{_said(release.of, True)}的比例发" if zh else f"as {_several(kind(release.pro_rata, 'en'))} come in, in proportion to {_said(release.of, False)}"
    if release.after:
        return f"晚 {release.after} 期发" if zh else f"payable {release.after} periods later"
    if release.on:
        return f"到 {_said(release.on, True)} 发" if zh else f"payable on {_said(release.on, False)}"
    if release.events:
        rows = [(kind(name, "zh" if zh else "en"), percent(part)) for name, part in release.events.items()]
        return f"按节点发，{'、'.join(f'{name} {part}' for name, part in rows)}" if zh else f"by what comes on the deal: {', '.join(f'{name} {part}' for name, part in rows)}"
    if release.not_before:
        return f"有了{kind(release.not_before, 'zh')}才发" if zh else f"payable after {kind(release.not_before, 'en')}"
    return "到目前为止可以发的" if zh else "payable so far"


def _several(word):
    """The plural of an English word; a name of the plan's own stays."""
    return f"{word}s" if word.isascii() else word


def _refund(component, zh):
    """When a reserve is paid back, in words."""
    rule = component.reserve.refund if component.reserve else "never"
    if rule == "never":
        return "不返还" if zh else "not returned"
    if rule == "year end" or rule.at == "year end":
        return "年底返还" if zh else "returned at year end"
    if rule.at:
        return ("季末返还" if rule.at == "quarter end" else "半年末返还") if zh else f"returned at {rule.at}"
    if rule.after:
        return f"{rule.after} 期后返还" if zh else f"returned {rule.after} period{'s' if rule.after > 1 else ''} later"
    return f"到 {_said(rule.on, True)} 返还" if zh else f"returned on {_said(rule.on, False)}"


def gone(line, zh):
    """A line without a fact: a reserve that comes back, or what is no longer earned."""
    if period := line.returned_of:
        return Step("fact", "预留账户" if zh else "reserve account", f"{period} 留下的" if zh else f"kept back in {period}")
    return Step("fact", "事实" if zh else "fact", f"{line.fact} 已冲销或不再计提，已入账的收回" if zh
                else f"{line.fact} was reversed or no longer earns; what was posted comes back", "", line.earned)


def taken(plan, line, zh):
    """What is taken back: the share of what the line before earned."""
    event, fact = line.taken_back
    component = next((c for c in plan.components if c.name == line.component), None)
    whole = line.measured or ZERO
    if _lapsed(component, line):
        back = f"{event} 使 {fact} 没发的提成作废，以前各期已发的保留" if zh else f"{event} lets lapse what is unreleased of the commission on {fact}; what periods before released is kept"
        return Step("clawback", "扣回" if zh else "claw-back", f"{line.day} · {back}", f"−({less(whole, whole + line.earned)})", line.earned, line.clause)
    back = f"{event} 扣回 {fact} 的提成" if zh else f"{event} takes back the commission on {fact}"
    if component is not None and component.clawback and plan.expand(component.clawback.take).names():
        back += f"，{_said(component.clawback.take, True)}" if zh else f", {_said(component.clawback.take, False)}"
    told = f"−{number(whole)} × {percent(line.share)}" if decimal(Fraction(line.share * whole), plan.settlement.places) == -line.earned else ""
    return Step("clawback", "扣回" if zh else "claw-back", f"{line.day} · {back}", told, line.earned, line.clause)
