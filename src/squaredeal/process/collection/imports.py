"""Which columns of a sheet mean what about a receipt, in Chinese and English."""
from django.utils.translation import gettext_lazy

from squaredeal.kernel.importing import Column, Sheet, register
from squaredeal.kernel.reading import amount, choice, day, text

from . import intake, policy
from .models import Receipt

KINDS = choice({Receipt.Kind.TRANSFER.value: ("转账", "电汇", "银行转账", "网银", "汇款", "wire", "bank transfer"),
                Receipt.Kind.BILL.value: ("承兑", "承兑汇票", "银行承兑", "银承", "bank bill"), Receipt.Kind.CASH.value: ("现金",)})


def may(viewer):
    policy.may_record(viewer, None)


SHEET = register(Sheet(
    kind="receipts", title=gettext_lazy("Receipts"), verb=intake.VERB, back="collection:index", passes=(5, 12),
    clauses=(policy.Recording.number, policy.Matching.number),
    columns=(
        Column("customer", gettext_lazy("Customer"), ("客户", "客户名称", "付款单位", "付款人", "付款方", "对方户名", "对方单位", "公司名称", "payer", "company",
                                                      "customer name"), False, text(120),
               says=gettext_lazy("As registered; may stay empty where the contract is named")),
        Column("contract", gettext_lazy("Contract"), ("合同", "合同号", "合同编号", "contract number", "contract no"), False, text(30),
               says=gettext_lazy("Named: pays this contract. Empty: the oldest due first")),
        Column("on", gettext_lazy("Day"), ("日期", "到账日期", "到账日", "收款日期", "回款日期", "交易日期", "入账日期", "date", "received on", "day"), True, day,
               says=gettext_lazy("As 2026-11-03")),
        Column("amount", gettext_lazy("Amount"), ("金额", "到账金额", "收款金额", "回款金额", "收入金额", "贷方金额", "amount received"), True, amount,
               says=gettext_lazy("Yuan including tax; 48 万 is read too")),
        Column("kind", gettext_lazy("Kind"), ("方式", "到账方式", "收款方式", "付款方式", "结算方式", "payment method"), False, KINDS, Receipt.Kind.TRANSFER.value),
        Column("bank_reference", gettext_lazy("Bank reference"), ("流水号", "银行流水号", "交易流水号", "凭证号", "reference"), False, text(60),
               says=gettext_lazy("Tells two receipts of one day and amount apart")),
        Column("note", gettext_lazy("Note"), ("备注", "摘要", "附言", "用途", "remark"), False, text(200))),
    may=may, check=intake.check, bring_in=intake.bring_in, undo=intake.undo, effect=intake.effect))
