"""How figures and days read, in Chinese and in English."""
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from squaredeal.kernel import figures

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(("amount", "lists", "headline"), [
    (480_000, "48.0 万", "48.0 万"), (13_120_000, "1,312.0 万", "1,312 万"), (310_000_000, "3.1 亿", "3.1 亿"), (9_800, "9,800 元", "9,800 元"),
    ("9800.5", "9,800.50 元", "9,800.50 元"), (-32_000, "−3.2 万", "−3.2 万"), (99_990_000, "1.0 亿", "1.0 亿"), (10_000, "1.0 万", "1.0 万"),
    (0, "—", "—"), (None, "未填", "未填")])
def test_yuan_in_wan_and_yi(amount, lists, headline):
    assert figures.wan_text(amount) == lists
    assert figures.wan_text(amount, headline=True) == headline


def test_a_column_of_wan_keeps_its_unit():
    assert [figures.wan(amount, column=True) for amount in (4_140, 499, 45_000)] == [("0.4", "万"), ("499", "元"), ("4.5", "万")]


@pytest.mark.parametrize(("amount", "text"), [
    (13_120_000, "¥13.12M"), (485_000, "¥485.0K"), (9_800, "¥9,800"), (-32_000, "−¥32.0K"), (999_600, "¥1.00M"), (0, "—"), (None, "not given")])
def test_yuan_in_english(amount, text):
    with translation.override("en"):
        assert figures.wan_text(amount) == text


@pytest.mark.parametrize(("amount", "text"), [
    ("4646.02", "4,646.02"), ("1234.565", "1,234.57"), (-238.93, "−238.93"), (0, "—"), ("", "未填"), ("-0.004", "0.00"), ("nonsense", "未填")])
def test_yuan_to_the_fen(amount, text):
    assert figures.fen(amount) == text


def test_rates_and_their_differences():
    assert figures.pct("0.46") == "46%" and figures.pct(Decimal("0.2464"), 1) == "24.6%" and figures.pct(0) == "0%"
    assert figures.points("0.09") == "+9.0 点" and figures.points("-0.014") == "−1.4 点" and figures.points(0) == "0.0 点"
    assert figures.minus("-3") == "−3" and figures.minus("2026-11-25") == "2026-11-25"


@pytest.mark.parametrize(("on", "zh", "en"), [
    (TODAY, "今天", "today"), (TODAY + timedelta(1), "明天", "tomorrow"), (TODAY - timedelta(1), "昨天", "yesterday"),
    (date(2026, 11, 27), "周五", "Fri"), (date(2026, 12, 2), "12/2", "Dec 2"), (date(2026, 11, 9), "11/9", "Nov 9"),
    (date(2026, 3, 5), "3 月 5 日", "5 March"), (date(2025, 11, 27), "2025-11-27", "2025-11-27"), (date(2027, 1, 5), "1/5", "Jan 5")])
def test_days_by_distance(on, zh, en):
    assert figures.day(on, today=TODAY) == zh
    with translation.override("en"):
        assert figures.day(on, today=TODAY) == en


def test_a_moment_near_today_keeps_its_local_time():
    assert figures.day(datetime(2026, 11, 26, 2, 0, tzinfo=UTC), today=TODAY) == "明天 10:00"
    assert figures.day(datetime(2026, 11, 25, 17, 0, tzinfo=UTC), today=TODAY) == "明天 01:00"
    assert figures.day(datetime(2026, 12, 20, 2, 0, tzinfo=UTC), today=TODAY) == "12/20"


def test_a_day_said_alike_at_any_distance():
    moment = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
    assert figures.short_day(TODAY) == "11/25" and figures.short_day(moment) == "11/26 10:00" and figures.full_day(TODAY) == "11 月 25 日 周三"
    with translation.override("en"):
        assert figures.short_day(TODAY) == "Nov 25" and figures.short_day(moment) == "Nov 26 10:00" and figures.full_day(TODAY) == "Wednesday 25 November"


def test_what_is_due_and_has_gone_by_is_late():
    assert figures.due(date(2026, 11, 23), today=TODAY) == "晚 2 天" and figures.late(date(2026, 11, 23), today=TODAY) == 2
    assert figures.due(TODAY, today=TODAY) == "今天" and figures.late(TODAY, today=TODAY) == 0
    assert figures.due(None, today=TODAY) == "—" and figures.late(None) == 0
    with translation.override("en"):
        assert figures.due(date(2026, 11, 24), today=TODAY) == "1 day late"
