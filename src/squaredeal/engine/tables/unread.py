"""What tables hold and no part of a plan reads, which is often a slip of the pen: warnings about columns, kinds of facts, roles and measures."""
from pydantic import BaseModel

from ..attached import attach, detach, scratch
from ..plan.about import kinds_of
from ..plan.plan import SPANS
from ..problems import SOME, several
from .columns import COLUMNS, chinese
from .tables import NAMES


def unread(plan, tables):
    """[Problem], warnings: values and columns nobody asks for; a last day called by another name is no last day."""
    return _files(tables) + _values(plan, tables) + _columns(plan, tables)


def _files(tables):
    return [several("tables", tables.beside, "没人读这些文件", "files that nobody reads", f"是表就改名，表名有 {'、'.join(NAMES)}", f"rename what is a table; their names are {', '.join(NAMES)}", "warning")] if tables.beside else []


def odd_columns(plan, name, tables):
    """The columns of a table that are neither usual nor named anywhere in the plan."""
    own = "\n".join(_words(plan.model_copy(update={"rule": "", "examples": []}))) if name in {"facts", "people"} else ""
    return [c for c in tables.arrow[name].column_names if tables.arrow[name].num_rows and c not in COLUMNS[name] and c not in own and (name, c) != ("facts", "payee")]


def _values(plan, tables):
    found, kinds = [], kinds_of(plan) | {"deal"}
    roles = {"owner", "split"} | {role for part in (*plan.components, *plan.measures.values()) if isinstance(part.credit, list) for role in part.credit}
    for name, column, known, zh, en in (
            ("facts", "kind", kinds, "没有一项提成或指标算这类事实", "no component or measure counts facts of this kind"),
            ("credits", "role", roles, "没有一项提成或指标算这个角色", "no component or measure counts this role"),
            ("quotas", "measure", set(plan.measures), "方案里没有这个指标", "the plan has no such measure")):
        odd = sorted(_said(tables.arrow[name], column) - known - set(SPANS))
        if odd and not (column == "kind" and plan.decisions):
            there = sorted(known - set(SPANS) - {"deal"})
            found.append(several(f"{name}.{column}", odd, zh, en, f"写错了就改；方案里有：{'、'.join(there)}", f"mend it if it is a slip; the plan has: {', '.join(there)}", "warning"))
    return found


def _said(table, column):
    """What stands in a column, as text."""
    if column not in table.column_names:
        return set()
    link = scratch()
    attach(link, table)
    rows = link.execute(f"SELECT DISTINCT {column} FROM incoming").fetchall()
    detach(link, table)
    return {str(row[0]).strip() for row in rows if row[0] is not None} - {""}


def _columns(plan, tables):
    found = []
    for name in ("facts", "credits", "people", "quotas", "scores", "periods", "rates"):
        if odd := odd_columns(plan, name, tables):
            usual = [c for c in COLUMNS[name] if c not in tables.arrow[name].column_names][:SOME * 2]
            found.append(several(name, odd, "方案不认识这些列，也不读", "columns that the plan does not know and nobody reads",
                                 f"用不着就不管；写错了就改，要用就在 attributes 里声明；这里没有的有 {'、'.join(chinese(name, c) for c in usual)}",
                                 f"leave them if nobody needs them; mend a slip, or declare them under attributes; not given here: {', '.join(usual)}", "warning"))
    return found


def _words(part):
    """All that is written in a plan, without the names of its fields."""
    if isinstance(part, BaseModel):
        part = [value for _field, value in part]
    if isinstance(part, dict):
        part = [*part, *part.values()]
    return [word for each in part for word in _words(each)] if isinstance(part, (list, tuple, set)) else [str(part)]
