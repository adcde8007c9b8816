"""Names, phones and initials are compared as people would; the clauses refuse and let pass what they say."""
import pytest

from squaredeal.kernel.errors import Refused
from squaredeal.process.customers import naming, policy
from squaredeal.process.customers.duplicates import Match
from squaredeal.process.customers.models import Customer, GradeChange


@pytest.mark.parametrize("name", [
    "苏州凌云新材料有限公司", "苏州凌云新材料股份有限公司", "苏州凌云新材料", " 苏州 凌云新材料（股份）有限公司 ", "苏州凌云新材料有限责任公司"])
def test_one_company_under_many_spellings(name):
    assert naming.name_key(name) == "苏州凌云新材料"


def test_english_forms_and_widths():
    assert naming.name_key("Ｌｉｎｇｙｕｎ Materials Co., Ltd.") == naming.name_key("lingyun  materials") == "lingyunmaterials"


def test_a_branch_is_another_company():
    assert naming.name_key("苏州凌云新材料有限公司上海分公司") != naming.name_key("苏州凌云新材料有限公司")


def test_nothing_but_a_form_keeps_its_name():
    assert naming.name_key("有限公司") == "有限公司"


def test_phones_compare_by_their_digits_from_the_end():
    assert naming.phone_key("+86 139 0512 6612") == naming.phone_key("139-0512-6612") == "21662150931"
    assert naming.phone_key("0512-6288 1234 转 801") == "432188262150"
    assert naming.phone_key("110") == ""


def test_initials_know_words_and_letters():
    assert naming.initials("重庆凌云") == "cqly"
    assert naming.initials("厦门 ABB 机器人") == "xmabbjqr"


def test_masked_shows_the_surname_only():
    assert naming.masked("王敏") == "王*"
    assert naming.masked(None) == ""


def match(*same, tax=""):
    return Match(1, same, "华东", "王*", tax)


def test_the_same_tax_number_or_name_is_refused_and_a_shared_phone_needs_a_word():
    assert policy.refuses(match("tax_number"), note="不是同一家")
    assert policy.refuses(match("name"), note="不是同一家")
    assert policy.refuses(match("phone"))
    assert not policy.refuses(match("phone"), note="同一栋楼的总机")
    assert not policy.refuses(match("name", tax="91A"), tax_number="91B", note="税号不同")
    assert policy.refuses(match("name", tax="91A"), tax_number="91B")


def test_a_grade_needs_to_differ_and_to_say_why():
    rule, customer = policy.Regraded(), Customer(grade="C")
    with pytest.raises(Refused) as no:
        policy.check_grade(rule, customer, which=GradeChange.Which.INTENTION, grade="C", reason="问清了预算")
    assert no.value.field == "grade"
    with pytest.raises(Refused) as no:
        policy.check_grade(rule, customer, which=GradeChange.Which.INTENTION, grade="A", reason="好 ")
    assert no.value.field == "reason"
    policy.check_grade(rule, customer, which=GradeChange.Which.INTENTION, grade="A", reason="问清了预算")
    policy.check_grade(rule, customer, which=GradeChange.Which.VALUE, grade="C", reason="去年买了三台")
