"""二.2 客户跟进: what each grade asks of the owner, when a contact counts, how lateness climbs, what is excused."""
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import Field, model_validator

from squaredeal.kernel.clause import MONITORED, Clause
from squaredeal.kernel.flow import Flow
from squaredeal.process.customers.models import ContactKind, Grade


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


class Clock(NamedTuple):
    """Where one running obligation stands: since when, until when, and the first due day of a streak of misses (None: not late)."""
    opened_on: date
    due_on: date
    late_since: date | None = None


def start(duty, on):
    return Clock(on, on + timedelta(days=duty.every))


def after_contact(duty, apart, clock, day):
    """(kept, clock of what runs next or None) when an effective contact of a fitting kind happened on `day`.

    A late one is made up, not kept: the miss stays on record and the clock starts again. A contact too soon after the last counted
    one only moves the due day. What is owed once ends.
    """
    if duty.once:
        return True, None
    due_on = max(clock.due_on, day + timedelta(days=duty.every))
    if clock.late_since:
        return False, Clock(max(clock.opened_on, day), due_on)
    if (day - clock.opened_on).days < max(apart, 1):
        return False, Clock(clock.opened_on, due_on)
    return True, start(duty, day)


def after_due(duty, clock, *, excused):
    """The clock that runs on when the due day passed without a contact. An excused gap ends a streak of misses."""
    return Clock(clock.due_on, clock.due_on + timedelta(days=duty.every), None if excused else clock.late_since or clock.due_on)


class Replayed(NamedTuple):
    """One obligation as `replay` finds it; the fields of the Obligation row of the same names."""
    kind: str
    opened_on: date
    due_on: date
    state: str
    settled_on: date | None
    late_since: date | None


def replay(strategy, grade, opened_on, contact_days, until, excuses=()):
    """[Replayed(kind, opened_on, due_on, state, settled_on, late_since)]: what recording these contacts, with the clock ticking daily,
    leaves on `until`; per kind in order of due day, the last one open.

    strategy: `Strategies.on(day)`. contact_days: effective contacts, each `(date, kind)`, or a plain date which counts for any kind; days
    outside opened_on…until are ignored, save that what is owed once is not owed again when it was done before. excuses: [(starts_on, ends_on)] inclusive. States are "met" (settled_on = day of the contact),
    "missed" and "excused" (settled_on = the day after due), "open" (settled_on None; late_since set while a streak of misses lasts).
    """
    contacts = sorted((c if isinstance(c, tuple) else (c, None) for c in contact_days), key=lambda c: c[0])
    found = []
    for duty in strategy.duties(grade):
        if duty.once and any(day < opened_on and kind in duty.met_by for day, kind in contacts):
            continue
        days = [day for day, kind in contacts if opened_on <= day <= until and (kind is None or kind in duty.met_by)]
        found += _walk(duty, strategy.apart(duty), opened_on, days, until, excuses)
    return found


def _walk(duty, apart, opened_on, days, until, excuses):
    clock = start(duty, opened_on)
    for day in [*days, None]:
        while clock.due_on < (day or until):
            excused = any(first <= clock.due_on <= last for first, last in excuses)
            yield Replayed(duty.kind, clock.opened_on, clock.due_on, "excused" if excused else "missed", clock.due_on + timedelta(days=1),
                           clock.late_since)
            clock = after_due(duty, clock, excused=excused)
        if day is None:
            yield Replayed(duty.kind, clock.opened_on, clock.due_on, "open", None, clock.late_since)
            return
        kept, onward = after_contact(duty, apart, clock, day)
        if kept:
            yield Replayed(duty.kind, clock.opened_on, clock.due_on, "met", day, clock.late_since)
        if onward is None:
            return
        clock = onward
