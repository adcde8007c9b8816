"""Facts as the typed table the engine reads, so that a column empty this month is still what it is. What it is made with is loaded when first asked for."""
from .inputs import ATTRIBUTES

AMOUNTS = ("amount", "quantity", "vat_rate", "contract_amount", "list_total", "floor_total", "cost_total")


def table(facts, goods=False):
    """Facts as Arrow, typed as the firm's receipts are; without any, which is when every receipt is gone again, the columns a plan may name.
    `goods` adds product and quantity, which only what is recorded of contracts has."""
    import pyarrow as pa
    sorts = {"date": pa.date32(), "first_order": pa.bool_(), "below_floor": pa.bool_(), "signed_on": pa.date32(), "overdue_days": pa.int64(),
             **dict.fromkeys(AMOUNTS, pa.decimal128(18, 4))}
    names = ("kind", "deal", *ATTRIBUTES, *(("product", "quantity") if goods else ()))
    return pa.table({name: pa.array([f.get(name) if name in sorts or f.get(name) is None else str(f[name]) for f in facts], sorts.get(name, pa.string())) for name in names})
