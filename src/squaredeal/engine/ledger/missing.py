"""Closed periods that something was posted in and of which the tables no longer have a fact: whoever gives the facts of a month alone takes back all months before."""

THERE = "SELECT DISTINCT CAST(_period AS TEXT) FROM facts_in"


def periods(link):
    """The periods that have facts, as {code}."""
    return {row[0] for row in link.execute(THERE).fetchall()}


def warnings(changed, there):
    """Warnings: what is taken back of closed periods without a fact; `changed` is {closed period: what it differs}, `there` the periods that have facts."""
    gone = {code: -more for code, more in sorted(changed.items()) if more < 0 and code not in there}
    if not gone:
        return []
    codes, total = list(gone), f"{sum(gone.values()):,.2f}"
    return [{"code": "posted_without_facts", "count": len(gone), "zh": f"{'、'.join(codes)} 入账过，表里没有那时的事实，所以收回 {total}：每次都给从头到现在的全部事实，不是只给当月的",
             "en": f"{', '.join(codes)} was posted and the tables have no fact of it, so {total} is taken back: give all facts from the beginning each time, not of the month alone"}]
