"""The stories a director recognises, told through the same actions people use: a concession below the floor waiting, a clash over
one customer, an overdue instalment of 68 万, a region without a manager; and the months of commission, computed, signed and paid."""
from datetime import datetime, time, timedelta
from decimal import Decimal
from importlib.resources import files

from django.utils import timezone

from squaredeal.commission.credits import actions as credits
from squaredeal.commission.plans import actions as plans
from squaredeal.commission.runs import actions as runs
from squaredeal.commission.runs import queries as months
from squaredeal.kernel.calendar import month_of
from squaredeal.kernel.models import Notice, PolicyVersion
from squaredeal.organisation.approvals import actions as approvals
from squaredeal.organisation.approvals.models import Request
from squaredeal.process.collection.models import Promise
from squaredeal.process.contracts.models import Contract, Instalment
from squaredeal.process.customers import naming
from squaredeal.process.customers.models import Collaboration, Contact, Customer
from squaredeal.process.followup import actions as followup
from squaredeal.process.negotiation import actions as deals
from squaredeal.process.negotiation import quoting
from squaredeal.process.negotiation.models import Deal, Product
from squaredeal.rulebook.models import Acknowledgement


def tell(staff, today, known, told):
    """Each story in turn, then the commission months."""
    below_the_floor(staff, today)
    overdue(staff, today)
    clash(staff, today)
    late(staff, today)
    acknowledged(staff)
    commission(staff, today, told)


def _customer(name, owner, *, grade, city, industry, contact, title, needs):
    """One of the named customers, in the place of one the owner has already, so that the count stays."""
    found = Customer.objects.filter(owner=owner, deals__isnull=True).order_by("-pk").first()
    found.name, found.short_name = f"{name}有限公司", name
    found.name_key, found.initials = naming.name_key(found.name), naming.initials(name)
    found.grade, found.city, found.industry, found.needs = grade, city, industry, needs
    found.address = f"{city}工业园区星龙街 86 号"
    found.save()
    found.contacts.all().delete()
    Contact.objects.create(customer=found, name=contact, title=title, part="decides", stance="neutral", phone="10055550188",
                           phone_key=naming.phone_key("10055550188"))
    Contact.objects.create(customer=found, name="葛敏", title="生产经理", part="uses", stance="for")
    return found


def below_the_floor(staff, today):
    """苏州凌云 wants the price below the floor; 陈静 asks, 王敏 has agreed, 周衡 decides."""
    chen, wang = staff["陈静"], staff["王敏"]
    customer = _customer("苏州凌云新材料", chen, grade="A", city="苏州", industry="新材料装备", contact="沈国栋", title="采购总监",
                         needs="三班倒招不到焊工，返修率 4.1%。预算 220–240 万，年底前要定，怕停线超过 5 天。")
    followup.record(chen, customer, kind="visit", body="看了 3 号线，节拍 42 秒是瓶颈。博达报 228 万，不含驻场。", next_kind="call",
                    next_on=today + timedelta(days=1), next_text="电话，问上会时间")
    deal = deals.open_deal(chen, customer, name="六轴工作站 2 套加一年驻场", amount=Decimal("2576000"), expected_on=today + timedelta(days=15),
                           next_step="上门见沈国栋，带定制方案", next_step_kind="visit", next_step_on=today + timedelta(days=1))
    deals.write_card(chen, deal, needs="三班倒招不到焊工，返修率 4.1%；换线停产不超过 5 天", budget_low=Decimal("2200000"), budget_high=Decimal("2400000"),
                     deadline="月底上会，12 月 10 日签", their_alternative="博达 228 万，不含驻场，交期 90 天", objective="245 万，预付 50%，12 月 10 日前签",
                     walk_away=Decimal("2403000"), never="赔付不封顶；交付早于 60 天", our_alternative="12 月产能可给南京华锐 3 套",
                     win_win="他们早付钱，我们保节拍 42 秒降到 36 秒")
    Deal.objects.filter(pk=deal.pk).update(stage="negotiation", stage_since=today - timedelta(days=24), probability=Decimal("0.71"), committed=True)
    deal.refresh_from_db()
    for days, channel, ours, theirs, said in [(26, "call", 2576000, 2200000, "驻场单列价，付款先不谈。"), (14, "visit", 2484000, 2280000, "拿博达 228 万压价，博达不含驻场。"),
                                              (1, "call", 2360000, 2320000, "愿意预付 50%。月底上会，要驻场方案和停线天数。")]:
        deals.record_round(chen, deal, on=today - timedelta(days=days), channel=channel, who="沈国栋", ours=Decimal(ours), theirs=Decimal(theirs), outcome=said)
    product = {p.code: p for p in Product.objects.all()}
    offers = [("HA-1400", 2, 885_000), ("HP-500", 2, 90_000), ("HV-3", 2, 110_000), ("HS-12", 1, 170_000), ("HS-T", 2, 10_000)]
    lines = [{"product": product[code], "quantity": Decimal(n), "offer": Decimal(price)} for code, n, price in offers]
    quote = quoting.draft(chen, deal, lines=lines, prepayment=Decimal("0.50"))
    for give, get, cut, cost in [("延保 6 个月", "2027 年框 200 万", 0, 19_000), ("加训 1 期", "做样板厂，每季接待 2 批参观", 0, 7_000),
                                 ("驻场 12 个月减到 8 个月，加远程值守", "价格不动", 0, -35_500)]:
        quoting.add_concession(chen, quote, give=give, get=get, price_cut=Decimal(cut), added_cost=Decimal(cost))
    quoting.submit(chen, quote, lines=lines, prepayment=Decimal("0.50"), condition="预付由 30% 提到 50%；只限这一单")
    request = Request.objects.filter(kind="quote", subject_id=quote.pk).first()
    if request is not None and request.state == "open" and request.steps.filter(state="waiting", approver=wang).exists():
        approvals.approve(wang, request, note="预付 50% 年内到账，换得值。驻场能砍就再砍。")


