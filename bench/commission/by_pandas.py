"""The benchmark job in pandas, money as whole fen in int64 and rounded in float64, as such a script would: by_pandas.py IN OUT."""
import sys
from pathlib import Path

import numpy as np
import pandas as pd


def rounded(value):
    """Halves away from zero, of a float."""
    return (np.sign(value) * np.floor(np.abs(value) + 0.5)).astype("int64")


def seated(rows, who, people):
    """(position, manager) of each row's person on its day, aligned to `rows`."""
    found = rows[[who, "date"]].reset_index().merge(people, left_on=who, right_on="payee", how="left")
    found = found[(found["date"] >= found["from"]) & (found["date"] <= found["to"])].set_index("index")
    return found["position"].reindex(rows.index), found["manager"].reindex(rows.index)


def capped(rows, cap):
    rows = rows.sort_values(["payee", "period", "date", "fact"])
    run = rows.groupby(["payee", "period"])["full_amount"].cumsum()
    rows["earned"] = np.minimum(run, cap) - np.minimum(run - rows["full_amount"], cap)
    rows["reserved"] = rounded(rows["earned"] * 0.2)
    return rows


def main(source, out):
    facts, credits, people, quotas = (pd.read_parquet(f"{source}/{name}.parquet") for name in ("facts", "credits", "people", "quotas"))
    facts["amount"] = (facts["amount"].astype("float64") * 100).round().astype("int64")
    for name in ("margin", "discount"):
        facts[name] = facts[name].astype("float64")
    facts["date"] = pd.to_datetime(facts["date"])
    facts["period"] = facts["date"].dt.strftime("%Y-%m")
    people["from"], people["to"] = pd.to_datetime(people["from"]), pd.to_datetime(people["to"]).fillna(pd.Timestamp("2200-01-01"))
    facts["factor"] = np.select([facts["margin"] < 0.15, facts["margin"] >= 0.3], [0.6, 1.2], 1.0) * np.where(facts["discount"] > 0.2, 0.8, 1.0) \
        * np.select([facts["overdue_days"] > 180, facts["overdue_days"] > 90, facts["overdue_days"] > 30], [0.0, 0.5, 0.9], 1.0)
    credits["share"] = credits["share"].astype("float64")
    rows = credits.groupby(["fact", "payee"], as_index=False)["share"].sum().merge(facts, left_on="fact", right_on="id")
    rows["position"], rows["m1"] = seated(rows, "payee", people)
    rows["m2"] = seated(rows, "m1", people)[1]
    rows["m3"] = seated(rows, "m2", people)[1]
    own = rows[rows["position"] == "rep"].sort_values(["payee", "period", "date", "fact"]).copy()
    own["base"] = rounded(own["amount"] * own["share"])
    after = own.groupby(["payee", "period"])["base"].cumsum()
    before = after - own["base"]
    sums = sum((np.clip(after, low, high) - np.clip(before, low, high)) * rate
               for low, high, rate in ((None, 30_000_000, 0.01), (30_000_000, 100_000_000, 0.015), (100_000_000, None, 0.02)))
    own["full_amount"] = rounded(sums * own["factor"])
    own = capped(own, 1_200_000).assign(component="回款提成")
    led = pd.concat([rows[["fact", "date", "period", "amount", "share", m]].rename(columns={m: "payee"}) for m in ("m1", "m2", "m3")]).dropna(subset=["payee"])
    led = led.groupby(["fact", "payee", "date", "period", "amount"], as_index=False)["share"].sum()
    led["base"] = rounded(led["amount"] * led["share"])
    team = led.groupby(["payee", "period"], as_index=False)["base"].sum().merge(quotas, on=["payee", "period"], how="left")
    reach = team["base"] / (team["value"].astype("float64") * 100)
    team["rate"] = np.select([reach >= 1.2, reach >= 1, reach >= 0.8], [0.0025, 0.002, 0.001], 0.0005)
    led = led.merge(team[["payee", "period", "rate"]], on=["payee", "period"])
    led["full_amount"] = rounded(led["base"] * led["rate"])
    led = capped(led, 20_000_000).assign(component="管理提成")
    columns = ["component", "payee", "fact", "date", "period", "base", "full_amount", "earned", "reserved"]
    Path(out).mkdir(parents=True, exist_ok=True)
    pd.concat([own[columns], led[columns]]).rename(columns={"date": "day"}).to_parquet(f"{out}/lines.parquet", compression="snappy")


if __name__ == "__main__":
    main(*sys.argv[1:3])
