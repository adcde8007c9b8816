"""How a figure gives way to another: the old row stays, superseded. For the actions of this section."""
from django.utils import timezone
from django.utils.translation import gettext as _

from squaredeal.organisation.team.models import Person
from squaredeal.organisation.team.scope import FIRM, people_under

from . import policy, queries
from .models import OF, Kind


def replace(model, actor, before, **values):
    """The new row that stands for `before`, which is kept as superseded."""
    now = timezone.now()
    if before is not None:
        model.objects.filter(pk=before.pk).update(superseded_at=now)
    return model.objects.create(made_by=actor, made_at=now, **values)


def put_back(actor, kind, new, old):
    """Whether what `old` said (nothing without) is said again in place of `new`: not where that was replaced, nor in a settled month."""
    model = OF[Kind(kind)]
    row = model.objects.filter(pk=new, superseded_at__isnull=True).first()
    if row is None or queries.is_settled(FIRM, row.month):
        return False
    if kind == Kind.WAGE:
        policy.may_pay(actor)
    else:
        policy.may_score(actor, Person.objects.get(pk=row.person_id), below=row.person_id in people_under(actor))
    value = model.objects.get(pk=old).value if old else None
    replace(model, actor, row, person_id=row.person_id, name=row.name, month=row.month, value=value, note=_("taken back"))
    return True