def overdue(staff, today):
    """深圳精工's second instalment of 68 万 has been due for 34 days, promised twice and not paid."""
    rep = staff["何倩"]
    customer = _customer("深圳精工自动化", rep, grade="A", city="深圳", industry="自动化", contact="廖文静", title="财务经理", needs="尾款要等对方验收流程。")
    signed = today - timedelta(days=100)
    number = f"HC-{signed:%y}90054"
    contract = Contract.objects.create(
        number=number, title="六轴打磨站 2 套", customer=customer, signed_by=rep, signed_on=signed, amount=Decimal("1360000"), list_total=Decimal("1360000"),
        floor_total=Decimal("1280000"), cost_total=Decimal("904000"), first_order=True, delivery="合同生效后 45 天内交付", acceptance="按技术协议验收",
        warranty="质保 12 个月", state="approved", approved_on=signed)
    paid, late = (Instalment.objects.create(contract=contract, order=order, kind=kind, due_on=due, amount=Decimal("680000"))
                  for order, kind, due in [(1, "prepayment", signed + timedelta(days=7)), (2, "delivery", today - timedelta(days=34))])
    _receive(staff["顾青"], customer, paid, signed + timedelta(days=9))
    for ago, note in [(22, "走流程"), (6, "财务今天答复：下月 5 日付")]:
        Promise.objects.create(instalment=late, promised_on=today - timedelta(days=ago - 12), said_by="廖文静", note=note, by=rep)
    Instalment.objects.filter(pk=late.pk).update(promises=3, promised_on=today + timedelta(days=10))


def _receive(finance, customer, instalment, on):
    from squaredeal.process.collection.models import Allocation, Receipt
    receipt = Receipt.objects.create(number=f"SK-{on:%y}9{instalment.pk:04d}", customer=customer, on=on, amount=instalment.amount, kind="transfer",
                                     bank_reference=f"CMB{on:%y%m%d}6621", recorded_by=finance)
    Allocation.objects.create(receipt=receipt, instalment=instalment, amount=instalment.amount, on=on,
                              days_overdue=max(0, (on - instalment.due_on).days), by=finance)
    Instalment.objects.filter(pk=instalment.pk).update(collected=instalment.amount)


