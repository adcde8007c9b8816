"""A life cycle as a table: step, from, to. Nothing else in the code may assign the state."""
from django.utils.translation import gettext as _

from .errors import Refused


class Flow:
    """`Flow("state", {"approve": ("submitted", "approved")})`; several sources are separated by spaces."""

    def __init__(self, field, steps):
        self.field = field
        self.steps = {name: (frozenset(source.split()), target) for name, (source, target) in steps.items()}

    def open_to(self, thing):
        """The steps this thing could take now, in table order, for buttons."""
        state = getattr(thing, self.field)
        return [name for name, (source, _target) in self.steps.items() if state in source]

    def move(self, thing, name):
        """Assign the target state of step `name`; Refused when the thing is not in a source state."""
        source, target = self.steps[name]
        state = getattr(thing, self.field)
        if state not in source:
            said = getattr(thing, f"get_{self.field}_display", lambda: state)()
            raise Refused(_("This is already “%(state)s”; reload the page to see what it allows now.") % {"state": said})
        setattr(thing, self.field, target)

    @property
    def states(self):
        return sorted({s for source, target in self.steps.values() for s in (*source, target)})
