"""Loading the demo company, part by part, with progress."""
import random as randomness
import time

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from squaredeal.kernel import calendar
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.targets.models import Target
from squaredeal.organisation.team.models import Person
from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.contracts.models import Contract, ContractLine, Instalment
from squaredeal.process.customers.models import Contact, Customer, GradeChange, Ownership
from squaredeal.process.followup.models import ComplianceWeek, FollowUp, Obligation
from squaredeal.process.followup.policy import Strategies
from squaredeal.process.negotiation.models import Card, Deal, Quote, QuoteLine
from squaredeal.site import bulk

from . import activity, customers, money, people, policy, stories

SEED = 20261125
TABLES = (Customer, Contact, Ownership, GradeChange, FollowUp, Obligation, ComplianceWeek, Target, Deal, Card, Quote, QuoteLine, Contract,
          ContractLine, Instalment, Receipt, Allocation)


def load(scale=1, progress=None, *, today=None, seed=SEED):
    """Fill an empty database with 华辰工业 at `scale`; `progress(label, done, total)` is called often. Returns {rows, seconds}.

    Refused when the database holds people already.
    """
    if Person.objects.exists():
        raise Refused(_("This database already has people. Load the demo company into a new database."))
    today = today or timezone.localdate()
    random = randomness.Random(f"{seed}")
    done, total, begun, part = 0, 75_000 * scale, time.perf_counter(), ""

    def told(rows):
        nonlocal done
        done += rows
        if progress:
            progress(part, min(done, total), total)

    with translation.override("zh-hans"):
        bulk.start()
        with transaction.atomic():
            calendar.seed(today.year - 2, today.year)
            staff = people.make(today)
            version = policy.publish(staff, today, scale)
            part = _("people and targets")
            sold = money.catalogue(today)
            monthly = money.targets(staff, today, scale)
            with bulk.unindexed(*TABLES):
                part = _("customers")
                known = customers.make(random, staff, today, scale, told)
                part = _("follow-ups")
                activity.make(random, staff, today, known, told, strategy=Strategies.on(today), version=version)
                part = _("deals to cash")
                money.make(random, staff, today, known, monthly, sold, version, scale, told)
                part = _("indexes")
                told(0)
        bulk.settle(*TABLES)
        loaded = time.perf_counter() - begun
        part = _("commission runs and stories")
        stories.tell(staff, today, known, told)
    if progress:
        progress(part, total, total)
    return {"rows": done, "seconds": round(loaded, 2), "all_seconds": round(time.perf_counter() - begun, 2)}
