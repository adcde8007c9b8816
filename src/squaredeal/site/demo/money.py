"""Products and prices; targets; deals won, lost and open; quotes, contracts, instalments, receipts and how they were matched."""
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from squaredeal.kernel.calendar import month_of
from squaredeal.kernel.money import fen, share_out
from squaredeal.organisation.targets.models import Target
from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.contracts.models import Contract, ContractLine, Instalment
from squaredeal.process.negotiation.models import Card, Deal, Price, Product, Quote, QuoteLine
from squaredeal.site import bulk

from . import names

QUARTER = {"华东": 12_500_000, "西部": 8_600_000, "华南": 7_700_000}
ATTAINS = {"华东": 0.98, "西部": 0.86, "华南": 0.6}
STAGES = [("selection", 46, 0.25), ("proposal", 38, 0.4), ("trial", 22, 0.5), ("negotiation", 17, 0.65), ("decision", 9, 0.8)]
PARTS = [[("prepayment", 30, 5), ("delivery", 60, 45), ("retention", 10, 190)], [("prepayment", 50, 5), ("acceptance", 50, 60)],
         [("prepayment", 30, 7), ("delivery", 65, 50), ("retention", 5, 370)], [("prepayment", 30, 5), ("delivery", 40, 40), ("acceptance", 30, 75)]]
VAT = Decimal("0.13")


def months(today, count):
    """First days of the last `count` months, oldest first, this month last."""
    first, found = today.replace(day=1), []
    for _ in range(count):
        found.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return found[::-1]


def catalogue(today):
    """The products, with a price of three years ago and a rise of 3 % this year; returns [(product, list, floor, cost)]."""
    sold = []
    for code, name, line, spec, measure, list_price, floor, cost in names.PRODUCTS:
        product = Product.objects.create(code=code, name=name, line=line, spec=spec, measure=measure)
        Price.objects.create(product=product, starts_on=date(today.year - 3, 1, 1), list_price=round(list_price * 0.97, -2),
                             floor_price=round(floor * 0.97, -2), cost=round(cost * 0.97, -2))
        Price.objects.create(product=product, starts_on=date(today.year, 1, 1), list_price=list_price, floor_price=floor, cost=cost)
        sold.append((product, list_price, floor, cost))
    return sold


def targets(staff, today, scale):
    """Monthly targets of every rep for orders and receipts, growing 1.5 % a month up to the present, and their sums by unit."""
    rows, monthly = [], {}
    size = {region: sum(1 for r in staff.reps if staff.region_of[r.pk] == region) for region in QUARTER}
    covered = months(today, 18)
    last = covered[-1]
    for _ in range((3 - last.month % 3) % 3):
        last = (last + timedelta(days=32)).replace(day=1)
        covered.append(last)
    now = 17
    for place, month in enumerate(covered):
        growth = Decimal("1.015") ** min(place - now, 0)
        for region, quarter in QUARTER.items():
            team = [r for r in staff.reps if staff.region_of[r.pk] == region]
            total = Decimal(round(Decimal(quarter) * scale / 3 * growth / 10_000) * 10_000)
            parts = share_out(total, [12 if rank < 3 else 10 for rank in range(size[region])])
            parts = [Decimal(round(p / 1000) * 1000) for p in parts]
            parts[-1] = total - sum(parts[:-1])
            for rep, part in zip(team, parts, strict=True):
                monthly[rep.pk, month] = part
                rows += [(rep.pk, None, measure, month, part) for measure in ("orders", "receipts")]
            rows += [(None, staff.units[region].pk, measure, month, total) for measure in ("orders", "receipts")]
            if region == "华东":
                small = sum(parts[6:])
                rows += [(None, staff.units["苏南组"].pk, measure, month, small) for measure in ("orders", "receipts")]
    for month in covered:
        for measure in ("orders", "receipts"):
            rows.append((None, staff.units["华辰工业"].pk, measure, month,
                         sum(r[4] for r in rows if r[1] in {staff.units[n].pk for n in QUARTER} and r[2] == measure and r[3] == month)))
    bulk.insert(Target, ["person_id", "unit_id", "measure", "month", "amount"], rows)
    return monthly


