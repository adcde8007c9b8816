"""How fast the pages are on the demo company at a scale: queries, p50, p95, CPU, and the ratio to a floor of bare SQL + a bare template.

    python3 run.py setup && .venv/bin/python bench/pages.py --scale 40 --rounds 30
    DATABASE_URL=postgres://… .venv/bin/python bench/pages.py --scale 40

Without --keep the database is a fresh SQLite file (or the empty database DATABASE_URL names). The load itself is measured too.
Figures are ratios within one run: machines differ, the ratio to the floor does not much. CPU is of this process alone and tells when the
machine is busy with something else.
"""
import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

GOALS = {"list": 60, "mine": 65, "search": 75, "kanban": 200, "write": 20}
FLOOR_TEMPLATE = "{% for row in rows %}<tr><td>{{ row.0 }}</td><td>{{ row.1 }}</td><td>{{ row.2 }}</td><td>{{ row.3 }}</td></tr>{% endfor %}{{ count }}"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--scale", type=int, default=40)
    options.add_argument("--rounds", type=int, default=30)
    options.add_argument("--home", help="keep the database here and use it again when it is loaded")
    given = options.parse_args()
    home = Path(given.home or tempfile.mkdtemp(prefix="squaredeal-bench-"))
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(SQUAREDEAL_HOME=str(home), SQUAREDEAL_SECRET_KEY="bench", SQUAREDEAL_HOSTS="testserver",
                      DJANGO_SETTINGS_MODULE="squaredeal.site.settings")
    import django
    django.setup()
    lines = load(given.scale) + measure(given.rounds)
    print("\n".join(lines))


def load(scale):
    """Load the demo company unless it is there; rows per second of the bulk part."""
    from django.core.management import call_command
    from django.db import connection

    from squaredeal.organisation.team.models import Person
    from squaredeal.site import words
    from squaredeal.site.demo.load import load as load_demo
    call_command("migrate", verbosity=0)
    words.compile_all()
    lines = [f"# Pages at scale {scale}", "", f"Python {platform.python_version()}, {connection.vendor}, {os.cpu_count()} cores, "
             f"`bench/pages.py --scale {scale}`.", ""]
    if not Person.objects.exists():
        done = load_demo(scale)
        lines += [f"Loaded {done['rows']:,} rows in {done['seconds']} s: {done['rows'] / done['seconds']:,.0f} rows/s "
                  f"(with stories and commission runs {done['all_seconds']} s).", ""]
    return lines


def pages():
    """[(name, login, address, floor SQL, floor count SQL)] to be measured."""
    from squaredeal.organisation.team.models import Person
    from squaredeal.process.customers.models import Customer
    rep = Person.objects.get(login="chen")
    mine = Customer.objects.filter(owner=rep).order_by("pk").values_list("pk", flat=True)[3]
    customers = "SELECT name, grade, next_step, next_step_on FROM customers_customer"
    late_first = "ORDER BY next_step_on LIMIT 50"
    own = f"owner_id = {rep.pk}"
    deals = "SELECT name, stage, amount, next_step FROM negotiation_deal WHERE stage NOT IN ('won', 'lost')"
    return [
        ("list", "zhou", "/customers/", f"{customers} {late_first}", "SELECT COUNT(*) FROM customers_customer"),
        ("list", "wang", "/customers/", f"{customers} {late_first}", "SELECT COUNT(*) FROM customers_customer"),
        ("mine", "chen", "/customers/", f"{customers} WHERE {own} {late_first}", f"SELECT COUNT(*) FROM customers_customer WHERE {own}"),
        ("search", "zhou", "/customers/?q=凌云", f"{customers} WHERE name LIKE '%凌云%' LIMIT 50", "SELECT 1"),
        ("search by initials", "zhou", "/customers/?q=szly", f"{customers} WHERE initials LIKE 'szly%' LIMIT 50", "SELECT 1"),
        ("search", "chen", "/customers/?q=凌云", f"{customers} WHERE {own} AND name LIKE '%凌云%' LIMIT 50", "SELECT 1"),
        ("360", "chen", f"/customers/{mine}/", f"{customers} WHERE id = {mine}", "SELECT 1"),
        ("360", "zhou", f"/customers/{mine}/", f"{customers} WHERE id = {mine}", "SELECT 1"),
        ("kanban", "zhou", "/deals/", f"{deals} ORDER BY amount DESC LIMIT 25", f"SELECT COUNT(*), SUM(amount) FROM ({deals}) AS d"),
        ("kanban", "wang", "/deals/", f"{deals} ORDER BY amount DESC LIMIT 25", f"SELECT COUNT(*), SUM(amount) FROM ({deals}) AS d"),
        ("kanban", "chen", "/deals/", f"{deals} ORDER BY amount DESC LIMIT 25", f"SELECT COUNT(*), SUM(amount) FROM ({deals}) AS d"),
        ("desk", "zhou", "/", "SELECT 1, 2, 3, 4", "SELECT SUM(amount) FROM collection_allocation"),
        ("desk", "wang", "/", "SELECT 1, 2, 3, 4", "SELECT SUM(amount) FROM collection_allocation"),
        ("desk", "chen", "/", "SELECT 1, 2, 3, 4", "SELECT SUM(amount) FROM collection_allocation"),
        ("cash", "gu", "/collection/", "SELECT 1, 2, 3, 4", "SELECT SUM(amount) FROM collection_allocation"),
    ]


