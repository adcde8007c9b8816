"""二.2 客户跟进: what each grade asks of the owner, what comes next, how lateness climbs, what is excused, and who may do what."""
from datetime import timedelta
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field, model_validator

from squaredeal.kernel.clause import MONITORED, Clause
from squaredeal.kernel.errors import Refused
from squaredeal.kernel.flow import Flow
from squaredeal.organisation.team.models import Role
from squaredeal.organisation.team.scope import stands_for
from squaredeal.process.customers.models import ContactKind, Grade
from squaredeal.process.customers.policy import sells

from . import running


class GradeA(Clause):
    """二.2 A 级 · close contact, regular visits, a tailored proposal."""
    number = "2.2.1"
    title = {"zh": "A 级", "en": "Grade A"}
    sentence = {
        "zh": "A 级客户至少每 {contact} 天联系一次，每 {visit} 天拜访一次，问清决策走到哪一步；升为 A 级 {proposal} 天内、报价之前，"
              "交一份定制方案。",
        "en": "A customers are contacted at least every {contact} days and visited every {visit} days to learn how far their decision has "
              "come; a tailored proposal is handed over within {proposal} days of the grade and before a quote."}
    contact: int = Field(7, ge=1, le=60)
    visit: int = Field(30, ge=1, le=180)
    proposal: int = Field(14, ge=1, le=90)


class GradeB(Clause):
    """二.2 B 级 · telephone and mail, invitations to trials and events."""
    number = "2.2.2"
    title = {"zh": "B 级", "en": "Grade B"}
    sentence = {
        "zh": "B 级客户每 {contact} 天电话或邮件一次，讲新功能和长处；每 {invite} 天请一次试用或活动。",
        "en": "B customers get a call or a mail every {contact} days about new features and advantages, and an invitation to a trial or an "
              "event every {invite} days."}
    contact: int = Field(15, ge=1, le=90)
    invite: int = Field(90, ge=7, le=365)


class GradeC(Clause):
    """二.2 C 级 · keep their attention, wait for change."""
    number = "2.2.3"
    title = {"zh": "C 级", "en": "Grade C"}
    sentence = {
        "zh": "C 级客户每 {content} 天送一次行业资讯或使用窍门，留住关注，等变化。",
        "en": "C customers get industry news or a useful tip every {content} days, which keeps their attention until things change."}
    content: int = Field(30, ge=1, le=180)


class Grading(Clause):
    """二.2 分级 · what the grades mean."""
    number = "2.2.4"
    title = {"zh": "分级", "en": "Grading"}
    sentence = {
        "zh": "按兴趣和购买意向分级：{a} 天内可能成交的为 A，{b} 天内的为 B，其余为 C。本人定级，写明理由；定得准不准，事后对照成交看。",
        "en": "Customers are graded by interest and intention: likely to buy within {a} days is A, within {b} days is B, the rest C. The owner "
              "grades and gives a reason; afterwards the grades are held against what was sold."}
    mode = MONITORED
    a: int = Field(30, ge=1, le=180)
    b: int = Field(90, ge=1, le=365)

    @model_validator(mode="after")
    def _a_is_sooner(self):
        if self.a >= self.b:
            raise ValueError(_("A is sooner than B: give A fewer days."))
        return self


class Recording(Clause):
    """二.2 跟进记录 · the same day, with a next step."""
    number = "2.2.5"
    title = {"zh": "跟进记录", "en": "Follow-up record"}
    sentence = {
        "zh": "每次联系当天记录，最迟 {days} 天内补上；写明内容和下一步，没有下一步的不能保存。没联系上的不算，{retry} 天后再试；"
              "隔不到一半间隔（{apart}%）的几次联系，只算一次。",
        "en": "Each contact is recorded the same day, at the latest {days} days after, with what was said and the next step; without a next "
              "step it is not saved. Nobody reached does not count and is tried again after {retry} days; contacts closer together than "
              "{apart} % of the interval count once."}
    percent = frozenset({"apart"})
    days: int = Field(3, ge=0, le=30)
    retry: int = Field(1, ge=1, le=14)
    apart: int = Field(50, ge=0, le=90)


class Excused(Clause):
    """二.2 免责 · gaps that do not count."""
    number = "2.2.6"
    title = {"zh": "免责", "en": "Excuses"}
    sentence = {
        "zh": "本人休假、客户要求勿扰的，经理同意后，期内到期的不计漏跟，一次最长 {days} 天；谁也不批自己的。",
        "en": "When the owner is on leave or the customer asks for quiet, and the manager agrees, what falls due in that time does not count as "
              "missed, for at most {days} days at once; nobody excuses themselves."}
    days: int = Field(30, ge=1, le=180)