class Book:
    """Rows of the money chapter on their way into the database."""

    def __init__(self, random, staff, today, sold, version, told):
        self.random, self.staff, self.today, self.sold, self.version, self.told = random, staff, today, sold, version, told
        self.now = datetime.now(UTC)
        self.rows = defaultdict(list)
        self.numbers = defaultdict(int)
        self.bought = set()
        self.finance = staff["顾青"].pk

    def number(self, prefix, day):
        self.numbers[prefix, day.year] += 1
        return f"{prefix}-{day:%y}{self.numbers[prefix, day.year]:05d}"

    def basket(self, cut, around):
        """Lines of an offer of about `around` yuan: [(product, quantity, list, floor, cost, offer)], each `cut` (0.03 = 3 %) below list."""
        random, lines = self.random, []
        affordable = [p for p in self.sold if p[1] <= around * 1.1] or [min(self.sold, key=lambda p: p[1])]
        chosen = random.sample(affordable, min(len(affordable), random.choice([1, 2, 2, 3])))
        chosen.sort(key=lambda p: -p[1])
        left = around
        for product, list_price, floor, cost in chosen:
            quantity = max(1, min(int(left / list_price), 6))
            left = max(left - quantity * list_price, 0)
            offer = max(round(list_price * (1 - cut) / 100) * 100, floor)
            lines.append((product, quantity, list_price, floor, cost, offer))
        return lines

    def deal(self, customer, stage, opened, lines, *, closed=None, since=None, probability=0, expected=None, committed=False):
        random, pk = self.random, next(bulk.ids(Deal))
        amount = sum(q * offer for _p, q, _l, _f, _c, offer in lines)
        name = "、".join(f"{p.name} {q} {p.measure}" for p, q, *_ in lines[:2])
        lost = stage == "lost"
        late = not closed and random.random() < 0.05
        step = None if closed else self.today + timedelta(days=random.randint(-3, -1) if late else random.randint(0, 14))
        kind = random.choice(["call", "visit", "proposal"])
        self.rows[Deal].append((
            pk, customer.pk, name, stage, since or closed or opened, amount, Decimal(str(probability)), expected or closed, committed,
            "" if closed else random.choice(names.STEPS[kind]), "" if closed else kind, step, opened, closed,
            random.choice(["价格", "预算取消", "选了竞品", "项目推迟"]) if lost else "", random.choice(names.COMPETITORS) if lost else ""))
        return pk, amount

    def quote(self, deal, customer, day, lines, state):
        pk = next(bulk.ids(Quote))
        totals = [sum(line[1] * line[i] for line in lines) for i in (2, 3, 4, 5)]
        self.rows[Quote].append((pk, deal, self.number("Q", day), 1, state, day, day + timedelta(days=30), *totals, customer.owner, self.version))
        for product, quantity, *prices in lines:
            self.rows[QuoteLine].append((pk, product.pk, quantity, *prices))
        return pk, totals

    def card(self, deal, customer, amount):
        low = int(amount * 0.94 / 10_000) * 10_000
        self.rows[Card].append((deal, self.random.choice(names.NEEDS), low, int(low * 1.09), "月底上会", self.random.choice(names.COMPETITORS),
                                "按报价签，预付 50%", int(amount * 0.955 / 1000) * 1000, "赔付不封顶；交付早于 60 天", "产能可给别的单", "他们早付钱，我们保节拍"))

    def won(self, customer, signed, around):
        """A deal of about `around` yuan won: quote accepted, contract in force, instalments due, receipts as they came. Returns its amount."""
        random = self.random
        opened = signed - timedelta(days=random.randint(25, 110))
        lines = self.basket(random.uniform(0.0, 0.05), around)
        deal, amount = self.deal(customer, "won", opened, lines, closed=signed, probability=1)
        quote, (list_total, floor_total, cost, total) = self.quote(deal, customer, signed - timedelta(days=random.randint(3, 15)), lines, "won")
        contract = next(bulk.ids(Contract))
        first = customer.pk not in self.bought
        self.bought.add(customer.pk)
        number = self.number("HC", signed)
        self.rows[Contract].append((
            contract, number, "、".join(f"{p.name} {q} {p.measure}" for p, q, *_ in lines[:2]), customer.pk, deal, quote, customer.owner, signed,
            total, list_total, floor_total, cost, first, total < floor_total, "合同生效后 45 天内交付", "按技术协议验收", "质保 12 个月",
            "approved", signed, self.version))
        for product, quantity, _l, _f, _c, offer in lines:
            self.rows[ContractLine].append((contract, product.pk, quantity, offer))
        parts = random.choice(PARTS)
        for order, ((kind, share, wait), part) in enumerate(zip(parts, share_out(total, [p[1] for p in parts]), strict=True), 1):
            self.instalment(customer, contract, order, kind, signed + timedelta(days=wait), part)
        return amount

    def instalment(self, customer, contract, order, kind, due, amount):
        """One instalment and what came in for it: mostly near the day, some late, some in two payments, few never."""
        random, pk = self.random, next(bulk.ids(Instalment))
        luck = random.random()
        delay = random.randint(-4, 2) if luck < 0.6 else random.randint(3, 14) if luck < 0.86 else random.randint(15, 50) if luck < 0.965 \
            else random.randint(91, 200)
        paid_on, collected = due + timedelta(days=delay), Decimal(0)
        if paid_on <= self.today and random.random() > 0.004:
            if random.random() < 0.06 and amount > 50_000:
                first = fen(amount * Decimal("0.6"))
                collected += self.receipt(customer, pk, paid_on, first, due)
                if paid_on + timedelta(days=12) <= self.today:
                    collected += self.receipt(customer, pk, paid_on + timedelta(days=12), amount - first, due)
            else:
                collected += self.receipt(customer, pk, paid_on, amount, due)
        overdue = due < self.today and collected < amount
        promised = self.today + timedelta(days=random.randint(-6, 12)) if overdue and random.random() < 0.6 else None
        self.rows[Instalment].append((pk, contract, order, kind, due, amount, collected, promised, 1 if promised else 0,
                                      overdue and (self.today - due).days > 30))

    def receipt(self, customer, instalment, on, amount, due):
        random, pk = self.random, next(bulk.ids(Receipt))
        at = min(datetime.combine(on, time(random.randint(1, 8), random.randint(0, 59)), UTC), self.now)
        self.rows[Receipt].append((pk, self.number("SK", on), customer.pk, on, amount, "bill" if random.random() < 0.04 else "transfer",
                                   f"ICBC{on:%y%m%d}{pk:07d}", self.finance, at))
        self.rows[Allocation].append((pk, instalment, amount, on, max(0, (on - due).days), self.finance, at))
        return amount

    COLUMNS = {
        Deal: ["id", "customer_id", "name", "stage", "stage_since", "amount", "probability", "expected_on", "committed", "next_step",
               "next_step_kind", "next_step_on", "opened_on", "closed_on", "lost_reason", "competitor"],
        Card: ["deal_id", "needs", "budget_low", "budget_high", "deadline", "their_alternative", "objective", "walk_away", "never",
               "our_alternative", "win_win"],
        Quote: ["id", "deal_id", "number", "version", "state", "made_on", "valid_until", "list_total", "floor_total", "cost_total", "total",
                "made_by_id", "policy_version"],
        QuoteLine: ["quote_id", "product_id", "quantity", "list_price", "floor_price", "cost", "offer"],
        Contract: ["id", "number", "title", "customer_id", "deal_id", "quote_id", "signed_by_id", "signed_on", "amount", "list_total",
                   "floor_total", "cost_total", "first_order", "below_floor", "delivery", "acceptance", "warranty", "state", "approved_on",
                   "policy_version"],
        ContractLine: ["contract_id", "product_id", "quantity", "price"],
        Instalment: ["id", "contract_id", "order", "kind", "due_on", "amount", "collected", "promised_on", "promises", "delivery_stopped"],
        Receipt: ["id", "number", "customer_id", "on", "amount", "kind", "bank_reference", "recorded_by_id", "recorded_at"],
        Allocation: ["receipt_id", "instalment_id", "amount", "on", "days_overdue", "by_id", "at"],
    }

    def write(self):
        for model, columns in self.COLUMNS.items():
            bulk.insert(model, columns, self.rows.pop(model, []), told=self.told)


