"""Which columns of a sheet mean what about an event of a contract, in Chinese and English."""
from django.utils.translation import gettext_lazy

from squaredeal.kernel.importing import Column, Sheet, register
from squaredeal.kernel.reading import amount, choice, day, text

from . import intake, policy
from .models import Event

KINDS = choice({Event.Kind.DELIVERY.value: ("发货", "交付", "出库", "shipment"), Event.Kind.ACCEPTANCE.value: ("验收", "验收合格"), Event.Kind.INVOICE.value: ("开票", "发票", "invoiced"),
                Event.Kind.RETURN.value: ("退货", "returned"), Event.Kind.EXPENSE.value: ("费用", "cost"), Event.Kind.BAD_DEBT.value: ("坏账", "bad debt", "write-off"),
                Event.Kind.ADJUSTMENT.value: ("调整",)})


def may(viewer):
    policy.may_record(viewer)


SHEET = register(Sheet(
    kind="events", title=gettext_lazy("Performance of contracts"), verb=intake.VERB, back="contracts:register", clauses=(policy.Performing.number,),
    columns=(
        Column("contract", gettext_lazy("Contract"), ("合同", "合同号", "合同编号", "contract number", "contract no"), True, text(30)),
        Column("kind", gettext_lazy("What happened"), ("类别", "事项", "类型", "kind", "type", "event"), True, KINDS),
        Column("on", gettext_lazy("Day"), ("日期", "发货日期", "开票日期", "验收日期", "date", "day"), True, day, says=gettext_lazy("As 2026-11-03")),
        Column("amount", gettext_lazy("Amount"), ("金额", "含税金额", "价税合计", "amount"), True, amount, says=gettext_lazy("Yuan including tax; 48 万 is read too")),
        Column("product", gettext_lazy("Product"), ("产品", "产品编码", "货号", "product code", "sku"), False, text(40)),
        Column("quantity", gettext_lazy("Quantity"), ("数量", "qty"), False, amount, None),
        Column("note", gettext_lazy("Note"), ("备注", "单号", "发票号", "remark", "reference"), False, text(200), says=gettext_lazy("Tells two of one day and amount apart"))),
    may=may, check=intake.check, bring_in=intake.bring_in, undo=intake.undo))