class Ladder(Clause):
    """二.2 逾期阶梯 · how lateness climbs."""
    number = "2.2.7"
    title = {"zh": "逾期阶梯", "en": "Lateness"}
    sentence = {
        "zh": "晚 {remind} 天提醒本人，晚 {copy_to} 天抄送经理，晚 {risk} 天列高风险；区里没有经理的，抄送总监。",
        "en": "{remind} day(s) late reminds the owner, {copy_to} copies the manager, {risk} marks high risk; where a region has no manager "
              "the director is copied."}
    remind: int = Field(1, ge=1, le=30)
    copy_to: int = Field(3, ge=1, le=60)
    risk: int = Field(7, ge=1, le=90)

    @model_validator(mode="after")
    def _climbs(self):
        if not self.remind < self.copy_to < self.risk:
            raise ValueError(_("The steps climb: reminder, copy, high risk, each later than the one before."))
        return self


class Result(TextChoices):
    """How a contact went. Nobody reached does not count."""
    MOVED = "moved", gettext_lazy("Moved on")
    SAME = "same", gettext_lazy("No change")
    OBJECTION = "objection", gettext_lazy("Objection")
    UNREACHED = "unreached", gettext_lazy("Not reached")


BY_GRADE: dict[str, type[Clause]] = {Grade.A: GradeA, Grade.B: GradeB, Grade.C: GradeC}
ANY = frozenset({ContactKind.CALL, ContactKind.VISIT, ContactKind.MESSAGE, ContactKind.MAIL, ContactKind.PROPOSAL, ContactKind.TRIAL})
EXCUSE = Flow("state", {"grant": ("asked", "granted"), "decline": ("asked", "declined")})


class Duty(NamedTuple):
    """One thing a grade asks: `kind` every `every` days, kept by a contact of `met_by`; `once` when it is owed a single time."""
    kind: str
    every: int
    met_by: frozenset
    once: bool = False

    @property
    def text(self):
        """每 7 天联系一次: as it is printed in the box of the customer."""
        said = {
            ContactKind.CALL: ngettext("Contact every day", "Contact every %(n)s days", self.every),
            ContactKind.VISIT: ngettext("Visit every day", "Visit every %(n)s days", self.every),
            ContactKind.PROPOSAL: _("Hand over a tailored proposal"),
            ContactKind.TRIAL: ngettext("Invite to a trial or event every day", "Invite to a trial or event every %(n)s days", self.every),
            ContactKind.MAIL: ngettext("Send news every day", "Send news every %(n)s days", self.every)}
        return said[ContactKind(self.kind)] % {"n": self.every}


class Strategies(NamedTuple):
    """The clauses of one day that together make obligations."""
    a: GradeA
    b: GradeB
    c: GradeC
    recording: Recording

    @classmethod
    def on(cls, day):
        return cls(GradeA.on(day), GradeB.on(day), GradeC.on(day), Recording.on(day))

    def duties(self, grade):
        """[Duty] of a grade, the most frequent first."""
        return {
            Grade.A: lambda: [Duty(ContactKind.CALL.value, self.a.contact, ANY), Duty(ContactKind.VISIT.value, self.a.visit, frozenset({ContactKind.VISIT})),
                              Duty(ContactKind.PROPOSAL.value, self.a.proposal, frozenset({ContactKind.PROPOSAL}), once=True)],
            Grade.B: lambda: [Duty(ContactKind.CALL.value, self.b.contact, ANY), Duty(ContactKind.TRIAL.value, self.b.invite, frozenset({ContactKind.TRIAL}))],
            Grade.C: lambda: [Duty(ContactKind.MAIL.value, self.c.content, ANY)],
        }[Grade(grade)]()

    def apart(self, duty):
        """Days that must lie between two contacts for both to count."""
        return duty.every * self.recording.apart // 100


def clause_for(grade):
    """The number of the clause that asks a grade's obligations: "A" → "2.2.1"."""
    return BY_GRADE[grade].number


replay = running.replay


class NextStep(NamedTuple):
    """What the strategy proposes after a contact."""
    kind: str
    on: object
    text: str
    clause: str
    every: int