def make(random, staff, today, known, monthly, sold, version, scale, told):
    """Eighteen months of deals to cash for every rep, and the deals open today."""
    book = Book(random, staff, today, sold, version, told)
    own = defaultdict(list)
    for customer in known:
        if customer.owner:
            own[customer.owner].append(customer)
    buyers = {}
    for rep in staff.reps:
        likely = [c for c in own[rep.pk] if c.grade != "C"] if rep.name != "赵磊" else [c for c in own[rep.pk] if c.grade != "A"]
        buyers[rep.pk] = random.sample(likely, max(3, len(likely) // 2))
    for month in months(today, 18):
        end = min(month_of(month)[1], today)
        elapsed = Decimal((end - month).days + 1) / ((month_of(month)[1] - month).days + 1)
        for rep in staff.reps:
            lift = 1.12 if rep.name == "陈静" else 0.55 if rep.name in {"赵磊", "谢安"} else random.uniform(0.8, 1.15)
            wanted = monthly[rep.pk, month] * Decimal(str(ATTAINS[staff.region_of[rep.pk]] * lift)) * elapsed
            while wanted > 45_000:
                signed = month + timedelta(days=random.randint(0, (end - month).days))
                around = min(float(wanted) * 1.15, random.triangular(90_000, 1_300_000, 330_000))
                wanted -= book.won(random.choice(buyers[rep.pk]), signed, around)
                if random.random() < 0.8:
                    opened = signed - timedelta(days=random.randint(20, 90))
                    book.deal(random.choice(own[rep.pk]), "lost", opened, book.basket(0.03, random.triangular(90_000, 1_300_000, 330_000)),
                              closed=signed)
        book.write()
    _open_deals(book, random, own, staff, scale)
    book.write()
    return book


def _open_deals(book, random, own, staff, scale):
    reps, today = staff.reps, book.today
    turn = 0
    for stage, count, probability in STAGES:
        for _ in range(count * scale):
            rep = reps[turn % len(reps)]
            turn += 1
            warm = [c for c in own[rep.pk] if c.grade != "C"]
            customer, lines = random.choice(warm), book.basket(random.uniform(0.0, 0.05), random.triangular(90_000, 1_900_000, 420_000))
            stuck = random.random() < 0.05
            since = today - timedelta(days=random.randint(22, 41) if stuck else random.randint(1, 19))
            expected = today + timedelta(days=random.randint(5, 70))
            deal, amount = book.deal(customer, stage, since - timedelta(days=random.randint(10, 60)), lines, since=since,
                                     probability=round(min(0.95, max(0.05, random.gauss(probability, 0.08))), 2), expected=expected,
                                     committed=stage in {"negotiation", "decision"} and random.random() < 0.7)
            if stage in {"negotiation", "decision"}:
                book.card(deal, customer, amount)
                book.quote(deal, customer, since, lines, "sent" if stage == "decision" else "draft")
