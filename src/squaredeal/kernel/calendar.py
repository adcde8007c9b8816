"""Working days in China: the holiday table, seeded by chinesecalendar and editable, over plain weekdays."""
from datetime import date, timedelta

from .memory import lasting
from .models import Holiday


def exceptions():
    """{day: working?} for every day of the holiday table."""
    return lasting("kernel.holidays", lambda: dict(Holiday.objects.values_list("on", "working")))


def is_working(day):
    return exceptions().get(day, day.weekday() < 5)


def working_day_on_or_before(day):
    while not is_working(day):
        day -= timedelta(days=1)
    return day


def add_working_days(day, count):
    """The `count`-th working day after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def published(year):
    """Whether chinesecalendar knows the year's holidays."""
    import chinese_calendar
    return any(day.year == year for day in chinese_calendar.holidays)


def marked(year):
    """[Holiday] of a year: the days that differ from their weekday, in order."""
    return list(Holiday.objects.filter(on__year=year).order_by("on"))


def seed(first_year, last_year):
    """Fill the holiday table for years chinesecalendar knows; days already in the table stay as they are."""
    import chinese_calendar
    in_chinese = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    rows = []
    for (known, chosen) in ((chinese_calendar.holidays, False), (chinese_calendar.workdays, True)):
        for day, name in known.items():
            weekday = day.weekday() < 5
            if first_year <= day.year <= last_year and weekday != chosen:
                rows.append(Holiday(on=day, working=chosen, name=in_chinese.get(name, name)[:40]))
    Holiday.objects.bulk_create(rows, ignore_conflicts=True)


def month_of(day):
    """First and last day of the month of `day`."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def quarter_of(day):
    """First and last day of the quarter of `day`."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, month_of(first + timedelta(days=80))[1]


def monday_of(day):
    return day - timedelta(days=day.weekday())
