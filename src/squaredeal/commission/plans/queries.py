"""What can be asked of plans: the versions a viewer may read, one of them, and the one in force on a day."""
from django.db.models import Max, Q

from . import reading
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


def next_version(viewer, name):
    """The number the next version of the plan called `name` will have."""
    return (PlanVersion.objects.filter(name=name).aggregate(last=Max("version"))["last"] or 0) + 1
