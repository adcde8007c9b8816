"""Addresses by name: what `reverse` answers, worked out once for each name and not again for each row."""
from django.conf import settings
from django.urls import get_script_prefix, reverse

_PLACES = (98_765_432_101, 98_765_432_102, 98_765_432_103)
"""Keys that no row has; where they come to stand in an address, others can be put."""
_known: dict[tuple, str | None] = {}


def address(name, *keys):
    """The address of a view by name and the keys it is asked for, as `reverse(name, args=keys)`."""
    for key in keys:
        if type(key) is not int or key < 0:
            return reverse(name, args=keys)
    shape = (name, len(keys), get_script_prefix(), settings.ROOT_URLCONF)
    try:
        form = _known[shape]
    except KeyError:
        form = _known[shape] = _form(name, len(keys))
    return reverse(name, args=keys) if form is None else form % keys


def _form(name, count):
    """The address with %d where its keys stand; None when it cannot be said so."""
    if count > len(_PLACES):
        return None
    found = reverse(name, args=_PLACES[:count]).replace("%", "%%")
    for place in _PLACES[:count]:
        if found.count(str(place)) != 1:
            return None
        found = found.replace(str(place), "%d")
    return found