def next_step(strategy, grade, kind, result, on):
    """The next step the grade's clause proposes after a contact of `kind` on `on` that went as `result`; the person may change it.

    Nobody reached: the same again after the days of 2.2.5. An objection is answered in half the interval. Otherwise the grade's
    interval, an A customer by visit and telephone in turn.
    """
    contact = strategy.duties(grade)[0]
    if result == Result.UNREACHED:
        return NextStep(kind, on + timedelta(days=strategy.recording.retry), str(STEPS[ContactKind(kind)]), Recording.number, strategy.recording.retry)
    if result == Result.OBJECTION:
        days = max(1, contact.every // 2)
        return NextStep(ContactKind.CALL.value, on + timedelta(days=days), _("Answer the objection"), clause_for(grade), contact.every)
    onward = contact.kind
    if grade == Grade.A and kind != ContactKind.VISIT:
        onward = ContactKind.VISIT.value
    return NextStep(onward, on + timedelta(days=contact.every), str(STEPS[ContactKind(onward)]), clause_for(grade), contact.every)


STEPS = {
    ContactKind.CALL: gettext_lazy("Call and ask how it stands"), ContactKind.VISIT: gettext_lazy("Visit and ask how far the decision is"),
    ContactKind.MESSAGE: gettext_lazy("Send a message"), ContactKind.MAIL: gettext_lazy("Send news of the trade"),
    ContactKind.PROPOSAL: gettext_lazy("Hand over the tailored proposal"), ContactKind.TRIAL: gettext_lazy("Invite to the trial or event"),
    ContactKind.OTHER: gettext_lazy("Get back to them")}


def rung(ladder, days):
    """How many steps of the ladder lateness of `days` has reached: 0 none, 1 reminded, 2 copied, 3 high risk."""
    return (days >= ladder.remind) + (days >= ladder.copy_to) + (days >= ladder.risk)


def compliance(due, met, excused):
    """met ÷ (due − excused) as a whole percentage, or None when nothing was asked."""
    asked = due - excused
    return (200 * met + asked) // (2 * asked) if asked > 0 else None


def may_record(actor, customer, *, contact=None, **given):
    """Whoever reaches the customer records, save finance, who read only; the contact belongs to the customer."""
    if not sells(actor):
        raise Refused(_("Finance reads customers but records no follow-ups. Ask the owner."), clause=Recording.number)
    if contact is not None and contact.customer_id != customer.pk:
        raise Refused(_("%(contact)s is not a contact of %(customer)s. Choose one of theirs.") % {"contact": contact, "customer": customer},
                      field="contact", clause=Recording.number)


def check_record(rule, today, on, *, body, next_kind, next_on, next_text):
    """二.2.5: on time, with what was said and with a next step; Refused names the field."""
    if on > today:
        raise Refused(_("A contact on %(day)s has not happened yet. Choose today or earlier.") % {"day": on}, field="on", clause=Recording.number)
    if (today - on).days > rule.days:
        raise Refused(_("A contact is recorded at most %(days)s days after; %(day)s is too long ago. Record the contact you have next.")
                      % {"days": rule.days, "day": on}, field="on", clause=Recording.number)
    if not body.strip():
        raise Refused(_("Nothing is written about what was said. Write one sentence."), field="body", clause=Recording.number)
    if not next_kind or not next_text.strip():
        raise Refused(_("A follow-up without a next step is not saved. Say what comes next."), field="next_text", clause=Recording.number)
    check_next_on(today, next_on)


def check_next_on(today, on):
    if on is None:
        raise Refused(_("A follow-up without a next step is not saved. Say when."), field="next_on", clause=Recording.number)
    if on < today:
        raise Refused(_("The next step lies in the past. Choose today or later."), field="next_on", clause=Recording.number)
    if on > today + timedelta(days=366):
        raise Refused(_("The next step is more than a year away. Choose a nearer day."), field="next_on", clause=Recording.number)


def may_ask_leave(actor, person, **given):
    if actor != person:
        raise Refused(_("Everybody asks for their own leave. %(person)s has to ask.") % {"person": person}, clause=Excused.number)


def may_ask_quiet(actor, customer, **given):
    if customer.owner_id != actor.pk:
        raise Refused(_("Only the owner asks for quiet for a customer. Tell %(person)s.") % {"person": customer.owner or "—"}, clause=Excused.number)


def check_excuse(rule, today, starts_on, ends_on, reason):
    """二.2.6: a reason, an order of days, not longer and not further back than the clause allows."""
    if not reason.strip():
        raise Refused(_("An excuse needs a reason. Write one sentence."), field="reason", clause=Excused.number)
    if ends_on < starts_on:
        raise Refused(_("The last day lies before the first. Exchange them."), field="ends_on", clause=Excused.number)
    days = (ends_on - starts_on).days + 1
    if days > rule.days:
        raise Refused(_("An excuse lasts at most %(limit)s days; this is %(days)s. Shorten it.") % {"limit": rule.days, "days": days},
                      field="ends_on", clause=Excused.number)
    if (today - starts_on).days > rule.days:
        raise Refused(_("An excuse reaches back at most %(limit)s days. Choose a later first day.") % {"limit": rule.days},
                      field="starts_on", clause=Excused.number)


def may_decide_excuse(actor, excuse, **given):
    """A manager of the person, or the director; never who asked."""
    if actor.pk == excuse.person_id:
        raise Refused(_("Nobody excuses themselves. It waits for your superior."), clause=Excused.number)
    if not {eyes.role for eyes in stands_for(actor) if eyes.pk != excuse.person_id} & {Role.MANAGER, Role.DIRECTOR}:
        raise Refused(_("Excuses are decided by the manager or the director."), clause=Excused.number)


def may_talk(actor, person, **given):
    """A superior asks one of their people to talk."""
    if actor.pk == person.pk or not {eyes.role for eyes in stands_for(actor)} & {Role.MANAGER, Role.DIRECTOR}:
        raise Refused(_("Only a superior calls somebody in about missed follow-ups."), clause=Ladder.number)
