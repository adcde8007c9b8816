"""Where the points of the rounds chart lie: an SVG drawn by the server, so that it needs no script and says nothing a viewer may not know."""
from dataclasses import dataclass, field
from decimal import Decimal

WIDTH, HEIGHT = 300, 268
LEFT, RIGHT, TOP, BOTTOM = 24, 86, 26, 34


@dataclass
class Point:
    x: float
    y: float
    value: Decimal
    last: bool = False

    @property
    def side(self):
        return self.x + 10

    @property
    def above(self):
        return self.y - 10

    @property
    def below(self):
        return self.y + 20


@dataclass
class Rounds:
    """Lines of our and their prices over the rounds, the customer's budget as a band, our walk-away as a dotted line."""
    ours: list = field(default_factory=list)
    theirs: list = field(default_factory=list)
    days: list = field(default_factory=list)
    band: tuple | None = None
    floor: float | None = None
    floor_value: Decimal | None = None
    budget: tuple | None = None
    gaps: tuple | None = None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM

    @property
    def our_path(self):
        return _path(self.ours)

    @property
    def their_path(self):
        return _path(self.theirs)

    @property
    def our_label(self):
        """The height of our end label, parted from theirs so that the two do not touch."""
        return self._label(self.ours, self.theirs)

    @property
    def their_label(self):
        return self._label(self.theirs, self.ours)

    def _label(self, own, other):
        if not own:
            return 0
        y = own[-1].y + 4
        if other and abs(own[-1].y - other[-1].y) < 16:
            shift = (16 - abs(own[-1].y - other[-1].y)) / 2
            above = own[-1].y < other[-1].y or (own[-1].y == other[-1].y and own is self.ours)
            y += -shift if above else shift
        return round(y, 1)

    @property
    def band_width(self):
        return self.right - self.left

    @property
    def band_label(self):
        return self.band[0] + self.band[1] - 6 if self.band[1] > 20 else self.band[0] + self.band[1] + 14

    @property
    def floor_label(self):
        return self.floor - 6

    @property
    def day_line(self):
        return self.base + 20


def rounds(rows, card):
    """Rounds (oldest first) as a drawing, or None when fewer than one has a price. `card.walk_away` is None for those who may not know."""
    priced = [r for r in rows if r.ours is not None or r.theirs is not None]
    if not priced:
        return None
    budget = (card.budget_low, card.budget_high) if card.budget_low and card.budget_high else None
    values = [v for r in priced for v in (r.ours, r.theirs) if v is not None] + list(budget or ()) + ([card.walk_away] if card.walk_away else [])
    low, high = min(values), max(values)
    spread = (high - low) or Decimal(1)

    def y(value):
        return round(float(TOP + (high - value) / spread * (HEIGHT - TOP - BOTTOM - 22)), 1)

    def x(at):
        return LEFT if len(priced) == 1 else round(LEFT + at * (WIDTH - LEFT - RIGHT) / (len(priced) - 1), 1)

    made = Rounds(budget=budget)
    for at, row in enumerate(priced):
        made.days.append((x(at), row.on))
        for line, value in ((made.ours, row.ours), (made.theirs, row.theirs)):
            if value is not None:
                line.append(Point(x(at), y(value), value))
    for line in (made.ours, made.theirs):
        if line:
            line[-1].last = True
    if budget:
        made.band = (y(budget[1]), max(2.0, round(y(budget[0]) - y(budget[1]), 1)))
    if card.walk_away:
        made.floor, made.floor_value = y(card.walk_away), card.walk_away
    both = [r.ours - r.theirs for r in priced if r.ours is not None and r.theirs is not None]
    if both:
        made.gaps = (both[0], both[-1])
    return made


def _path(points):
    return " ".join(f"{p.x},{p.y}" for p in points)
