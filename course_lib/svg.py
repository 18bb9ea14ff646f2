"""From matplotlib to SVG: the attributes with which a page draws a line, marker, bar or text alike.

Lengths are the page's pixels: a figure is shown with SHOWN_DPI of them to the inch.
"""

import numpy as np
from matplotlib.colors import to_hex, to_rgba
from matplotlib.markers import MarkerStyle

SHOWN_DPI = 100
POINT = SHOWN_DPI / 72


def svg_line(line):
    """The SVG attributes of a matplotlib line's stroke, or None where it has none."""
    if line.get_linestyle() in ("None", "none", "", " "):
        return None
    _, dashes = line._dash_pattern  # matplotlib has no public way to read a scaled dash pattern
    style = {"stroke-dasharray": " ".join(f"{d * POINT:.3g}" for d in dashes)} if dashes else {}
    width = line.get_linewidth() * POINT
    return style | {"stroke-width": round(width, 2)} | _paint("stroke", line, line.get_color())


def svg_marker(line):
    """The SVG attributes of a matplotlib line's marker, its outline as `d`, or None."""
    marker = MarkerStyle(line.get_marker(), line.get_fillstyle())
    if not marker.get_path().vertices.size:
        return None
    size = line.get_markersize() * POINT
    path = marker.get_path().transformed(marker.get_transform().scale(size, -size))
    style = {"d": outline(path), "stroke-width": round(line.get_markeredgewidth() * POINT, 2)}
    face = line.get_markerfacecolor() if marker.is_filled() else "none"
    edge = _paint("stroke", line, line.get_markeredgecolor())
    return style | _paint("fill", line, face) | edge


def svg_bar(bar):
    """The SVG attributes of a matplotlib bar."""
    style = {"stroke-width": round(bar.get_linewidth() * POINT, 2)}
    return (
        style
        | _paint("fill", bar, bar.get_facecolor())
        | _paint("stroke", bar, bar.get_edgecolor())
    )


def svg_text(text):
    """The SVG attributes of a matplotlib text, its position in the page's pixels among them."""
    x, y = text.get_transform().transform(text.get_position()) * SHOWN_DPI / text.figure.dpi
    anchor = {"left": "start", "center": "middle", "right": "end"}[text.get_horizontalalignment()]
    return {
        "x": round(x, 2),
        "y": round(text.figure.get_figheight() * SHOWN_DPI - y, 2),
        "font-size": round(text.get_fontsize() * POINT, 2),
        "font-weight": text.get_fontweight(),
        "text-anchor": anchor,
    } | _paint("fill", text, text.get_color())


def outline(path):
    """A matplotlib path as SVG commands relative to the pen."""
    names = {path.MOVETO: "m", path.LINETO: "l", path.CURVE3: "q", path.CURVE4: "c"}
    pen = first = np.zeros(2)
    commands = []
    for vertices, code in path.iter_segments():
        if code == path.CLOSEPOLY:
            commands.append("z")
            pen = first
            continue
        points = vertices.reshape(-1, 2)
        commands.append(names[code] + " ".join(f"{v:.2f}" for v in (points - pen).ravel()))
        pen = points[-1]
        first = pen if code == path.MOVETO else first
    return "".join(commands)


def _paint(role, artist, colour):
    """The attributes `role` and `role`-opacity for a matplotlib colour."""
    alpha = to_rgba(colour)[3] if artist.get_alpha() is None else artist.get_alpha()
    if alpha == 0 or (isinstance(colour, str) and colour.lower() == "none"):
        return {role: "none"}
    return {role: to_hex(colour)} | (
        {f"{role}-opacity": round(float(alpha), 3)} if alpha < 1 else {}
    )
