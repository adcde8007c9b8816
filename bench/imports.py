"""How fast sheets come in: rows read from a file, checked and brought in on the database that DATABASE_URL names (SQLite without it).

    PYTHONPATH=src python bench/imports.py [rows]

Works on a database of its own under a temporary SQUAREDEAL_HOME (with DATABASE_URL: on an empty database meant for this) and prints,
for each kind of sheet, rows and seconds of each stage, and rows a second from the file to the end of the transaction, by the
clock and by CPU time (which tells when the machine is busy with something else).
"""
import csv
import io
import os
import shutil
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]


def main(rows):
    home = tempfile.mkdtemp(prefix="squaredeal-bench-")
    os.environ.update(SQUAREDEAL_HOME=home, SQUAREDEAL_SECRET_KEY="bench", DJANGO_SETTINGS_MODULE="squaredeal.site.settings")
    try:
        import django
        django.setup()
        from django.core.management import call_command
        call_command("migrate", verbosity=0)
        from tests import firm
        cast = firm.found()
        began = time.perf_counter()
        from squaredeal.process.customers import naming
        naming.initials("重庆凌云")
        print(f"once per process: the dictionary of pinyin {time.perf_counter() - began:.2f} s")
        measured("customers", cast.zhou, customers(rows), rows)
        contracts(cast)
        measured("receipts", cast.gu, receipts(rows), rows)
    finally:
        from django.db import connection
        connection.close()
        shutil.rmtree(home, ignore_errors=True)


def measured(kind, actor, content, count):
    """Read, check and bring in `content` as the pages do, and print each stage."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from squaredeal.kernel import importing, sheet
    kinds, stages, used = importing.sheets()[kind], {}, {}

    def stage(name, work):
        began, busy = time.perf_counter(), time.process_time()
        result = work()
        stages[name], used[name] = time.perf_counter() - began, time.process_time() - busy
        return result

    table = stage("file", lambda: sheet.read(SimpleUploadedFile("bench.csv", content)))
    mapping = importing.recognise(kinds, table[0])
    good, wrong = stage("cells", lambda: importing.read(kinds, table[1:], mapping))
    good, refused = stage("check", lambda: importing.sift(kinds, actor, good))
    journal = stage("write", lambda: kinds.bring_in(actor, importing.Batch("bench.csv", good)))
    assert journal.count == count, (journal.count, wrong[:3], refused[:3])
    undone = stage("undo", lambda: kinds.undo(actor, journal)) if kind == "customers" and "--undo" in sys.argv else None
    whole = sum(seconds for name, seconds in stages.items() if name != "undo")
    cpu = sum(seconds for name, seconds in used.items() if name != "undo")
    said = " ".join(f"{name} {seconds:.2f} s" for name, seconds in stages.items())
    print(f"{kind}: {count:,} rows · {said} · {count / whole:,.0f} rows/s, {count / cpu:,.0f} rows per second of CPU"
          f"{f' · undone {undone}' if undone else ''}")


def text(head, rows):
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode("gb18030")


def customers(rows):
    """A list of prospects as it is bought or exported: ten columns, every name and phone another."""
    first, second = "苏常昆太吴湖嘉宁绍金台温杭合芜马滁", "宏信同创锐进宝隆安吉联创海天金钻凯达华阳长风恒达立德远东鼎固"
    return text(["企业名称", "统一社会信用代码", "联系人", "联系电话", "所属行业", "城市", "客户等级", "预算（元）", "下一步", "下次跟进日期"],
                [[f"{first[n % 17]}州{second[n % 26:n % 26 + 2]}{n}号机械有限公司", f"9132{n:014d}", "顾建平", f"139{n:08d}", "机械", "苏州", "ABC"[n % 3],
                  620000 + n, "电话问预算", "2099-12-01"] for n in range(rows)])


def contracts(cast):
    """Contracts in force of the customers there are, two instalments each."""
    from squaredeal.process.contracts.models import Contract, Instalment
    from squaredeal.process.customers.models import Customer
    today = date.today()
    made = Contract.objects.bulk_create([Contract(number=f"HC-B{c.pk:06d}", title="工作站", customer=c, signed_by=cast.chen, signed_on=today, amount=1000,
                                                  state="approved") for c in Customer.objects.all()], batch_size=500)
    Instalment.objects.bulk_create([Instalment(contract=c, order=n, due_on=today - timedelta(days=30 * n), amount=500) for c in made for n in (1, 2)],
                                   batch_size=500)


def receipts(rows):
    """A bank statement: half by contract, half by name."""
    from squaredeal.process.contracts.models import Contract
    there = list(Contract.objects.order_by("pk").values_list("number", "customer__name"))
    day = (date.today() - timedelta(days=1)).isoformat()
    return text(["付款单位", "合同编号", "到账日期", "到账金额", "银行流水号"],
                [["" if n % 2 else there[n % len(there)][1], there[n % len(there)][0] if n % 2 else "", day, "620.50", f"CMB{n:09d}"] for n in range(rows)])


if __name__ == "__main__":
    main(int(next((a for a in sys.argv[1:] if a.isdigit()), 20_000)))
