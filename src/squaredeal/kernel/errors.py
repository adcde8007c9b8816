"""The clear no: what is refused, why, and what to do next, in the user's language."""


class Refused(Exception):
    """The business says no and nothing has changed. The message is shown to the person as it is."""

    def __init__(self, message, *, field=None, clause=None):
        super().__init__(message)
        self.message = message
        self.field = field
        self.clause = clause


class OutOfReach(Refused):
    """The thing is not within the person's reach; doors answer 404, as if it were not there."""
