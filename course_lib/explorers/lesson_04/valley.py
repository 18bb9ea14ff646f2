"""The valley of lesson 4: its curvatures, where a descent begins, and its contours."""

from course_lib.plots import contours

LEAST, MOST = 1.0, 25.0
THETA0 = (-8.0, 1.6)
WINDOW = (-10, 10, -3.2, 3.2)


def draw_valley(ax, valley):
    """Contours of the valley with a star at its minimum."""
    contours(valley, WINDOW, levels=10, ax=ax)
    ax.plot(0, 0, "*", color="0.2", markersize=10)
