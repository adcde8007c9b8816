"""What is wrong, where, why and what to do, in both languages; errors as values, raised only at the end and all at once."""
from dataclasses import dataclass, field

SOME = 5


@dataclass(frozen=True)
class Problem:
    """One finding. `place` is a path into the plan ("components.回款提成.rate") or a table cell ("facts row 3 amount")."""
    place: str
    reason: dict
    remedy: dict = field(default_factory=lambda: {"zh": "", "en": ""})
    severity: str = "error"

    def text(self, lang="zh"):
        """One line: place, reason, remedy."""
        parts = [f"{self.place}: {self.reason[lang]}", self.remedy[lang]]
        return ("; " if lang == "en" else "；").join(p for p in parts if p)


def problem(place, zh, en, todo_zh="", todo_en="", severity="error"):
    return Problem(place, {"zh": zh, "en": en}, {"zh": todo_zh, "en": todo_en}, severity)


def several(place, which, zh, en, todo_zh="", todo_en="", severity="error"):
    """One finding about many, of which the first SOME are named."""
    more = f" …共 {len(which)}" if len(which) > SOME else ""
    return problem(place, f"{zh}：{'、'.join(which[:SOME])}{more}", f"{en}: {', '.join(which[:SOME])}{f' … {len(which)} in all' if more else ''}",
                   todo_zh, todo_en, severity)


class PlanProblems(Exception):
    """A plan or its tables cannot be computed with. `.problems` holds every finding, `.plan` the plan where it could be read and is wrong in what it says."""

    def __init__(self, problems, plan=None):
        self.problems, self.plan = list(problems), plan
        super().__init__("\n".join(p.text("en") for p in self.problems))

    def __reduce__(self):
        return PlanProblems, (self.problems, self.plan)
