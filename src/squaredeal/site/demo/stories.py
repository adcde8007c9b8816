"""The stories a director recognises, told through the same actions people use."""


def tell(staff, today, known, told):
    """Each story in turn."""
