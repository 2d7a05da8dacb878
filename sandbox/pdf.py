"""A writer of plain PDF pages (PDF 1.4): text in Helvetica, rules, nothing else.

Points from the lower left corner of A4. Characters outside of Windows-1252 are shown as question marks: the standard
fonts that every reader has do not know them.
"""

import unicodedata
from collections.abc import Sequence

WIDTH, HEIGHT = 595, 842
_PLAIN = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278"
    " 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667"
    " 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333"
    " 500 278 556 500 722 500 500 500 334 260 334 584"
)
_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333"
    " 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944"
    " 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556"
    " 333 611 556 778 556 556 500 389 280 389 584"
)
_WIDTHS = {bold: dict(enumerate(map(int, table.split()), start=32)) for bold, table in ((False, _PLAIN), (True, _BOLD))}
_USUAL = 556
"""In thousandths of the size; Adobe's metrics of the two fonts, and the digits' width for all that is not ASCII."""


def width(text: str, size: float, bold: bool = False) -> float:
    """Of a line in points; an accented letter is as wide as the letter."""
    widths = _WIDTHS[bold]
    return sum(widths.get(ord(unicodedata.normalize("NFD", letter)[0]), _USUAL) for letter in text) * size / 1000


def wrapped(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Lines that fit into `room` points; a word that is too long is cut."""
    lines, line = [], ""
    for word in _cut(text.split(), room, size, bold):
        longer = f"{line} {word}".strip()
        if line and width(longer, size, bold) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line or not lines else lines


def _cut(words: Sequence[str], room: float, size: float, bold: bool) -> list[str]:
    pieces = []
    for word in words:
        while width(word, size, bold) > room and len(word) > 1:
            fitting = next(n for n in range(len(word), 0, -1) if n == 1 or width(word[:n], size, bold) <= room)
            pieces.append(word[:fitting])
            word = word[fitting:]
        pieces.append(word)
    return pieces


class Document:
    """Pages in order; what is drawn goes on the last one."""

    def __init__(self, title: str, created: str) -> None:
        """`created`: as in `D:20240115120000Z`. The same calls give the same bytes."""
        self.title, self.created = title, created
        self.pages: list[list[bytes]] = []

    def new_page(self) -> None:
        self.pages.append([])

    def text(self, x: float, y: float, text: str, size: float = 10, *, bold: bool = False, right: bool = False) -> None:
        """One line; `right`: it ends at x."""
        start = x - width(text, size, bold) if right else x
        font = "F2" if bold else "F1"
        self._draw(f"BT /{font} {size:g} Tf {start:.2f} {y:.2f} Td ".encode() + _string(text) + b" Tj ET")

    def rule(self, left: float, right: float, y: float) -> None:
        self._draw(f"0.8 G 0.5 w {left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S".encode())

    def _draw(self, operators: bytes) -> None:
        self.pages[-1].append(operators)

    def bytes(self) -> bytes:
        """Objects 1 to 5 are catalog, pages, the two fonts and the information; then two for each page."""
        numbers = [6 + 2 * index for index in range(len(self.pages))]
        kids = " ".join(f"{number} 0 R" for number in numbers)
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>".encode(),
            font.format("Helvetica").encode(),
            font.format("Helvetica-Bold").encode(),
            b"<< /Title " + _string(self.title) + b" /CreationDate " + _string(self.created) + b" >>",
        ]
        for number, content in zip(numbers, self.pages, strict=True):
            objects += [_page(number + 1), _stream(b"\n".join(content))]
        return _file(objects)


def _page(content: int) -> bytes:
    resources = "<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
    box = f"[0 0 {WIDTH} {HEIGHT}]"
    return (f"<< /Type /Page /Parent 2 0 R /MediaBox {box} /Resources {resources} /Contents {content} 0 R >>").encode()


def _stream(content: bytes) -> bytes:
    return f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _string(text: str) -> bytes:
    """A literal string: what could end it is escaped, control characters become spaces."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    raw = plain.encode("cp1252", "replace")
    return b"(" + raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def _file(objects: list[bytes]) -> bytes:
    """Header, objects, cross-reference table, trailer."""
    body, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    found = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{found}"
    entries = {"Size": str(size), "Root": "1 0 R", "Info": "5 0 R"}
    pairs = " ".join(f"/{name} {value}" for name, value in entries.items())
    trailer = f"trailer\n<< {pairs} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + table.encode() + trailer.encode()
