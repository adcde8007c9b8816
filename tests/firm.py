"""One cast everywhere: 周 director, 王 east manager, 李 west manager, 陈 east rep, 林 west rep; 顾 finance, 许 administrator."""
from dataclasses import dataclass
from datetime import date

from squaredeal.organisation.team.models import Assignment, Person, Position, Role, Unit

HIRED = date(2023, 1, 1)


@dataclass
class Firm:
    zhou: Person
    wang: Person
    li: Person
    chen: Person
    lin: Person
    gu: Person
    xu: Person
    company: Unit
    east: Unit
    west: Unit

    @property
    def sales(self):
        """The five who sell, from the top: for "each of the five sees the right counts"."""
        return [self.zhou, self.wang, self.li, self.chen, self.lin]


def unit(name, parent=None):
    made = Unit.objects.create(name=name, parent=parent)
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def person(login, name, where, position, manager=None):
    made = Person(login=login, name=name, hired_on=HIRED)
    made.set_unusable_password()
    made.save()
    Assignment.objects.create(person=made, unit=where, position=position, manager=manager, starts_on=HIRED)
    return made


def found():
    """The firm, in the database."""
    post = {role: Position.objects.create(name=name, role=role) for role, name in [
        (Role.DIRECTOR, "销售总监"), (Role.MANAGER, "区域经理"), (Role.REP, "销售代表"), (Role.FINANCE, "财务"), (Role.ADMIN, "管理员")]}
    company = unit("华辰工业")
    east, west = unit("华东", company), unit("西部", company)
    zhou = person("zhou", "周衡", company, post[Role.DIRECTOR])
    wang = person("wang", "王敏", east, post[Role.MANAGER], zhou)
    li = person("li", "李强", west, post[Role.MANAGER], zhou)
    return Firm(
        zhou=zhou, wang=wang, li=li,
        chen=person("chen", "陈静", east, post[Role.REP], wang), lin=person("lin", "林涛", west, post[Role.REP], li),
        gu=person("gu", "顾青", company, post[Role.FINANCE], zhou), xu=person("xu", "许宁", company, post[Role.ADMIN], zhou),
        company=company, east=east, west=west)
