-- The same job written by hand for DuckDB: money in fen (BIGINT), rates in ppm, one rounding a line, halves away from zero.
CREATE TABLE facts AS SELECT id, date, CAST(amount * 100 AS BIGINT) AS amount,
    CASE WHEN margin < 0.15 THEN 60 WHEN margin >= 0.30 THEN 120 ELSE 100 END * CASE WHEN discount > 0.20 THEN 80 ELSE 100 END
    * CASE WHEN overdue_days > 180 THEN 0 WHEN overdue_days > 90 THEN 50 WHEN overdue_days > 30 THEN 90 ELSE 100 END AS factor,
    CAST(strftime(date, '%Y-%m') AS VARCHAR) AS period FROM read_parquet('$in/facts.parquet');
CREATE TABLE people AS SELECT payee, position, manager, "from" AS starts, coalesce("to", DATE '9999-12-31') AS ends FROM read_parquet('$in/people.parquet');
CREATE TABLE shares AS SELECT f.id AS fact, f.date AS day, f.period, f.amount, f.factor, c.payee, c.share, p.position, p.manager FROM
    (SELECT fact, payee, CAST(sum(CAST(share * 10000 AS BIGINT)) AS BIGINT) AS share FROM read_parquet('$in/credits.parquet') WHERE role IN ('owner', 'split') GROUP BY ALL) AS c
    JOIN facts AS f ON f.id = c.fact JOIN people AS p ON p.payee = c.payee AND f.date BETWEEN p.starts AND p.ends;
CREATE TABLE own AS SELECT fact, day, period, payee, factor, amount * share AS raw, CAST(sign(raw) * ((abs(raw) * 2 + 10000) // 20000) AS BIGINT) AS base,
    CAST(sum(base) OVER (PARTITION BY payee, period ORDER BY day, fact ROWS UNBOUNDED PRECEDING) AS BIGINT) AS after FROM shares WHERE position = 'rep';
CREATE TABLE own_earned AS SELECT fact, day, period, payee, base, after - base AS before, after, factor,
    CAST((least(after, 30000000) - least(before, 30000000)) * 10000 + (least(greatest(after, 30000000), 100000000) - least(greatest(before, 30000000), 100000000)) * 15000
        + (greatest(after, 100000000) - greatest(before, 100000000)) * 20000 AS HUGEINT) * factor AS exact,
    CAST(sign(exact) * ((abs(exact) * 2 + 1000000000000) // 2000000000000) AS BIGINT) AS full_amount FROM own;
CREATE TABLE up AS SELECT s.fact, s.day, s.period, s.amount, s.share, s.manager AS m1, b.manager AS m2, c.manager AS m3 FROM shares AS s
    LEFT JOIN people AS b ON b.payee = s.manager AND s.day BETWEEN b.starts AND b.ends
    LEFT JOIN people AS c ON c.payee = b.manager AND s.day BETWEEN c.starts AND c.ends;
CREATE TABLE led AS SELECT fact, payee, any_value(day) AS day, any_value(period) AS period, any_value(amount) * CAST(sum(share) AS BIGINT) AS raw,
    CAST(sign(raw) * ((abs(raw) * 2 + 10000) // 20000) AS BIGINT) AS base FROM
    (SELECT *, m1 AS payee FROM up UNION ALL SELECT *, m2 FROM up UNION ALL SELECT *, m3 FROM up) WHERE payee IS NOT NULL GROUP BY fact, payee;
CREATE TABLE team AS SELECT t.payee, t.period, t.value, CAST(q.value * 100 AS BIGINT) AS quota FROM (SELECT payee, period, CAST(sum(base) AS BIGINT) AS value FROM led GROUP BY ALL) AS t
    LEFT JOIN read_parquet('$in/quotas.parquet') AS q ON q.payee = t.payee AND q.period = t.period;
CREATE TABLE led_earned AS SELECT l.fact, l.day, l.period, l.payee, l.base,
    CASE WHEN value * 100 >= quota * 120 THEN 2500 WHEN value >= quota THEN 2000 WHEN value * 100 >= quota * 80 THEN 1000 ELSE 500 END AS rate,
    CAST(sign(base) * ((abs(base) * rate * 2 + 1000000) // 2000000) AS BIGINT) AS full_amount, t.value, t.quota FROM led AS l JOIN team AS t ON t.payee = l.payee AND t.period = l.period;
COPY (WITH every AS (
        SELECT '回款提成' AS component, fact, day, period, payee, base, before, after, factor, CAST(NULL AS BIGINT) AS measured, CAST(NULL AS BIGINT) AS quota, full_amount, 1200000 AS cap FROM own_earned
        UNION ALL SELECT '管理提成', fact, day, period, payee, base, 0, base, 1000000, value, quota, full_amount, 20000000 FROM led_earned),
    summed AS (SELECT *, CAST(sum(full_amount) OVER (PARTITION BY component, payee, period ORDER BY day, fact ROWS UNBOUNDED PRECEDING) AS BIGINT) AS run FROM every),
    capped AS (SELECT *, least(run, cap) - least(run - full_amount, cap) AS earned FROM summed)
    SELECT component, payee, fact, day, period, base, before, after, factor, measured, quota, full_amount, earned,
        CAST(sign(earned) * ((abs(earned) * 2 + 5) // 10) AS BIGINT) AS reserved FROM capped) TO '$out/lines.parquet' (FORMAT parquet, COMPRESSION snappy);
