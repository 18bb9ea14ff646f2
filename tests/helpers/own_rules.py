"""A rule as a student may write it, right but not pure."""


def in_place_momentum(theta, g, t, v=0.0, *, lr=0.01, beta=0.9):
    """Momentum that writes to everything it is given: theta, gradient and state."""
    v *= beta
    v += g
    g *= 0
    theta -= lr * v
    return theta, v
