"""What can be asked of plans: the versions a viewer may read, one of them, the one in force on a day, and drafts that wait."""
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from squaredeal.kernel.memory import lasting
from squaredeal.organisation.team.models import Role

from . import policy, reading
from .models import PlanVersion

PUBLISHED = PlanVersion.State.PUBLISHED


def versions(viewer):
    """Versions the viewer may read, newest first: what is published for all who earn, drafts for those who draft."""
    return PlanVersion.objects.seen_by(viewer).select_related("made_by", "published_by").order_by("-starts_on", "name", "-version")


def plan(viewer, pk):
    """One version the viewer may read, or None."""
    return versions(viewer).filter(pk=pk).first()


def in_force(viewer, day):
    """The published version people are paid by on `day`: the latest that has begun and not ended, or None."""
    return (PlanVersion.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), state=PUBLISHED, starts_on__lte=day)
            .order_by("-starts_on", "-pk").first())


def pays_on_top(viewer, day):
    """Whether a share on top (overlay) earns by the plan in force on `day`; where none is in force, it may yet."""
    plan = in_force(viewer, day)
    return plan is None or any("overlay" in c.credit for c in reading.loaded(plan.text).components if isinstance(c.credit, list))


def starting_on(viewer, day):
    """The published version that begins on `day`, or None."""
    return PlanVersion.objects.filter(state=PUBLISHED, starts_on=day).first()


def starts(viewer):
    """Published versions, oldest first: from which day each applies."""
    return list(PlanVersion.objects.filter(state=PUBLISHED).order_by("starts_on", "pk"))


def needs(viewer):
    """For the director: drafts somebody else has written, to be published or left."""
    if viewer.role != Role.DIRECTOR:
        return []
    waiting = [draft for draft in _drafts() if draft.made_by_id != viewer.pk][:5]
    return [{"clause": policy.Principle.number, "due": None, "late": False, "weight": 3,
             "title": _("%(person)s wrote %(plan)s; nobody is paid by it yet") % {"person": draft.made_by, "plan": draft}, "text": draft.note,
             "url": reverse("plans:plan", args=[draft.pk]), "verbs": []} for draft in waiting]


def _drafts():
    """Versions nobody is paid by yet, without their text; read once until a version changes."""
    def read():
        return list(PlanVersion.objects.filter(state=PlanVersion.State.DRAFT).select_related("made_by").defer("text").order_by("pk"))
    return lasting("plans.drafts", read)


def next_version(viewer, name):
    """The number the next version of the plan called `name` will have."""
    return (PlanVersion.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0) + 1
