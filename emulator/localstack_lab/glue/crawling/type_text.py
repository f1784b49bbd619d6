"""Hive's type texts as inferred types; what is no struct, array or map stays its text."""

from localstack_lab.glue.crawling.types import Type


def parsed(text: str) -> Type:
    """``struct<a:int,b:array<string>>`` → ``("struct", (("a", "int"), ("b", ("array", "string"))))``.

    Whoever makes a table may give it any type; one that is malformed stays its text too.
    """
    text = text.strip()
    head, mark, rest = text.partition("<")
    inner = rest.removesuffix(">")
    try:
        match head.strip().lower() if mark and rest.endswith(">") else "":
            case "array":
                return ("array", parsed(inner))
            case "map":
                key, value = _parts(inner)
                return ("map", (parsed(key), parsed(value)))
            case "struct":
                pairs = [part.split(":", 1) for part in _parts(inner)]
                return ("struct", tuple((name.strip(), parsed(kind)) for name, kind in pairs))
    except ValueError:
        return text
    return text


def _parts(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        if char in "<(":
            depth += 1
        elif char in ">)":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
        if depth < 0:
            break
    if depth:
        raise ValueError(f"brackets of {text!r} do not pair")  # such as those of a field's own name
    return [*parts, text[start:]]
