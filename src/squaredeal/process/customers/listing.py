"""The list of customers: conditions, order, pages, and the counts beside it. Everything that is shown can be read from the address."""
from datetime import timedelta
from functools import reduce

from django.core.paginator import Paginator
from django.db.models import Count, F, IntegerField, Q, Value
from django.utils import timezone

from squaredeal.kernel.rows import among
from squaredeal.organisation.team import queries as team
from squaredeal.organisation.team.models import Role, active_on
from squaredeal.organisation.team.scope import FIRM, people_under

from . import search, sums
from .models import NO_STEP, NOBODYS, Customer

SORTS = {
    "next": (F("due_on").asc(), F("pk").asc()), "-next": (F("due_on").desc(), F("pk").desc()),
    "name": (F("name").asc(), F("pk").asc()), "-name": (F("name").desc(), F("pk").desc()),
    "grade": (F("grade").asc(), F("name").asc()), "-grade": (F("grade").desc(), F("name").desc()),
    "last": (F("last_contact_on").asc(nulls_first=True), F("pk").asc()), "-last": (F("last_contact_on").desc(nulls_last=True), F("pk").desc()),
    "made": (F("pk").asc(),), "-made": (F("pk").desc(),),
}
MONEY = ("deal", "cash", "overdue")
"""What later chapters register in `sums`: "-cash" is who paid most first."""
SIZES = (25, 50, 100)
VIEWS = ("late", "none", "pool", "shared")


def within(viewer, scope):
    """The viewer's customers in a scope: "me" own ones (for a rep also of those they deputise for), "team", "firm".

    The first two are said by owner alone, which is the first term of reach, so that one index answers them.
    """
    if scope == "firm":
        return Customer.objects.seen_by(viewer)
    eyes = _eyes(viewer, scope)
    return Customer.objects.filter(owner=next(iter(eyes))) if len(eyes) == 1 else Customer.objects.filter(owner__in=eyes)


def _eyes(viewer, scope):
    """Ids of those whose customers "me" and "team" are."""
    return people_under(viewer) if scope == "team" or viewer.role == Role.REP else people_under(viewer) & {viewer.pk}


def shared(viewer):
    """Customers of others the viewer works on today."""
    today = timezone.localdate()
    return Customer.objects.filter(active_on(today, "collaborations__"), collaborations__person=viewer).exclude(owner=viewer)


def narrowed(viewer, scope, asked):
    """The customers of a scope that meet the conditions of `asked` (cleaned values of forms.Filter), text apart."""
    today = timezone.localdate()
    rows = shared(viewer) if asked.get("view") == "shared" else within(viewer, scope)
    standing = {"late": {"due_on__gt": NO_STEP, "due_on__lt": today}, "none": {"due_on": NO_STEP}, "pool": {"due_on": NOBODYS}}.get(asked.get("view"))
    rows = rows.filter(**standing) if standing else rows
    for field, key in (("grade__in", "grade"), ("value_grade__in", "value"), ("channel__in", "channel"), ("owner__in", "owner")):
        if asked.get(key):
            rows = rows.filter(**{field: asked[key]})
    if asked.get("unit"):
        rows = rows.filter(owner__in=[a.person_id for a in team.people(viewer) if any(f"/{u}/" in a.unit.path for u in asked["unit"])])
    if asked.get("silent"):
        rows = rows.filter(Q(last_contact_on__lt=today - timedelta(days=asked["silent"])) | Q(last_contact_on__isnull=True))
    return rows


class Counted(Paginator):
    """A paginator that is told its count, because it was counted more cheaply elsewhere."""

    def __init__(self, rows, per_page, count):
        super().__init__(rows, per_page)
        self.count = count


def matching(viewer, scope, asked, counted=None):
    """(customers in order with their owners, how many, Found or None) for the conditions of `asked`, text and sort too.

    `counted` is what `counts` answered: without further conditions the number comes from there.
    """
    rows, found = _met(viewer, scope, asked)
    if found is not None:
        count = len(found.pks)
    elif counted is not None and not set(asked) - {"view", "sort", "size"}:
        count = counted[asked.get("view") or "all"]
    else:
        count = rows.count()
    order = asked.get("sort") or "next"
    rows = rows.select_related("owner").order_by(*SORTS.get(order, SORTS["next"]))
    if order.lstrip("-") in sums.KINDS:
        return sums.Ranked(_money(viewer, scope, asked, rows), rows, order.lstrip("-"), down=order.startswith("-")), count, found
    return rows, count, found


def _met(viewer, scope, asked):
    """(customers that meet the conditions, text too; Found or None)."""
    rows = narrowed(viewer, scope, asked)
    found = search.find(rows, asked.get("q") or "")
    return (rows if found is None else Customer.objects.filter(pk__in=among(found.pks))), found


def page(viewer, scope, asked, number=1, counted=None):
    """(Page of customers, Found or None): `matching`, `asked["size"]` to a page."""
    rows, count, found = matching(viewer, scope, asked, counted)
    return Counted(rows.defer("needs"), asked.get("size") or SIZES[0], count).get_page(number), found


def counts(viewer, scope, extra=()):
    """{"all", "late", "none", "pool", "shared", index of each of `extra`: how many}, in one query. `extra` are conditions like `asked`."""
    wanted = {"all": {}, **{name: {"view": name} for name in VIEWS}, **dict(enumerate(extra))}
    parts = [narrowed(viewer, scope, asked).order_by().annotate(which=Value(place, IntegerField())).values("which").annotate(n=Count("*"))
             .values_list("which", "n") for place, asked in enumerate(wanted.values())]
    found = dict(reduce(lambda one, other: one.union(other, all=True), parts))
    return {name: found.get(place, 0) for place, name in enumerate(wanted)}


def total(viewer, scope, asked):
    """{"late", "none": how many, "deal", "cash", "overdue": yuan} over all that meets the conditions, however many pages that is."""
    rows, _found = _met(viewer, scope, asked)
    return {"late": rows.filter(due_on__gt=NO_STEP, due_on__lt=timezone.localdate()).count(), "none": rows.filter(due_on=NO_STEP).count(),
            **sums.totals(_money(viewer, scope, asked, rows))}


def _money(viewer, scope, asked, rows):
    """The sums.Reach of what the list holds: without conditions by reach or by owner alone, as `within` says it, else customer by customer."""
    if set(asked) - {"sort", "size"}:
        return sums.Reach(viewer, lambda way: Q(**{f"{way}__in": rows.order_by().values("pk")}))
    if scope == "firm":
        return sums.Reach(viewer, lambda way: Q())
    return sums.Reach(FIRM, lambda way: Q(**{f"{way}__owner__in": _eyes(viewer, scope)}))


def chosen(viewer, scope, asked, pks=(), most=2000):
    """Ids picked on the page that are within reach, or, without `pks`, all that meet the conditions (at most `most`)."""
    rows = narrowed(viewer, scope, asked)
    if pks:
        return list(Customer.objects.seen_by(viewer).filter(pk__in=pks).values_list("pk", flat=True))
    found = search.find(rows, asked.get("q") or "")
    return found.pks if found is not None else list(rows.order_by("due_on", "pk").values_list("pk", flat=True)[:most])
