"""The policy versions 华辰工业 has published, with the parameters it set itself."""
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from squaredeal.kernel.clause import REGISTER
from squaredeal.kernel.models import ClauseValue, PolicyVersion


def own(scale):
    """Parameters the company set itself: its 24 representatives look after some 90 customers each, times the scale."""
    return {"2.1.3": {"limit": 120 * scale}}


def publish(staff, today, scale=1):
    """Three versions: 18 months ago, at the year's start, and at the quarter's start; returns the number in force."""
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    plan = [(f"{today.year - 1}.1", today - timedelta(days=700), "新立"), (f"{today.year}.1", date(today.year, 1, 1), "调整授信和让价权限"),
            (f"{today.year}.{(today.month - 1) // 3}" if quarter.month > 1 else f"{today.year}.2", quarter, "加了报价前交定制方案")]
    for place, (number, starts_on, note) in enumerate(plan):
        if PolicyVersion.objects.filter(number=number).exists():
            continue
        at = timezone.make_aware(datetime.combine(starts_on - timedelta(days=6), time(10)))
        version = PolicyVersion.objects.create(number=number, state="published", starts_on=starts_on, note=note,
                                               drafted_by=staff["许宁"], published_by=staff["周衡"], published_at=at)
        if place == 0:
            ClauseValue.objects.bulk_create([ClauseValue(version=version, clause=n, parameters={**clause().model_dump(mode="json"), **own(scale).get(n, {})})
                                             for n, clause in sorted(REGISTER.items()) if clause.model_fields])
    return plan[-1][0]
