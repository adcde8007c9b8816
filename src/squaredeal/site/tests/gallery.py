"""Addresses of a page that holds every part of the frame, for the browser tests alone: `settings.ROOT_URLCONF = gallery.__name__`."""
import json

from django.http import HttpResponse, HttpResponseForbidden
from django.template import engines
from django.urls import include, path

PAGE = """{% extends "site/shell.html" %}
{% block title %}Gallery{% endblock %}
{% block pickers %}{% include "site/_period.html" %}{% include "site/_scope.html" %}{% endblock %}
{% block phone_pickers %}{% include "site/_period.html" %}{% include "site/_scope.html" %}{% endblock %}
{% block say %}<h1 class="sd-say">Gallery</h1>{% endblock %}
{% block actions %}<a class="btn btn-primary" data-key="n" href="?made=new">New</a>{% endblock %}
{% block main %}
<form class="sd-filter"><input type="search" class="form-control" name="q" aria-label="find"></form>
<div id="table"><div class="sd-tablewrap"><table class="sd-table listy"><thead><tr><th class="check"></th>{% th "name" "Name" %}<th class="r">Amount</th></tr></thead>
<tbody>{% for name in names %}<tr><td class="check"><input type="checkbox" class="form-check-input" aria-label="{{ name }}"></td><td class="q1"><a class="name" href="?opened={{ name }}">{{ name }}</a></td><td class="q2 r">{% wan 480000 "?rows=1" %}</td></tr>{% endfor %}</tbody></table></div></div>
<p><a data-drawer href="/drawer/">Why</a> <button class="btn" data-key="a" hx-post="/done/" hx-swap="none">Approve</button>
<button class="btn" id="closed" hx-get="/closed/" hx-target="#part">Closed</button></p><div id="part"></div>
<form id="form" hx-post="/form/" hx-target="this" hx-swap="outerHTML"><input name="a" value="kept"><button class="btn">Send</button></form>
<div class="sd-chart" data-chart="bars" data-from="bars" role="img" aria-label="bars"></div>{{ bars|json_script:"bars" }}
<div class="sd-chart" data-chart="pace" data-from="pace" role="img" aria-label="pace"></div>{{ pace|json_script:"pace" }}
{% endblock %}"""
DRAWER = """<div class="sd-drawer"><header><h2 class="sd-title">Because</h2><button class="sd-iconbtn" data-do="close" aria-label="close">{% icon "x" %}</button></header><div class="b">fact</div></div>"""
FORM = """<form id="form" hx-post="/form/" hx-target="this" hx-swap="outerHTML"><input name="a" value="{{ request.POST.a }}" class="form-control is-invalid" aria-invalid="true" aria-describedby="a-error"><div class="invalid-feedback" id="a-error">At most 5</div></form>"""
UNDONE = []


def show(request, template, status=200, **given):
    return HttpResponse(engines["django"].from_string(template).render(given, request), status=status)


def page(request):
    names = ["甲", "乙", "丙"]
    pace = {"x": ["10/1", "10/2", "10/3"], "today": 1, "series": [{"role": "last", "name": "last year", "label": "last 3", "data": [1, 2, 3]},
            {"role": "target", "name": "target", "label": "target 5", "data": [1, 3, 5]}, {"role": "commit", "name": "commit", "label": "commit 4", "data": [None, 2, 4]},
            {"role": "done", "name": "done", "data": [1, 2]}], "now": {"label": "now 2", "value": 2}, "gap": {"label": "gap 1", "from": 4, "to": 5}}
    return show(request, PAGE, names=reversed(names) if request.GET.get("sort") == "-name" else names, pace=pace,
                bars={"x": ["East", "West"], "series": [{"name": "signed", "data": [2, 1]}, {"name": "collected", "data": [1, 1], "jade": True}]})


def done(request):
    return HttpResponse(headers={"HX-Trigger": json.dumps({"undo": {"text": "已批准", "url": "/undo/"}})})


def undo(request):
    UNDONE.append(request.method)
    if len(UNDONE) > 1:
        return HttpResponse("<p>It was changed since.</p>", status=422)
    return HttpResponse(status=204)


urlpatterns = [
    path("gallery/", page),
    path("drawer/", lambda request: show(request, DRAWER)),
    path("form/", lambda request: show(request, FORM, status=422)),
    path("done/", done),
    path("undo/", undo),
    path("closed/", lambda request: HttpResponseForbidden()),
    path("", include("squaredeal.site.urls")),
]
