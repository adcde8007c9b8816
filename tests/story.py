"""The story the walks tell, as verbs: one deal of 陈静 from an unknown company to a line on her statement, each step by whom it belongs to.

Six robots at 113,000 instead of 120,000, below the floor of 116,000; half in advance: 339,000 with tax, 300,000 without. Her first order
there, so 1.5 % of it: 4,500, of which 675 stay in reserve. 王敏 has 0.3 % of the same: 900.
"""
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files

from django.utils import timezone

from squaredeal.commission.plans import actions as plans
from squaredeal.commission.runs import actions as runs
from squaredeal.commission.runs import queries as months
from squaredeal.kernel.calendar import month_of
from squaredeal.organisation.approvals import actions as approvals
from squaredeal.organisation.approvals.models import Request
from squaredeal.organisation.targets import actions as targets
from squaredeal.process.collection import actions as collection
from squaredeal.process.contracts import actions as contracts
from squaredeal.process.customers import actions as customers
from squaredeal.process.followup import actions as followup
from squaredeal.process.negotiation import actions as deals
from squaredeal.process.negotiation import quoting

D = Decimal
NAME, SHORT = "苏州凌云新材料有限公司", "苏州凌云新材料"
TERMS = {"place": "苏州", "quality": "GB/T 20867", "delivery": "45 天内交付", "acceptance": "按技术协议", "warranty": "12 个月", "liability": "每日万分之五"}
CONDITION = "让价换预付 50%，只限这一单"


def this_month():
    return month_of(timezone.localdate())[0]


def next_month():
    return month_of(timezone.localdate())[1] + timedelta(days=1)


def soon(days=7):
    return timezone.localdate() + timedelta(days=days)


def open_shop(firm):
    """What is there before the story: a priced robot, a target for 陈静, the plan in force from this month on. The robot comes back."""
    robot = deals.add_product(firm.zhou, None, code="HA-1400", name="六轴焊接工作站", line="焊接", measure="套")
    deals.set_price(firm.zhou, robot, starts_on=timezone.localdate(), list_price=D(120_000), floor_price=D(116_000), cost=D(70_000))
    targets.set_one(firm.zhou, firm.chen, measure="receipts", month=this_month(), amount=D(800_000))
    text = files("squaredeal.engine").joinpath("examples/huachen-2026.yaml").read_text(encoding="utf-8").replace("refund: year end", "refund: never")
    plans.publish(firm.zhou, plans.draft(firm.gu, None, text=text), starts_on=this_month())
    return robot


def register(seller, name=NAME, **given):
    return customers.create(seller, None, name=name, city="苏州", industry="新材料", **({"contact": "沈国栋", "contact_title": "采购总监", "phone": "0512-62880011"} | given))


def follow_up(seller, customer, **given):
    said = {"kind": "visit", "body": "看了 3 号线，节拍 42 秒是瓶颈。", "next_kind": "call", "next_on": soon(3), "next_text": "电话，问上会时间"}
    return followup.record(seller, customer, **said | given)


def open_deal(seller, customer, name="六轴工作站 6 套"):
    return deals.open_deal(seller, customer, name=name, amount=D(720_000), expected_on=soon(15))


def prepare(seller, deal):
    return deals.write_card(seller, deal, needs="三班倒招不到焊工", budget_low=D(600_000), budget_high=D(700_000), objective="69 万，预付 50%",
                            walk_away=D(670_000))


def lines(robot, offer=113_000, pieces=6):
    return [{"product": robot, "quantity": D(pieces), "offer": D(offer)}]


def quote(seller, deal, robot, **given):
    return quoting.draft(seller, deal, lines=lines(robot, **given), prepayment=D("0.5"))


def asked_about(thing, kind):
    """The newest request on a quote or contract."""
    return Request.objects.filter(kind=kind, subject_id=thing.pk).latest("pk")


def sign(thing, kind, *people):
    """These people approve in turn; the thing comes back as it then is."""
    for person in people:
        approvals.approve(person, asked_about(thing, kind))
    thing.refresh_from_db()
    return thing


def instalments(contract):
    return list(contract.instalments.order_by("order"))


def submit(seller, contract):
    parts = [(x.kind, x.due_on, x.amount) for x in instalments(contract)]
    return contracts.submit(seller, contract, instalments=parts, **TERMS)


def receive(finance, contract, amount=339_000, reference="CMB6621"):
    """Money for the first instalment."""
    first = instalments(contract)[0]
    return collection.record(finance, contract.customer, on=timezone.localdate(), amount=D(amount), bank_reference=reference, matches={first.pk: D(amount)})


def month(finance, day):
    """The month of a day, opened when it is not yet."""
    code = f"{day:%Y-%m}"
    if months.period(finance, code) is None:
        runs.open_months(finance, day)
    return months.period(finance, code)


def close(firm, run):
    """Sent by 顾青, signed by 周衡, posted by 顾青."""
    return runs.post(firm.gu, runs.approve(firm.zhou, runs.review(firm.gu, run)))


def ask(seller, deal, robot, **given):
    """A quote on its way to whoever must sign it."""
    prepare(seller, deal)
    return quoting.submit(seller, quote(seller, deal, robot, **given), lines=lines(robot, **given), prepayment=D("0.5"), condition=CONDITION)


def won(firm, robot, customer, **given):
    """An accepted quote of 陈静, with the signatures its price needs."""
    asked = ask(firm.chen, open_deal(firm.chen, customer, **given), robot)
    return quoting.accept(firm.chen, quoting.send(firm.chen, sign(asked, "quote", firm.wang, firm.zhou)))


def furnish(firm):
    """The firm as the browser finds it: one deal paid and on a posted statement, one waiting for 王敏, one contract unpaid, one 林涛 has."""
    robot = open_shop(firm)
    customer = register(firm.chen, grade="A")
    follow_up(firm.chen, customer)
    paid = sign(submit(firm.chen, contracts.draft(firm.chen, won(firm, robot, customer))), "contract", firm.wang, firm.zhou)
    receipt = receive(firm.gu, paid)
    run = close(firm, runs.compute(firm.gu, month(firm.gu, this_month())))
    unpaid = sign(submit(firm.chen, contracts.draft(firm.chen, won(firm, robot, customer, name="二期工作站 6 套"))), "contract", firm.wang, firm.zhou)
    second = register(firm.chen, "无锡恒达精密有限公司", contact="葛敏", contact_title="生产经理", phone="0510-85220033", grade="B")
    waiting = ask(firm.chen, open_deal(firm.chen, second, name="弧焊单元 6 套"), robot, offer=116_000)
    neighbour = register(firm.lin, "成都远景电气有限公司", contact="罗兰", contact_title="设备科长", phone="028-66330055", grade="A")
    follow_up(firm.lin, neighbour)
    return {"robot": robot, "customer": customer, "paid": paid, "receipt": receipt, "run": run, "unpaid": unpaid, "second": second, "waiting": waiting,
            "neighbour": neighbour}