def measure(rounds):
    """A Markdown table of all pages, then the cost of a write."""
    from django.db import connection
    from django.template import Context, Engine
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from squaredeal.organisation.team.models import Person
    template = Engine().from_string(FLOOR_TEMPLATE)
    rows = ["| page | as | queries | p50 ms | p95 ms | CPU p50 ms | floor ms | ratio | goal |", "|---|---|---|---|---|---|---|---|---|"]
    for name, login, address, listed, counted in pages():
        client = Client()
        client.force_login(Person.objects.get(login=login))
        answer = client.get(address)
        if answer.status_code != 200:
            rows.append(f"| {name} | {login} | HTTP {answer.status_code} | | | | | | |")
            continue
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        asked = len(seen)

        def floor(listed=listed, counted=counted):
            with connection.cursor() as cursor:
                cursor.execute(listed.replace("%", "%%"), None)
                found = cursor.fetchall()
                cursor.execute(counted)
                template.render(Context({"rows": found, "count": cursor.fetchone()[0]}))

        ours, busy = times(rounds, lambda client=client, address=address: client.get(address))
        bare, _ = times(rounds, floor)
        p50, p95, base = statistics.median(ours), sorted(ours)[int(len(ours) * 0.95) - 1], statistics.median(bare)
        rows.append(f"| {name} | {login} | {asked} | {p50:.1f} | {p95:.1f} | {statistics.median(busy):.1f} | {base:.2f} | {p50 / base:.1f} | {GOALS.get(name, '')} |")
    return [*rows, "", *writes(rounds)]


def times(rounds, call):
    """(milliseconds by the clock, milliseconds of CPU) of each of `rounds` calls, after one to warm up."""
    call()
    found, busy = [], []
    for _ in range(rounds):
        begun, used = time.perf_counter(), time.process_time()
        call()
        found.append((time.perf_counter() - begun) * 1000)
        busy.append((time.process_time() - used) * 1000)
    return found, busy


def writes(rounds):
    """A follow-up recorded by its action, with everything that follows."""
    from datetime import timedelta

    from django.utils import timezone

    from squaredeal.kernel.memory import remembering
    from squaredeal.organisation.team.models import Person
    from squaredeal.process.customers.models import Customer
    from squaredeal.process.followup import actions
    rep = Person.objects.get(login="chen")
    own = list(Customer.objects.filter(owner=rep)[: rounds + 1])
    turn = iter(own)

    def record():
        customer = next(turn)
        with remembering():   # as a request does
            actions.record(rep, customer, kind="call", body="问了预算", next_kind="call", next_on=timezone.localdate() + timedelta(days=7),
                           next_text="电话，问结果")

    found, busy = times(rounds, record)
    return [f"A follow-up recorded: p50 {statistics.median(found):.1f} ms, CPU {statistics.median(busy):.1f} ms (goal {GOALS['write']})."]


if __name__ == "__main__":
    main()
