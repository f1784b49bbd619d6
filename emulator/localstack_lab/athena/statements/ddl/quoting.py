"""Texts between the quotes of Hive's statements."""


def escaped(text: str) -> str:
    """Text for between Hive's single quotes."""
    out = []
    for character in text:
        if character in "\\'":
            out.append("\\" + character)
        elif character in "\n\r\t":
            out.append({"\n": "\\n", "\r": "\\r", "\t": "\\t"}[character])
        elif ord(character) < 32:
            out.append(f"\\u{ord(character):04X}")
        else:
            out.append(character)
    return "".join(out)
