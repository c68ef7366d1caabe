"""Digits as somebody would draw them with a mouse: a few straight strokes on a large paper."""

import io

from PIL import Image, ImageDraw

# Points from 0 to 100, right and down.
STROKES: tuple[tuple[tuple[tuple[int, int], ...], ...], ...] = (
    (((50, 10), (25, 20), (15, 50), (25, 80), (50, 90), (75, 80), (85, 50), (75, 20), (50, 10)),),
    (((52, 8), (50, 92)),),
    (((20, 30), (30, 12), (55, 8), (75, 22), (70, 45), (45, 68), (18, 90), (85, 90)),),
    (
        *(((22, 15), (50, 8), (72, 22), (65, 40), (42, 48)),),
        *(((42, 48), (70, 55), (78, 75), (55, 92), (20, 85)),),
    ),
    (((30, 8), (18, 55), (80, 52)), ((65, 20), (62, 92))),
    (((75, 10), (30, 10), (26, 45), (55, 40), (75, 55), (72, 80), (48, 92), (20, 84)),),
    (((65, 8), (38, 30), (24, 60), (32, 88), (58, 92), (74, 74), (62, 56), (38, 58), (27, 70)),),
    (((18, 12), (80, 12), (58, 50), (45, 92)),),
    (
        *(((70, 20), (45, 8), (28, 25), (42, 44), (65, 58), (72, 78), (50, 92)),),
        *(((50, 92), (28, 78), (38, 56), (64, 40), (70, 20)),),
    ),
    (((72, 35), (55, 48), (32, 40), (30, 20), (50, 8), (70, 18), (72, 40), (66, 70), (58, 92)),),
)


def drawn(number: int, pen: int) -> bytes:
    """Return a PNG of 448 × 448, ink on paper, off the middle."""
    paper = Image.new("L", (448, 448), 255)
    draw = ImageDraw.Draw(paper)
    for stroke in STROKES[number]:
        points = [(60 + 2.4 * x, 80 + 2.4 * y) for x, y in stroke]
        draw.line(points, 0, pen, joint="curve")
        for x, y in points:
            draw.ellipse([x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2], fill=0)
    file = io.BytesIO()
    paper.save(file, "PNG")
    return file.getvalue()
