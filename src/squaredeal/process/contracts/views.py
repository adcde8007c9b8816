"""The pages of contracts: the register, one contract as draft or in force, its papers, and the verbs on it."""
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from squaredeal.kernel import actions as kernel
from squaredeal.kernel import sheet
from squaredeal.kernel import span as spans
from squaredeal.kernel.errors import OutOfReach, Refused
from squaredeal.kernel.page import is_part, page
from squaredeal.organisation.team import queries as team

from . import actions, policy, queries
from .forms import EndForm, InstalmentSet, PaperForm, RegisterFilter, TermsForm
from .models import Contract

MOST_EXPORTED = 50_000


def _narrowed(request):
    """(rows without the state filter, what was said, span, scope)."""
    span, scope = spans.picked(request)
    said = RegisterFilter(request.GET).said()
    state, signed = said.pop("state"), spans.read(said.pop("signed"), None)
    return queries.narrowed(request.user, scope, signed=signed, **said), said | {"state": state, "signed": signed}, span, scope


def register(request):
    """The register: every contract in scope with its number, filters, order and pages."""
    rows, said, span, scope = _narrowed(request)
    states = queries.by_state(request.user, rows)
    shown = queries.ordered(request.user, rows.filter(state=said["state"]) if said["state"] else rows, request.GET.get("sort", ""))
    pages = Paginator(shown, 50)
    pages.count = states.get(said["state"], 0) if said["state"] else sum(states.values())
    found = pages.get_page(request.GET.get("page"))
    found.object_list = queries.with_collected(request.user, found.object_list)
    signed_count, signed_sum = queries.signed(request.user, scope, span.starts_on, span.ends_on)
    return page(request, "contracts/index.html", "contracts/_table.html", {
        "shown": found, "said": said, "span": span, "all": sum(states.values()),
        "chips": [(state, label, states.get(state, 0)) for state, label in Contract.State.choices],
        "signed_count": signed_count, "signed_sum": signed_sum, "reviewing": states.get("submitted", 0),
        "units": team.regions(request.user), "sells": request.user.role in policy.SELLERS, "rule": policy.Register})


def export(request):
    """The register as narrowed, as a sheet."""
    rows, said, _span, _scope = _narrowed(request)
    rows = queries.ordered(request.user, rows.filter(state=said["state"]) if said["state"] else rows, request.GET.get("sort", ""))
    found = queries.with_collected(request.user, rows[:MOST_EXPORTED])
    head = [_("Number"), _("Subject matter"), _("Customer"), _("Owner"), pgettext("person", "Signed by"), _("Signed on"), _("Amount, yuan"),
            _("Collected, yuan"), _("State"), _("In force from")]
    lines = [[c.number, c.title, c.customer.name, str(c.customer.owner or ""), str(c.signed_by), c.signed_on, c.amount, c.collected,
              c.get_state_display(), c.approved_on] for c in found]
    kernel.export(request.user, _("contracts") + f" × {len(lines)}")
    give = sheet.csv_file if request.GET.get("format") == "csv" else sheet.xlsx
    return give(_("contracts"), head, lines)


def new(request):
    """Which quote the contract is drafted from: it always has one."""
    return page(request, "contracts/new.html", "contracts/_new.html", {"quotes": queries.to_draft(request.user), "rule": policy.Source})


def draft(request, pk):
    """Draft from a quote and go to the draft; where there is one already, go there. A plain visit shows what would be drafted."""
    quote = queries.quote(request.user, pk)
    there = queries.drafted_from(request.user, quote)
    if there is not None:
        return HttpResponseRedirect(reverse("contracts:contract", args=[there.pk]), status=303)
    if request.method != "POST":
        return page(request, "contracts/new.html", "contracts/_new.html", {"quotes": [quote], "rule": policy.Source})
    made = actions.draft(request.user, quote)
    return HttpResponseRedirect(reverse("contracts:contract", args=[made.pk]), status=303)


def contract(request, pk):
    """One contract: a draft as its form, everything else as it is."""
    return _show(request, queries.contract(request.user, pk))


