"""Numbers of a large table in as few bytes as they need; that results are the same is the random plans' affair."""
import duckdb
import pytest

from squaredeal.engine import packed

pytestmark = pytest.mark.once


def test_numbers_are_held_in_as_few_bytes_as_all_of_them_fit_and_read_as_they_came():
    link = duckdb.connect()
    link.execute("CREATE TABLE facts AS SELECT CAST(a AS BIGINT) AS a, CAST(b AS BIGINT) AS b, CAST(c AS HUGEINT) AS c, CAST(d AS BIGINT) AS d, CAST(NULL AS BIGINT) AS e, 'x' AS f "
                 f"FROM (VALUES (-32768, -32769, 2147483648, -2147483648), (32767, NULL, 0, 2147483647)) AS v (a, b, c, d), range({packed.MANY // 2})")
    packs = packed.packed(link, "facts")
    assert packs == {"a": ("SMALLINT", "BIGINT"), "b": ("INTEGER", "BIGINT"), "d": ("INTEGER", "BIGINT"), "e": ("SMALLINT", "BIGINT")}
    link.execute(f"CREATE TABLE held AS SELECT {', '.join(f'{packed.shorter(packs, name, name)} AS {name}' for name in 'abcdef')} FROM facts")
    assert link.execute(f"SELECT * FROM facts EXCEPT ALL SELECT *{packed.longer(packs)} FROM held").fetchall() == []
    assert [row[1] for row in link.execute(f"DESCRIBE SELECT *{packed.longer(packs)} FROM held").fetchall()] == [row[1] for row in link.execute("DESCRIBE facts").fetchall()]
    link.execute("DELETE FROM facts WHERE a > 0")
    assert packed.packed(link, "facts") == {}  # of few rows it is not asked
