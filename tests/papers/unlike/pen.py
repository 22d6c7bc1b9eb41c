"""Drawing the papers of tests."""

from pathlib import Path

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas


class Pen:
    """Draws text from the upper left corner."""

    def __init__(self, path: Path, width: float = 612, height: float = 792) -> None:
        self.canvas = Canvas(str(path), pagesize=(width, height), invariant=1)
        self.width, self.height = width, height

    def put(self, x: float, y: float, text: object, size: float = 9, align: str = "left", bold: bool = False) -> None:
        font = "Helvetica-Bold" if bold else "Helvetica"
        width = stringWidth(str(text), font, size)
        left = {"left": x, "right": x - width, "centre": x - width / 2}[align]
        self.canvas.setFont(font, size)
        self.canvas.drawString(left, self.height - y, str(text))

    def stack(self, x: float, y: float, lines: list[str], size: float = 9, step: float = 11) -> float:
        for number, line in enumerate(lines):
            self.put(x, y + number * step, line, size)
        return y + len(lines) * step


def wrapped(text: str, width: float, size: float = 9) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and stringWidth(longer, "Helvetica", size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
