"""2,400 × scale customers, their contacts, owners and grades. One row here is (see `Known`) what later parts need of each."""
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pypinyin import Style, lazy_pinyin

from squaredeal.process.customers import naming
from squaredeal.process.customers.models import Contact, Customer, GradeChange, Ownership
from squaredeal.site import bulk

from . import names

INTERVAL = {"A": 7, "B": 15, "C": 30}
SHARES = [("A", 0.078), ("B", 0.26), ("C", 0.662)]
CHANNELS = ["fair", "web", "phone", "referral", "other"]


@dataclass(slots=True)
class Known:
    pk: int
    short: str
    owner: int | None
    grade: str
    since: date
    contact: int
    contact_name: str
    trade: str


def make(random, staff, today, scale, told):
    """Insert customers with contacts, ownership and first grades; returns [Known]. About 13 % are in the public pool."""
    shuffled = list(range(len(names.FIRST) * len(names.SECOND) * len(names.TRADES)))
    random.shuffle(shuffled)
    initial = {c: lazy_pinyin(c, style=Style.FIRST_LETTER)[0][:1]
               for c in {*names.FIRST, *names.SECOND, *"".join(names.TRADES), *"".join(sum(names.CITIES.values(), []))}}
    known, customers, contacts, ownerships, grades = [], [], [], [], []
    pk, contact_pk = bulk.ids(Customer), bulk.ids(Contact)
    reps, total = staff.reps, 2400 * scale
    for index in range(total):
        pooled = index % 100 >= 87
        owner = reps[(index * 7 + index // 24) % len(reps)]
        region = staff.region_of[owner.pk]
        lap, place = divmod(index, len(shuffled))
        city, short, trade = names.company(shuffled[place] + lap * len(shuffled), names.CITIES[region])
        name = f"{short}有限公司"
        grade = random.choices([g for g, _ in SHARES], [w for _, w in SHARES])[0] if not pooled else "C"
        if owner.name == "赵磊" and not pooled and random.random() < 0.28:
            grade = "A"
        since = today - timedelta(days=random.randint(20, 1100))
        phone = f"100{random.randrange(10**8):08d}"
        low = random.randint(2, 30) * 100_000 if grade != "C" else None
        row = Known(next(pk), short, None if pooled else owner.pk, grade, since, next(contact_pk), names.person(random), trade)
        known.append(row)
        customers.append((
            row.pk, name, short, "".join(initial.get(c, "") for c in short), naming.name_key(name),
            f"91{random.randrange(10**13):013d}{random.choice('ABCDEFGHJK')}{random.randrange(100):02d}", phone, naming.phone_key(phone),
            trade, f"{random.randint(6, 90) * 10} 人", city, f"{city}高新区{random.choice('星东南兴云')}{random.choice('龙湖海安创')}路 {random.randint(1, 299)} 号",
            random.choice(CHANNELS), row.owner, grade, random.choice(names.NEEDS) if grade != "C" else "", low, low and int(low * 1.15)))
        title, part = random.choice(names.TITLES)
        contacts.append((row.contact, row.pk, row.contact_name, title, phone, naming.phone_key(phone), part, random.choice(["for", "neutral", "neutral", "against"])))
        if grade != "C":
            title, part = random.choice(names.TITLES)
            phone = f"100{random.randrange(10**8):08d}"
            contacts.append((next(contact_pk), row.pk, names.person(random), title, phone, naming.phone_key(phone), part, "unmet"))
        if row.owner:
            ownerships.append((row.pk, row.owner, since, "新建"))
            if grade != "C":
                grades.append((row.pk, "intention", "C", grade, "预算和时限都问清了" if grade == "A" else "有需求，时限未定", row.owner,
                               datetime.combine(min(since + timedelta(days=random.randint(0, 60)), today - timedelta(days=8)), time(2), UTC)))
        if len(customers) >= 5000:
            _write(customers, contacts, ownerships, grades, told)
    _write(customers, contacts, ownerships, grades, told)
    return known


def _write(customers, contacts, ownerships, grades, told):
    bulk.insert(Customer, [
        "id", "name", "short_name", "initials", "name_key", "tax_number", "phone", "phone_key", "industry", "size", "city", "address",
        "channel", "owner_id", "grade", "needs", "budget_low", "budget_high"], customers, told=told)
    bulk.insert(Contact, ["id", "customer_id", "name", "title", "phone", "phone_key", "part", "stance"], contacts, told=told)
    bulk.insert(Ownership, ["customer_id", "owner_id", "starts_on", "reason"], ownerships, told=told)
    bulk.insert(GradeChange, ["customer_id", "which", "before", "after", "reason", "by_id", "at"], grades, told=told)
    for rows in (customers, contacts, ownerships, grades):
        rows.clear()
