"""A column of facts made of several, by name: per: [customer, product] counts apart for each pair of what they hold."""
TOGETHER = " + "
"""Between the names of the columns."""


def parts(name):
    """The columns a column is made of; none where it is one of the table's own."""
    return name.split(TOGETHER) if TOGETHER in name else []