def clash(staff, today):
    """无锡恒达: 陈静 and 林涛 both visited; ruled seventy to thirty, and the shares are in the commission."""
    chen, lin = staff["陈静"], staff["林涛"]
    contract = Contract.objects.filter(signed_by=chen, state="approved", signed_on__gte=today - timedelta(days=120)).order_by("pk").first()
    if contract is None:
        return
    customer = contract.customer
    customer.name, customer.short_name, customer.city = "无锡恒达精密有限公司", "无锡恒达精密", "无锡"
    customer.name_key, customer.initials = naming.name_key(customer.name), naming.initials(customer.short_name)
    customer.save()
    Collaboration.objects.get_or_create(customer=customer, person=lin, starts_on=contract.signed_on - timedelta(days=20))
    followup.record(lin, customer, kind="visit", body="老同学介绍的，上门看了二期焊接线。", next_kind="call", next_on=today + timedelta(days=3), next_text="电话，约设备科")
    credits.split(staff["周衡"], contract, shares=[(chen, Decimal("0.7"), "owner"), (lin, Decimal("0.3"), "split")],
                  reason="撞单裁定：林涛先报备 6 天，陈静 3 次有效拜访，七三开")


def late(staff, today):
    """陈静 has one next step late by two days and one by one; a customer of 钱雨 has none."""
    own = Customer.objects.filter(owner=staff["陈静"], grade="A", next_step_on__gt=today).exclude(short_name="苏州凌云新材料").order_by("pk")[:2]
    for days, customer, text in zip((2, 1), own, ("交定制方案", "送样件检测报告"), strict=False):
        Customer.objects.filter(pk=customer.pk).update(next_step=text, next_step_kind="proposal", next_step_on=today - timedelta(days=days))
    bare = Customer.objects.filter(owner=staff["钱雨"], grade="B").order_by("pk").first()
    Customer.objects.filter(pk=bare.pk).update(next_step="", next_step_kind="", next_step_on=None)


def acknowledged(staff):
    """Most people have signed the version in force; a few have not."""
    version = PolicyVersion.objects.filter(state="published").order_by("-starts_on").first()
    people = [p for p in staff.by_name.values() if p.is_active and p.name not in {"赵磊", "孙浩", "邓伟", "周衡"}]
    Acknowledgement.objects.bulk_create([Acknowledgement(version=version, person=p) for p in people])


def _back_then(run):
    """A month long gone was computed and signed in the first days of the next one."""
    first = run.period.starts_on
    run.computed_at, run.reviewed_at, run.approved_at = _moment(first, 33, 10), _moment(first, 34, 9), _moment(first, 35, 11)
    run.save(update_fields=["computed_at", "reviewed_at", "approved_at"])
    return run


def _moment(first, days, hour):
    return timezone.make_aware(datetime.combine(first + timedelta(days=days), time(hour)))


def commission(staff, today, told):
    """The plan published, a draft of next year's beside it, and every month up to the one before last computed, signed and posted; last
    month computed and under review."""
    finance, director = staff["顾青"], staff["周衡"]
    start = (today.replace(day=1) - timedelta(days=510)).replace(day=1)
    text = files("squaredeal.engine").joinpath("examples/huachen-2026.yaml").read_text(encoding="utf-8").replace("2025-01-01", start.isoformat())
    draft = plans.draft(finance, None, text=text)
    published = plans.publish(director, draft, starts_on=start)
    next_year = text.partition("examples:")[0].replace(f"from: {start.isoformat()}", f"from: {today.year + 1}-01-01") \
        .replace("[[0, 1%], [300000, 1.5%], [1000000, 2%]]", "[[0, 1%], [200000, 1.5%], [800000, 2%], [1500000, 2.5%]]").replace("keep: 15%", "keep: 10%")
    plans.draft(finance, published, text=next_year, note="明年：档位放低，预留减到 10%，等总监试算")
    runs.open_months(finance, today)
    month, last = start, (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    while month <= last:
        period = months.period(finance, f"{month:%Y-%m}")
        if period is not None:
            run = runs.compute(finance, period)
            told(run.lines_count)
            if month < last:
                posted = runs.post(finance, _back_then(runs.approve(director, runs.review(finance, run))))
                if posted.pay_on and posted.pay_on <= today:
                    runs.pay(finance, posted, paid_on=posted.pay_on)
                Notice.objects.filter(read_at=None, clause__startswith="3.").update(at=_moment(month, 36, 10), read_at=_moment(month, 37, 9))
        month = month_of(month)[1] + timedelta(days=1)
