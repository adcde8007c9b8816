"""Spark and DuckDB give the same lines, statements and warnings, to the fen; a number too large for 64 bits is computed in 128."""
import os
import shutil
import subprocess
from datetime import date

import pytest

from squaredeal import engine

pytestmark = pytest.mark.once
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
"""A JVM that ends before its second compiler pays, and trusts the classes of Spark: forty rows take it half the processor time."""


@pytest.fixture(scope="module", autouse=True)
def java():
    """A Java for Spark: the system's; Debian's is installed when this is Debian and we are root."""
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")) and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "openjdk-17-jre-headless"], env=quiet)
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.fail("No Java for Spark. Install Java 17 or later (Debian: openjdk-17-jre-headless). · 没有 Java，装 17 或更新的再运行测试。", pytrace=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", f"{SHORT_LIVED} {os.environ.get('JAVA_TOOL_OPTIONS', '')}")
        yield


def on_both(plan, tables, period=None):
    """The result of DuckDB, having checked that Spark's is the same."""
    ours, theirs = engine.run(plan, tables, period=period), engine.run(plan, tables, period=period, engine="spark")
    assert theirs.table.equals(ours.table)
    assert (theirs.statements, theirs.warnings, theirs.decisions) == (ours.statements, ours.warnings, ours.decisions)
    return ours


PLAN = """
plan: 两种引擎
effective: {from: 2026-01-01, to: 2026-12-31}
currency: CNY
period: month
attributes: {margin: rate}
terms:
  不含税: amount / (1 + vat_rate)
measures:
  月回款: {sum: 不含税, over: receipt, window: month}
  团队回款: {sum: 不含税, over: receipt, window: year to date, of: {roll up: 2, own deals: excluded}}
components:
  - name: 提成
    clause: "1"
    who: position = "rep"
    each: receipt
    base: 不含税
    rate: {tiers: marginal, by: 月回款, table: [[0, 1%], [300000, 1.5%], [1000000, 2%]]}
    factor: [{when: margin < 15%, times: 60%}, {when: overdue_days > 90, times: 50%}]
    uplift: [{when: first_order, add: 0.5%}]
    limit: {cap: 9000.05, window: month}
    reserve: {keep: 15%, refund: year end}
  - name: 团队
    clause: "2"
    who: position = "manager"
    credit: {roll up: 2, own deals: excluded}
    each: receipt
    base: 不含税
    rate: {tiers: whole, by: attainment of 团队回款, table: [[0, 0.1%], [80%, 0.2%], [120%, 0.333%]]}
settlement: {round: half up to fen once per line, round base: to fen, negative: carry, statutory cap: 20%}
"""


def world(times=1):
    """Forty receipts of two sellers under two levels of managers, some split, some negative; amounts `times` as large."""
    facts = [{"id": f"r{n}", "kind": "receipt", "date": date(2026, 1 + n % 12, 1 + n % 27), "amount": f"{(n * 7919 % 50000 - 4000) * times}.{n % 100:02d}".replace("-0.", "-1."),
              "vat_rate": ("0", "0.06", "0.13")[n % 3], "margin": ("0.1", "0.25")[n % 2], "overdue_days": n * 5, "first_order": n % 4 == 0} for n in range(1, 41)]
    credits = [c for n in range(1, 41) for c in ([{"fact": f"r{n}", "payee": "陈", "share": "0.3333", "role": "owner"}, {"fact": f"r{n}", "payee": "林", "share": "0.6667", "role": "split"}]
                                                 if n % 3 == 0 else [{"fact": f"r{n}", "payee": ("陈", "林")[n % 2], "share": "1", "role": "owner"}])]
    seats = [("陈", "rep", "王"), ("林", "rep", "王"), ("王", "manager", "周"), ("周", "manager", None)]
    people = [{"payee": who, "position": position, "unit": "u", "manager": manager, "from": date(2025, 1, 1), "to": None} for who, position, manager in seats]
    quotas = [{"payee": who, "measure": "团队回款", "period": f"2026-{month:02d}", "value": 40000 * times} for who in ("王", "周") for month in range(1, 13)]
    return engine.Tables(facts=facts, credits=credits, people=people, quotas=quotas)


def test_lines_statements_and_warnings_are_the_same():
    result = on_both(engine.load_plan(PLAN), world())
    assert len(result.lines) > 100 and {x.component for x in result.lines} == {"提成", "团队"}


AROUND = """
plan: 财年、到这一笔为止、级差、按天、按产品、最好的几次、全体、公共池、分次发
effective: {from: 2026-01-01}
currency: CNY
period: month
year starts: 04-01
attributes: {grade: rate, hired: date}
measures:
  到此: {sum: amount, over: receipt, window: year, of: unit, until: fact}
  第几笔: {count: facts, over: receipt, window: life, per: product, of: everybody, until: fact}
  首日: {sum: date, over: receipt, take: smallest, window: life, per: product, of: everybody}
  产品季: {sum: amount, over: receipt, window: quarter, per: product}
  最好两月: {sum: amount, over: receipt, window: quarter, each: month, take: largest 2}
  我的: {sum: amount, over: receipt, window: month}
tables:
  档: {grid: step, by: 我的, table: [[0, grade / 3], [3000, grade / 2.3]]}
components:
  - {name: 区域, each: receipt, base: amount, rate: {tiers: marginal, by: 到此, table: [[0, 1%], [20000, 2%]]}, limit: {cap: 900, window: year, per: product},
     release: {at most: 200}}
  - {name: 首笔, each: receipt, where: 第几笔 <= 2, rate: {lump: "100 + date - 首日 + 工作日(首日, date)"}, release: {once: 我的 >= 26000}}
  - {name: 级差, credit: {roll up: 3, own deals: excluded}, each: receipt, base: amount, rate: "最大(0, grade - 下级最高(grade)) + 如果(来源(我的) > 15000, 0.1%, 0)",
     release: {after: 1, not before: acceptance}}
  - {name: 极差, credit: {roll up: 3, own deals: included, passing over: grade < 3%}, each: receipt, base: amount, rate: "最大(0, 档 - 下级最高(档))"}
  - {name: 月极差, credit: {roll up: 3, own deals: included}, each: month, rate: {lump: "1000 * 最大(0, grade - 下级最高(grade))"}}
  - {name: 双轨, each: month, rate: {share of weaker: 1%, of: [我的, 9000 + day(period_end)], carried at most: 200 * day(hired)}}
  - {name: 滚动, each: receipt, base: amount, rate: 5%, limit: {cap: 80 * day(hired), window: last 3 months, per: product}}
  - {name: 按天, each: quarter, rate: {lump: 10000 * 按天折算(grade)}, to date: life, falling: kept}
  - {name: 产品, each: quarter, per: product, where: 产品季 > 上期(产品季), base: 产品季, rate: 1%}
  - {name: 季奖, each: quarter, base: 最好两月, rate: 1%, paid: false}
  - {name: 名次, each: quarter, rate: {lump: "应得(季奖) * 最小(1, 700 / 最大(1, 应得(季奖, everybody))) + 如果(名次(季奖) = 1, 300, 0)"}}
  - {name: 公共池, credit: {to: unit}, each: receipt, base: amount, rate: {tiers: marginal, by: base, window: year from hired, table: [[0, 0.5%], [9000, 0.7%]]}}
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
"""


def test_one_period_and_what_looks_around_a_fact_are_the_same():
    facts = [{"id": f"r{n}", "kind": "receipt", "date": date(2026, 1 + n % 9, 1 + n), "amount": f"{n * 1234}.56", "deal": f"D{n}", "product": "甲乙丙"[n % 3]} for n in range(1, 21)]
    facts += [{"id": "a3", "kind": "acceptance", "date": date(2026, 8, 1), "amount": "0", "deal": "D3", "product": "甲"}]
    credits = [{"fact": f["id"], "payee": ("陈", "林")[n % 2], "share": "1", "role": "owner"} for n, f in enumerate(facts)]
    seats = [("陈", "rep", "王", "0.05", date(2025, 1, 1), date(2026, 5, 15)), ("陈", "rep", "王", "0.06", date(2026, 5, 16), None), ("林", "rep", "王", "0.05", date(2025, 1, 1), None),
             ("王", "manager", "周", "0.04", date(2025, 1, 1), None), ("周", "manager", None, "0.08", date(2025, 1, 1), None)]
    people = [{"payee": who, "position": position, "unit": "u", "manager": manager, "grade": grade, "hired": max(first, date(2025, 6, 15)), "from": first, "to": last}
              for who, position, manager, grade, first, last in seats]
    plan = engine.load_plan(AROUND)
    result = on_both(plan, engine.Tables(facts=facts, credits=credits, people=people), "2026-09")
    assert {x.component for x in result.lines if x.earned} == {c.name for c in plan.components if c.paid} and {s.period for s in result.statements} == {"2026-09"}
    assert any(x.component == "滚动" and 0 < x.earned < x.full_amount for x in result.lines)
    assert {x.component for x in result.lines if x.released != x.earned} == {"级差", "首笔", "区域"}


def test_numbers_beyond_64_bits_are_computed_in_128():
    result = engine.run(engine.load_plan(PLAN), world(10**9), period="2026-12")
    assert max(abs(x.base) for x in result.lines) > 2**63 // 10**8