def _show(request, found, *, status=200, refusal=None, **forms):
    review = queries.reviews(request.user, found)
    editable = found.state in policy.EDITABLE and request.user.role in policy.SELLERS
    if editable:
        usual = queries.usual(request.user, found) if "terms" not in forms else None
        forms.setdefault("terms", TermsForm(initial={name: getattr(found, name) or getattr(usual, name, "") for name in TermsForm.base_fields}))
        forms["usual"] = usual
        forms.setdefault("parts", InstalmentSet(initial=[
            {"kind": x.kind, "due_on": x.due_on, "amount": x.amount, "share": _share(x, found)} for x in found.instalments.all()], prefix="part"))
    today = timezone.localdate()
    return page(request, "contracts/contract.html", "contracts/_contract.html", {
        "contract": found, "face": queries.face(request.user, found), "reviews": review, "open_review": next((r for r in review if r.state == "open"), None),
        "editable": editable, "files": request.user.role in policy.FILERS, "ends": _may_end(request.user, found), "today": today,
        "route": policy.route(found.amount, bool(found.special_terms), policy.Review.on(today)), "policy": policy, "gaps": policy.missing(found),
        "due": actions.DUE, "paper_form": PaperForm(), "end_form": EndForm(), "refusal": refusal, **forms}, status=status)


def _share(instalment, contract):
    """Percent of the contract, when it is a plain one."""
    if not contract.amount:
        return None
    share = instalment.amount * 100 / contract.amount
    return f"{share.normalize():f}" if share == round(share, 2) else None


def _may_end(viewer, found):
    try:
        policy.may_terminate(viewer, found)
    except Refused:
        return False
    return found.state == Contract.State.APPROVED


def _written(act):
    """The door of the draft's form: valid → act and back; else the page again with the text as typed."""
    @require_POST
    def door(request, pk):
        found = queries.contract(request.user, pk)
        terms, parts = TermsForm(request.POST), InstalmentSet(request.POST, prefix="part")
        if not (terms.is_valid() & parts.is_valid()):
            return _show(request, found, status=422, terms=terms, parts=parts)
        try:
            act(request.user, found, instalments=parts.parts(found.amount), **terms.cleaned_data)
        except OutOfReach:
            raise
        except Refused as refusal:
            if refusal.field in terms.fields:
                terms.add_error(refusal.field, refusal.message)
                refusal = None
            return _show(request, queries.contract(request.user, pk), status=422, terms=terms, parts=parts, refusal=refusal)
        return HttpResponseRedirect(reverse("contracts:contract", args=[pk]), status=303)
    return door


save, submit = _written(actions.revise), _written(actions.submit)


@require_POST
def file(request, pk):
    """File a paper: to a script only the box of papers comes back, so that terms typed beside it and not kept yet stay."""
    return _single(request, pk, "paper_form", PaperForm(request.POST, request.FILES), actions.file, part="contracts/_papers.html")


@require_POST
def terminate(request, pk):
    """End a contract in force."""
    return _single(request, pk, "end_form", EndForm(request.POST), actions.terminate)


def _single(request, pk, name, form, act, part=""):
    found, part = queries.contract(request.user, pk), part if is_part(request) else ""
    if form.is_valid():
        try:
            act(request.user, found, **form.cleaned_data)
            if part:
                return render(request, part, {"contract": queries.contract(request.user, pk), name: type(form)(), "files": True, "policy": policy})
            return HttpResponseRedirect(reverse("contracts:contract", args=[pk]), status=303)
        except OutOfReach:
            raise
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    if part:
        return render(request, part, {"contract": found, name: form, "files": True, "policy": policy}, status=422)
    return _show(request, queries.contract(request.user, pk), status=422, **{name: form})


def attachment(request, pk):
    """A paper as a download, never opened in our own address."""
    found = queries.paper(request.user, pk)
    try:
        response = FileResponse(found.file.open("rb"), content_type="application/octet-stream")
    except FileNotFoundError:
        raise OutOfReach(_("The file of “%(name)s” is not on the server. Ask the administrator to restore it from a backup.") % {"name": found.name}) from None
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def paper_part(request, pk):
    """Lines, instalments and terms as a part, for the page on which the reviewer decides."""
    found = queries.contract(request.user, pk)
    return render(request, "contracts/_paper.html", {"contract": found, "face": queries.face(request.user, found), "policy": policy})
