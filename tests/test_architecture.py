"""The reader's rules: doors touch no rows, the viewer comes first, every writer is an action, policy is pure."""
import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "squaredeal"
CHAPTERS = ("kernel", "organisation", "process", "commission", "insight", "rulebook")


def files(name):
    found = sorted(p for chapter in CHAPTERS for p in (SOURCE / chapter).rglob(name) if "tests" not in p.parts)
    assert found, f"no {name} at all: the layout has changed, mend this test"
    return found


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def public_functions(path):
    return [n for n in tree(path).body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]


def where(path, node):
    return f"{path.relative_to(SOURCE)}:{node.lineno}"


WRITING = {"create", "bulk_create", "update", "bulk_update", "delete", "save", "get_or_create", "update_or_create"}


@pytest.mark.parametrize("name", ["views.py", "api.py"])
def test_doors_touch_no_rows(name):
    touched = [where(path, node) for path in files(name) for node in ast.walk(tree(path))
               if isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager", "_default_manager"}]
    assert touched == []


def test_queries_begin_with_the_viewer():
    """The first parameter of every public query is who looks (`viewer`); FIRM reads for computations."""
    late = [f"{where(path, f)} {f.name}" for path in files("queries.py") for f in public_functions(path)
            if not f.args.args or f.args.args[0].arg != "viewer"]
    assert late == []


def test_queries_write_nothing():
    wrote = [where(path, node) for path in files("queries.py") for node in ast.walk(tree(path))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITING]
    assert wrote == []


def test_every_public_verb_is_an_action():
    """In actions.py a public function is decorated with @action, or is named as what the clock does (`tick…`) or as what a signature
    settles within the deciding action (`settle`)."""
    plain = [f"{where(path, f)} {f.name}" for path in files("actions.py") for f in public_functions(path)
             if not f.name.startswith("tick") and f.name != "settle"
             and not any(isinstance(d, ast.Call) and getattr(d.func, "id", getattr(d.func, "attr", "")) == "action" for d in f.decorator_list)]
    assert plain == []


def test_only_actions_write():
    """views, api, forms, policy and queries never save, create, update or delete rows."""
    wrote = [where(path, node) for name in ("views.py", "api.py", "policy.py") for path in files(name) for node in ast.walk(tree(path))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
             and node.func.attr in {"bulk_create", "bulk_update", "get_or_create", "update_or_create", "save"}]
    assert wrote == []


def test_policy_reads_no_rows_and_no_clock():
    clock = {"today", "now", "localdate", "localtime"}
    read = [where(path, node) for path in files("policy.py") for node in ast.walk(tree(path))
            if (isinstance(node, ast.Attribute) and node.attr in {"objects", "_base_manager"})
            or (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in clock)]
    assert read == []


def test_each_file_says_its_purpose():
    silent = [str(p.relative_to(SOURCE)) for p in SOURCE.rglob("*.py")
              if "migrations" not in p.parts and p.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(p))]
    assert silent == []


def test_no_file_collects():
    """Over 300 lines a second room hides inside; templates, css and tests are another matter."""
    long = [f"{p.relative_to(SOURCE)} {n}" for p in SOURCE.rglob("*.py") if "migrations" not in p.parts and "tests" not in p.parts
            for n in [len(p.read_text(encoding="utf-8").splitlines())] if n > 300]
    assert long == []


def test_clauses_are_well_formed(settings):
    """Every clause has both languages, its sentence names exactly its parameters, and its number names its chapter."""
    import string
    from importlib import import_module
    from importlib.util import find_spec

    from squaredeal.kernel.clause import REGISTER
    for section in settings.SECTIONS:
        if find_spec(f"{section}.policy"):
            import_module(f"{section}.policy")
    assert len(REGISTER) >= 20
    for number, clause in REGISTER.items():
        assert set(clause.title) == set(clause.sentence) == {"zh", "en"}, number
        for text in clause.sentence.values():
            named = {name for _t, name, _s, _c in string.Formatter().parse(text) if name}
            assert named == set(clause.model_fields), number
        clause().text("zh")
        clause().text("en")


def test_no_style_attributes_or_inline_scripts():
    """The content security policy refuses them, so a page with one would be broken."""
    import re
    inline = [f"{p.relative_to(SOURCE)}: {m.group(0)[:60]}" for p in SOURCE.rglob("*.html")
              for m in re.finditer(r'\sstyle="|<style|\son(?:click|load|change|submit)="|<script(?![^>]*(?:src=|application/json))', p.read_text(encoding="utf-8"))]
    assert inline == []
