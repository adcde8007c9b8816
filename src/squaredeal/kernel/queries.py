"""What can be asked of notices: one's own, newest first, and how many are unread."""
from .models import Notice


def notices(viewer):
    """The viewer's notices, newest first."""
    return Notice.objects.filter(to=viewer)


def unread(viewer):
    """How many of them were not opened yet: the number on the bell."""
    return notices(viewer).filter(read_at=None).count()


def notice(viewer, pk):
    """One of the viewer's own, or None."""
    return notices(viewer).filter(pk=pk).first()
