"""The turns of lesson 0, start here."""

from course_lib.turns import turn


@turn(
    "1.a",
    inputs=[(3.0, 0.1), (-1.0, 0.25), (0.5, 1.0)],
    hints=[
        "The slope at theta is 2 * theta. How far does the point move?",
        "It moves by lr * 2 * theta. Downhill means: subtract this from theta.",
    ],
)
def step(theta, lr):
    return theta - lr * 2 * theta


step.mistake("this goes uphill: subtract lr * 2 * theta.", lambda theta, lr: theta + lr * 2 * theta)
step.mistake("the slope of θ² is 2 * theta, not theta.", lambda theta, lr: theta - lr * theta)
step.mistake(
    "this uses the height θ². The step needs the slope, 2 * theta.",
    lambda theta, lr: theta - lr * theta**2,
)
step.mistake(
    "this is the change of θ. Return the new θ: add it to theta.",
    lambda theta, lr: -lr * 2 * theta,
)
step.mistake("the learning rate lr is missing.", lambda theta, lr: theta - 2 * theta)


@turn("2.a", predict=True)
def too_large():
    return "D"


@turn("2.b", predict=True)
def difference():
    return 3
