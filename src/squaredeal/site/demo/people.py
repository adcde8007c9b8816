"""华辰工业's people: 1 director, 3 regions, 4 managers (one region without), 24 reps, finance, administrator."""
from datetime import timedelta

from squaredeal.organisation.team.models import Assignment, Person, Position, Role, Unit

from . import names

PASSWORD_HINT = "demo logins need no password; they are offered on the first page of a demo database only"
LOGINS = [("zhou", "周衡"), ("wang", "王敏"), ("chen", "陈静"), ("gu", "顾青"), ("xu", "许宁")]


class Staff:
    """Who is there, by name; `reps` in order with their region's name."""

    def __init__(self):
        self.by_name, self.region_of, self.units = {}, {}, {}

    def __getitem__(self, name):
        return self.by_name[name]

    @property
    def reps(self):
        return [self.by_name[name] for name in (*names.EAST, *names.WEST, *names.SOUTH)]


def make(today):
    """The staff as of `today`, in the database."""
    staff = Staff()
    post = {name: Position.objects.create(name=name, role=role, duties=duties) for name, role, duties in [
        ("销售总监", Role.DIRECTOR, "定销售策略和年度计划；建团队；和市场、研发、客服协作。"),
        ("区域销售经理", Role.MANAGER, "在本区执行计划，按市场潜力和能力分任务，带代表，维护重点客户。"),
        ("小组经理", Role.MANAGER, "带一个小组，分任务，看进度。"),
        ("销售代表", Role.REP, "开发新客户，维护老客户，收集市场信息。"),
        ("高级销售代表", Role.REP, "开发新客户，维护老客户，带一名新人。"),
        ("提成核算", Role.FINANCE, "登记到账，核算提成，答复异议。"),
        ("管理员", Role.ADMIN, "管账号、岗位和任命。")]}

    def unit(name, parent, rank):
        made = Unit.objects.create(name=name, parent=parent, rank=rank)
        made.path = f"{parent.path if parent else '/'}{made.pk}/"
        made.save(update_fields=["path"])
        staff.units[name] = made
        return made

    company = unit("华辰工业", None, 0)
    regions = [unit(name, company, rank) for rank, name in enumerate(["华东", "西部", "华南"], 1)]
    southern_jiangsu = unit("苏南组", regions[0], 1)

    def person(login, name, *, hired):
        made = Person(login=login, name=name, hired_on=hired, email=f"{login}@huachen.example")
        made.set_unusable_password()
        made.save()
        staff.by_name[name] = made
        return made

    def seat(who, where, position, starts, ends=None, manager=None):
        return Assignment.objects.create(person=who, unit=where, position=post[position], manager=manager, starts_on=starts, ends_on=ends)

    long_ago = today - timedelta(days=1300)
    zhou = person("zhou", "周衡", hired=long_ago)
    seat(zhou, company, "销售总监", long_ago)
    managers = {}
    for login, name, where, position in [("wang", "王敏", regions[0], "区域销售经理"), ("li", "李强", regions[1], "区域销售经理"),
                                         ("liuchang", "刘畅", regions[2], "区域销售经理"), ("shen", "沈毅", southern_jiangsu, "小组经理")]:
        managers[name] = person(login, name, hired=today - timedelta(days=900))
        gone = today - timedelta(days=14) if name == "刘畅" else None
        answers_to = managers["王敏"] if name == "沈毅" else zhou
        seat(managers[name], where, position, today - timedelta(days=900), gone, answers_to)
    managers["刘畅"].left_on, managers["刘畅"].is_active = today - timedelta(days=14), False
    managers["刘畅"].save(update_fields=["left_on", "is_active"])
    from pypinyin import lazy_pinyin
    for region, team, manager in [(regions[0], names.EAST, "王敏"), (regions[1], names.WEST, "李强"), (regions[2], names.SOUTH, "刘畅")]:
        for rank, name in enumerate(team):
            login = "chen" if name == "陈静" else "".join(lazy_pinyin(name))
            hired = today - timedelta(days=700 + 37 * rank)
            who = person(login, name, hired=hired)
            staff.region_of[who.pk] = region.name
            small_team = region is regions[0] and rank >= 6
            where, boss = (southern_jiangsu, managers["沈毅"]) if small_team else (region, managers[manager])
            if name == "陈静":
                promoted = today - timedelta(days=146)
                seat(who, where, "销售代表", hired, promoted - timedelta(days=1), boss)
                seat(who, where, "高级销售代表", promoted, None, boss)
            elif manager == "刘畅":
                seat(who, where, "销售代表", hired, today - timedelta(days=14), boss)
                seat(who, where, "销售代表", today - timedelta(days=13), None, zhou)
            else:
                seat(who, where, "销售代表", hired, None, boss)
    gu, xu = person("gu", "顾青", hired=long_ago), person("xu", "许宁", hired=long_ago)
    seat(gu, company, "提成核算", long_ago, None, zhou)
    seat(xu, company, "管理员", long_ago, None, zhou)
    return staff
