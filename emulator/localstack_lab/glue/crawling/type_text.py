"""Hive's type texts as inferred types; what is no struct, array or map stays its text."""

from localstack_lab.glue.crawling.types import Type


def parsed(text: str) -> Type:
    """``struct<a:int,b:array<string>>`` → ``("struct", (("a", "int"), ("b", ("array", "string"))))``."""
    text = text.strip()
    head, mark, rest = text.partition("<")
    inner = rest.removesuffix(">")
    match head.strip().lower() if mark else "":
        case "array":
            return ("array", parsed(inner))
        case "map":
            return ("map", parsed(_parts(inner)[1]))
        case "struct":
            pairs = [part.split(":", 1) for part in _parts(inner)]
            return ("struct", tuple((name.strip(), parsed(kind)) for name, kind in pairs))
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
    return [*parts, text[start:]]
