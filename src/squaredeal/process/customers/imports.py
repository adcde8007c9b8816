"""Which columns of a sheet mean what about a customer, in Chinese and English."""
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.importing import Column, Sheet, register
from squaredeal.kernel.reading import amount, choice, day, text

from . import intake, naming, policy
from .models import Channel, Grade, ValueGrade


def name(cell):
    said = text(120)(cell)
    if len(naming.name_key(said)) < 2:
        raise Refused(_("“%(cell)s” is no name of a company. Write it in full.") % {"cell": cell[:30]})
    return said


def tax_number(cell):
    return naming.tax_key(text(40)(cell))


def positive(cell):
    found = amount(cell)
    if found < 0:
        raise Refused(_("“%(cell)s” is negative. Write an amount above zero.") % {"cell": cell[:30]})
    return found


def letters(choices):
    """A, a, A级, A 级, Grade A."""
    return choice({value: (value, f"{value}级", f"grade {value}", f"{value}类") for value in choices.values})


CHANNELS = choice({
    Channel.FAIR.value: ("展会", "行业展会", "trade fair", "exhibition"), Channel.WEB.value: ("网络", "网站", "官网", "website", "internet"),
    Channel.PHONE.value: ("电话", "电话开发", "telephone", "cold call"), Channel.REFERRAL.value: ("转介绍", "介绍", "老客户介绍"),
    Channel.IMPORT.value: ("导入",), Channel.OTHER.value: ("其他", "其它", "others")})


def may(viewer):
    policy.may_import(viewer, None)


SHEET = register(Sheet(
    kind="customers", title=gettext_lazy("Customers"), verb=intake.VERB, back="customers:list", passes=(2, 8),
    clauses=(policy.Checked.number, policy.Imported.number),
    columns=(
        Column("name", gettext_lazy("Company name"), ("客户名称", "公司名称", "单位名称", "企业名称", "客户", "公司", "名称", "customer", "company",
                                                      "account name", "account", "customer name", "company name"), True, name),
        Column("tax_number", gettext_lazy("Unified social credit code"), ("统一社会信用代码", "税号", "信用代码", "纳税人识别号", "tax number", "tax id",
                                                                          "vat number"), False, tax_number),
        Column("phone", gettext_lazy("Phone"), ("电话", "手机", "联系电话", "手机号", "手机号码", "联系方式", "mobile", "telephone", "phone number"), False, text(30)),
        Column("contact", gettext_lazy("Contact"), ("联系人", "联系人姓名", "contact name", "contact person"), False, text(40)),
        Column("contact_title", gettext_lazy("Title"), ("职务", "职位", "联系人职务", "job title", "title"), False, text(60)),
        Column("owner", gettext_lazy("Owner"), ("负责人", "业务员", "销售", "销售代表", "归属人", "sales rep", "account owner", "salesperson"), False, text(60),
               says=gettext_lazy("Name or login of a colleague")),
        Column("industry", gettext_lazy("Industry"), ("行业", "所属行业"), False, text(40)),
        Column("size", gettext_lazy("Size"), ("规模", "企业规模", "公司规模"), False, text(80)),
        Column("city", gettext_lazy("City"), ("城市", "所在城市"), False, text(40)),
        Column("address", gettext_lazy("Address"), ("地址", "详细地址", "公司地址"), False, text(200)),
        Column("channel", gettext_lazy("Where from"), ("来源", "渠道", "客户来源", "线索来源", "source", "channel", "lead source"), False, CHANNELS, "import"),
        Column("grade", gettext_lazy("Grade"), ("等级", "意向等级", "客户等级", "意向", "rating"), False, letters(Grade), "C", says="A B C"),
        Column("value_grade", gettext_lazy("Value"), ("价值等级", "价值", "value grade"), False, letters(ValueGrade), says="A B C D"),
        Column("needs", gettext_lazy("Needs and pain points"), ("需求", "需求与痛点", "客户需求", "needs"), False, text(2000)),
        Column("budget_low", gettext_lazy("Budget from"), ("预算", "预算下限", "budget"), False, positive, None),
        Column("budget_high", gettext_lazy("Budget to"), ("预算上限",), False, positive, None),
        Column("next_step", gettext_lazy("Next step"), ("下一步", "下次跟进内容"), False, text(120)),
        Column("next_step_on", gettext_lazy("Next step on"), ("下一步日期", "下次跟进日期", "下次跟进时间", "next contact"), False, day, None),
        Column("last_contact_on", gettext_lazy("Last contact"), ("上次联系", "最近联系", "最后跟进时间", "上次跟进日期"), False, day, None),
        Column("note", gettext_lazy("How it differs"), ("说明", "不同之处"), False, text(200),
               says=gettext_lazy("Where only the phone is the same: how it is another company"))),
    may=may,
    check=lambda viewer, rows: intake.check(viewer, f"× {len(rows)}", rows=rows),
    bring_in=intake.bring_in, undo=intake.undo))
