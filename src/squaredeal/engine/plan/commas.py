"""Formulas that stand in { } or [ ] without quotes and hold a comma, which ends them there: found in the text of a plan, with how they are written whole."""
import re

QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’"}
LONGEST, MOST_OPEN = 500, 50
"""How far a bracket that stays open is looked after, and how many of them before the text is taken for no plan."""
BEFORE = {0: ":-\n", 1: "{[,:\n"}
"""What a value follows, outside and inside braces and brackets."""

_SHORT = re.compile(r"[^,}\]\n]*")


def cut(text):
    """([(line, formula in quotes)], the text with those quotes); formulas that are not closed before their line or brace ends are left as they are."""
    found, parts, at, depth, last, line, left_open = [], [], 0, 0, "\n", 1, 0
    while at < len(text) and left_open < MOST_OPEN:
        sign, begins = text[at], last in BEFORE[depth > 0]
        end = at + 1
        if sign == "#" and (at == 0 or text[at - 1].isspace()):
            end = _until(text, at, "\n")
        elif sign in "\"'" and begins:
            end = _closing(text, at)
        elif sign in "{[" and begins:
            depth += 1
        elif sign in "}]" and depth:
            depth -= 1
        elif depth and begins and not sign.isspace() and sign not in ",:":
            end, closed = _value(text, at)
            left_open += not closed
            if _commas(text[at:end]):
                whole = _quoted(text[at:end].rstrip())
                found.append((line, whole))
                parts.append(whole)
                at, last = end, "a"
                continue
        parts.append(text[at:end])
        line += text.count("\n", at, end)
        last = text[end - 1] if not text[at:end].isspace() else "\n" if "\n" in text[at:end] else last
        at = end
    return found, "".join(parts) + text[at:]


def _until(text, at, sign):
    end = text.find(sign, at)
    return len(text) if end < 0 else end


def _closing(text, at):
    """Where a text in quotes ends: of YAML, or of a formula."""
    end = text.find(QUOTES[text[at]], at + 1)
    return len(text) if end < 0 else end + 1


def _value(text, at):
    """(where the plain value at `at` ends, its brackets and their commas included, whether all are closed); at its first comma where one is not."""
    end, level = at, 0
    while end < min(len(text), at + LONGEST) and not (text[end] == "\n" or level == 0 and (text[end] in ",}]{[" or text[end:end + 2] in {": ", ":\n"})):
        if text[end] in QUOTES and level:
            end = _closing(text, end)
            continue
        if text[end] in "{}":
            break
        level += (text[end] in "(（") - (text[end] in ")）")
        end += 1
    return (end, True) if level == 0 else (max(_SHORT.match(text, at).end(), at + 1), False)


def _commas(value):
    return "," in re.sub(r"\"[^\"]*\"|'[^']*'", "", value)


def _quoted(value):
    return f'"{value}"' if '"' not in value and "\\" not in value else "'" + value.replace("'", "''") + "'"
