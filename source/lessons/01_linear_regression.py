# %% [markdown] about="loss, gradient, learning rate, conditioning" builds_on="0"
# # Lesson 1: linear regression by gradient descent
#
# About {minutes} minutes.
# It has four parts, and you can stop after each of them.
#
# You need: a straight line $y = w x + b$, what a derivative is, the product of a matrix and a vector, and a little NumPy.
# Two boxes of five minutes each explain matrix products and eigenvectors; skip them if you know both.
# [Start here](00_start_here.ipynb) shows how cells, sliders, checks and *Your turn* work, and explains the [notation](00_start_here.ipynb#Notation-and-terms).
#
# At the end you will be able to
#
# - say with one number how well a line fits data, and find the gradient of that number;
# - write gradient descent yourself, and know beforehand which learning rates work;
# - find a learning rate when you know nothing about the data;
# - see why a descent is slow, and make it faster by scaling the data;
# - decide when to stop, and when to use another loss.
#
# Run the next cell first. After it, you can begin with any part.

# %%
import numpy as np

from course_lib import data, plots, theory, toys
from course_lib.explorers import lesson_01 as explore
from course_lib.landscapes import quadratic
from course_lib.optim import Optimizer, descend, sgd
from course_lib.turns import lesson_01 as turn

# %% [markdown]
# ## 1. Which line, and how to descend ({minutes} minutes)
#
# In a study of 442 people with diabetes, ten quantities were measured at the start, among them the body-mass index (weight in kg divided by the square of the height in m).
# A year later the progression of the disease was scored.
# Can we predict the score from the body-mass index?
#
# We use the body-mass index in the form $x = (\text{index} - 20) / 10$, so $x = 0.5$ is an index of 25 and $x = 2$ an index of 40.
# Part 3 explains what such a choice of units changes.

# %% [markdown] tags=["teacher"]
# **Aim.** The student can write the gradient of the squared error and the loop of gradient descent in plain NumPy.
#
# **For the room**, before the first figure: "One of these lines is better. How would you convince a colleague who disagrees?"
# Expect: "count the points above and below" (line B does well at that), "take the distance at right angles to the line" (a different problem), "add up the errors" (positive and negative cancel).
# A second question, before the normal equations: "Does gradient descent find another line than least squares?" Many say yes, because the method has another name.
#
# **Can be cut.** The matrix form and the normal equations, if part 2 is not taught.
#
# **Exercises.** 1.6 (find the fault) and 1.9 (a loss with weights).

# %%
diabetes = data.load("diabetes")
print(diabetes)
bmi = diabetes.train.X[:, diabetes.columns.index("bmi")]
x, y = (bmi - 20) / 10, diabetes.train.y
line_A, line_B = np.array([80.0, 100.0]), np.array([5.0, 150.0])  # each is (w, b)

# %% [markdown]
# We work with the people in the first group, "to train"; part 4 explains what the other two groups are for.
#
# **Question.** Which of the two lines below is better, and how can one number say so?

# %% tags=["hide-input"]
fig, ax = plots.figure()
ax.plot(x, y, "o", color="0.6", ms=3)
ends = np.array([-0.2, 2.2])
ax.plot(ends, line_A[0] * ends + line_A[1], color=plots.COLOURS["blue"], label="line A")
ax.plot(ends, line_B[0] * ends + line_B[1], "--", color=plots.COLOURS["red"], label="line B")
ax.set(xlabel="x, tens of kg/m² above 20", ylabel="progression after a year")
ax.legend(loc="upper left")
plots.show(
    fig,
    "A cloud of points that rises to the right. Line A rises with it; line B is almost flat.",
)

# %% [markdown]
# ### The loss: one number for a line
#
# A line predicts $\hat y = w x + b$.
# The number $w$ is the **slope**, in machine learning also called the **weight**; $b$ is the **intercept** or **bias**.
# For each person $i$ the **residual** $r_i = w x_i + b - y_i$ is the prediction minus the measured score.
# The **loss** is the mean of the squared residuals over the $N$ people:
#
# $$L(w, b) = \frac1N \sum_{i=1}^N r_i^2 .$$
#
# Because of the square, positive and negative residuals cannot cancel, and one large residual costs more than two of half its size.
# We put the two numbers into one vector $\theta = (w, b)$, the **parameters**.


# %%
def loss(theta):
    """The mean squared residual of the line θ = (w, b), a number."""
    w, b = theta
    residuals = w * x + b - y
    return np.mean(residuals**2)


rows = [("A", loss(line_A), np.sqrt(loss(line_A))), ("B", loss(line_B), np.sqrt(loss(line_B)))]
plots.table(rows, ["line", "loss", "root of the loss"])

# %% [markdown]
# Line A has the smaller loss.
# The root of the loss is the size of a typical residual, in the units of the score.
#
# Every pair $(w, b)$ has a loss.
# Think of it as a height above the plane of all $(w, b)$: the loss is a landscape, and the best line is its lowest point, the **minimum**.
# How do we get there without trying every pair?

# %% tags=["test"]
assert loss(line_A) < loss(line_B)

# %% [markdown]
# ### The gradient: the direction of steepest increase
#
# The **gradient** $g$ is the vector of the derivatives of the loss with respect to each parameter:
#
# $$g = \left( \frac{\partial L}{\partial w},\; \frac{\partial L}{\partial b} \right) .$$
#
# It points in the direction in which the loss increases fastest, and its length says how fast.
# You need only the chain rule to find it: the derivative of $r^2$ is $2r$ times the derivative of $r$.
# For one person, $r = w x + b - y$, so $r$ changes by $x$ for each unit of $w$, and by 1 for each unit of $b$.
#
# ### Your turn: the gradient
#
# Write the gradient of the loss, an array with the two numbers $\partial L/\partial w$ and $\partial L/\partial b$.
# The loss is a *mean* over all people, so each of the two is a mean as well.


# %% turn="1.a"
def gradient(theta, x, y):
    """∂L/∂w and ∂L/∂b, an array (2,), at θ = (w, b), for x (N,) and y (N,)."""
    ### BEGIN SOLUTION
    w, b = theta
    residuals = w * x + b - y
    return np.array([np.mean(2 * residuals * x), np.mean(2 * residuals)])
    ### END SOLUTION


# %% [markdown]
# In formulas:
#
# $$\frac{\partial L}{\partial w} = \frac2N \sum_i r_i x_i, \qquad \frac{\partial L}{\partial b} = \frac2N \sum_i r_i .$$
#
# ### How do you know that a gradient is right?
#
# Measure it.
# Change one parameter by a small $h$ up and down, and divide the change of the loss by $2h$.
# This estimate is called a **finite difference**.


# %%
def measured(theta, h=1e-5):
    """∂L/∂w and ∂L/∂b by finite differences, an array (2,)."""
    nudges = h * np.eye(2)  # (h, 0) and (0, h)
    return np.array([(loss(theta + e) - loss(theta - e)) / (2 * h) for e in nudges])


def relative_error(g, reference):
    """‖g - reference‖ / (‖g‖ + ‖reference‖): 0 if they are equal, at most 1."""
    length = np.linalg.norm
    return length(g - reference) / (length(g) + length(reference))


# %% [markdown]
# A check that never fails proves nothing, so we also try three wrong gradients.

# %%
theta = np.array([0.0, 100.0])
g = gradient(theta, x, y)
candidates = {
    "the gradient": g,
    "the sign is wrong": -g,
    "the factor 2 is missing": g / 2,
    "x is missing in ∂L/∂w": g[[1, 1]],
}
errors = {name: relative_error(one, measured(theta)) for name, one in candidates.items()}
rows = [(name, *candidates[name], errors[name]) for name in candidates]
plots.table(rows, ["candidate", "∂L/∂w", "∂L/∂b", "relative error"])

# %% [markdown]
# An error below $10^{-7}$ means that the gradient is right, an error above $10^{-4}$ that it is wrong.
# All three wrong gradients fail.
# The check compares the gradient with *your* loss; it cannot tell you whether you wrote the loss you wanted.
# The library has the same check for functions with any number of parameters: `check_gradient` in `course_lib.objective`.

# %% tags=["test"]
right, *wrong = errors.values()
assert right < 1e-7
assert min(wrong) > 1e-4

# %% [markdown]
# ### The loop
#
# The gradient points uphill.
# **Gradient descent** takes a step in the opposite direction, and repeats:
#
# $$\theta \leftarrow \theta - \eta\, g .$$
#
# The **learning rate** η (eta) says how far to go.
#
# ### Your turn: gradient descent
#
# Write the loop.
# Start with a list that holds only the first θ.
# In each of the `steps` steps, compute the new θ with your `gradient` and append it to the list.
# Return the list as an array, `np.array(path)`.


# %% turn="1.b"
def descent_path(theta, x, y, lr, steps):
    """θ at the start and after each step of gradient descent, an array (steps + 1, 2)."""
    ### BEGIN SOLUTION
    path = [theta]
    for _ in range(steps):
        theta = theta - lr * gradient(theta, x, y)
        path.append(theta)
    return np.array(path)
    ### END SOLUTION


# %% [markdown]
# This loop is the whole algorithm.
# Here it starts from a flat line at 40:

# %%
path = descent_path(np.array([0.0, 40.0]), x, y, lr=0.5, steps=100)
shown = (0, 1, 2, 5, 10, 20, 50, 100)
rows = [(t, *path[t], loss(path[t]), np.linalg.norm(gradient(path[t], x, y))) for t in shown]
plots.table(rows, ["step", "w", "b", "loss", "length of g"])

# %% [markdown]
# The gradient becomes shorter and shorter: the descent approaches the minimum, where the gradient is 0.
#
# The library's `descend` is this loop.
# It takes a function that returns the loss *and* its gradient, and an `Optimizer` with the rule for one step.
# The rule is called `sgd`, after the next lesson, where the gradient comes from a part of the data; with all the data the formula is the same.


# %%
def f(theta):
    """The loss of the line θ and its gradient."""
    return loss(theta), gradient(theta, x, y)


path_of_library = descend(f, (0, 40), Optimizer(sgd, lr=0.5), steps=100)
print("largest difference between the two paths:", np.abs(path - path_of_library).max())

# %% tags=["test"]
assert np.abs(path - path_of_library).max() < 1e-10
assert all(np.diff([loss(theta) for theta in path[:20]]) < 0)
assert all(np.diff([length for *_, length in rows]) < 0)

# %% [markdown]
# ### Explore: the learning rate
#
# The first panel shows the data and the line.
# The second shows the same descent in the plane of $(w, b)$; its **contours** join points of equal loss.
# The third shows the loss after each step.

# %%
explore.three_panels(
    x,
    y,
    theta0=(0, 40),
    x_label="x, tens of kg/m² above 20",
    y_label="progression",
)

# %% [markdown]
# With a very small η nothing goes wrong, but very little happens.
# With a larger η the path first crosses the contours quickly and then turns along the bottom of the valley.
# Larger still, it **oscillates**: each step jumps across the valley, and the descent still converges.
# Above a certain η every jump is longer than the one before, and the descent **diverges**.
#
# Two common misconceptions:
#
# - *A small learning rate is the careful choice, and costs nothing.* It never diverges, but it can cost a thousand times as many steps.
# - *If the loss explodes, the gradient must be wrong.* The gradient can be right at every point while the steps are too long.
#
# ### In matrix form
#
# With more than one measured quantity, sums become hard to read.
# Put a row $(x_i, 1)$ for each person into a matrix $X$. Then
#
# $$r = X\theta - y, \qquad L = \frac1N \lVert r \rVert^2, \qquad g = \frac2N X^\top r .$$
#
# The bias needs no rule of its own: it is the weight of a column of ones.
#
# <details><summary>Box: matrix products in five minutes</summary>
#
# A matrix with $N$ rows and 2 columns, times a vector of 2 numbers, gives $N$ numbers.
# For each row, multiply number by number and add up:
#
# $$\begin{pmatrix} 0.5 & 1 \\ 2 & 1 \end{pmatrix} \begin{pmatrix} 100 \\ 90 \end{pmatrix} = \begin{pmatrix} 0.5 \cdot 100 + 1 \cdot 90 \\ 2 \cdot 100 + 1 \cdot 90 \end{pmatrix} = \begin{pmatrix} 140 \\ 290 \end{pmatrix}.$$
#
# With rows $(x_i, 1)$ and $\theta = (w, b)$, row $i$ gives $w x_i + b$: all predictions at once.
# The **transpose** $X^\top$ turns rows into columns.
# So $X^\top r$ has one number for each column of $X$: that column times $r$, number by number, added up.
# For the first column this is $\sum_i x_i r_i$, for the column of ones $\sum_i r_i$.
# In NumPy: `X @ theta` and `X.T @ r`.
# </details>
#
# At the minimum the gradient is 0, that is $X^\top (X\theta - y) = 0$, or
#
# $$X^\top X\, \theta = X^\top y .$$
#
# These are the **normal equations**. They are linear, so NumPy can solve them directly: this is the method of **least squares**.
#
# **Question.** Does gradient descent find a different line from the one that the normal equations give?

# %% tags=["hide-output"]
X = np.column_stack([x, np.ones_like(x)])
exact = np.linalg.solve(X.T @ X, X.T @ y)
rows = [("normal equations", *exact), ("100 steps of gradient descent", *path[-1])]
plots.table(rows, ["method", "w", "b"])

# %% tags=["test"]
np.testing.assert_allclose(path[-1], exact, rtol=1e-4)
np.testing.assert_allclose(2 / len(y) * X.T @ (X @ line_A - y), gradient(line_A, x, y))

# %% [markdown]
# <details><summary>Answer</summary>
#
# No. Gradient descent is another way to the same minimum.
# For a line, solving is quicker.
# With a million parameters the normal equations still exist, but solving them costs too much.
# For a neural network there are no such equations, and gradient descent and its relatives are all we have.
# </details>
#
# **To keep:** the gradient says which way, the learning rate says how far.

# %% [markdown]
# ## 2. How large may a step be? ({minutes} minutes)
#
# In the explorer of part 1 the descent diverged above a certain learning rate.
# This part computes that limit, explains what makes a descent slow, and shows how to find a learning rate when you cannot compute anything.
#
# We predict the progression from two quantities: the body-mass index and the blood pressure.
# Each is counted from a typical value and divided by a typical deviation from it; part 3 explains why.

# %% [markdown] tags=["teacher"]
# **Aim.** The student can say what happens to the error along each eigenvector, and can find a usable learning rate with and without eigenvalues.
#
# **For the room:** "The loss has fallen by 99 % and its curve is flat. Are we done?"
# Expect: "yes, flat means gradient zero" (it means that the *loss* changes slowly), "no, the learning rate is too small" (no learning rate below the limit is much better here).
#
# **Can be cut.** Power iteration; the turn on the error after many steps.
#
# **Exercises.** 1.12 (how many steps), 1.14 (has it converged), 1.15 (a Hessian that you cannot see) and 1.16 (as low as you can).

# %%
diabetes = data.load("diabetes")
print(diabetes)
bmi, pressure = (diabetes.train.X[:, diabetes.columns.index(name)] for name in ("bmi", "bp"))
X = np.column_stack([(bmi - 26) / 4, (pressure - 95) / 14, np.ones(len(bmi))])
y = diabetes.train.y


def f(theta):
    """The loss of θ (3,) and its gradient."""
    r = X @ theta - y
    return np.mean(r**2), 2 / len(y) * X.T @ r


# %% [markdown]
# ### One direction
#
# Take the simplest loss with a minimum: $L(\theta) = \frac12 \lambda \theta^2$, for a single number θ.
# Its derivative is $\lambda\theta$.
# The number λ (lambda) is the **curvature**: it says how quickly the derivative grows with the distance from the minimum.
#
# ### Your turn: predict the limit
#
# Let λ = 4 and start at θ = 1.
# Write down one step of gradient descent, and then predict: from which learning rate on does the descent no longer converge?
# Return that number. Nobody tells you whether it is right; the next cell measures it.


# %% turn="2.a"
def predicted_limit():
    """The learning rate from which on gradient descent on 2 θ² no longer converges, a number."""
    ### BEGIN SOLUTION
    return 0.5
    ### END SOLUTION


# %%
learning_rates = np.arange(1, 101) / 100  # 0.01, 0.02, ..., 1
theta = np.ones(100)  # a hundred descents, one for each learning rate
for _ in range(200):
    theta = theta - learning_rates * 4 * theta
measured_limit = learning_rates[np.abs(theta) > 0.99][0]

# %% tags=["hide-output"]
plots.table([(predicted_limit(), measured_limit)], ["your prediction", "measured"])

# %% [markdown]
# Now the reason. One step turns θ into
#
# $$\theta - \eta\lambda\theta = (1 - \eta\lambda)\, \theta .$$
#
# Every step multiplies θ, the distance to the minimum, by the same factor $1 - \eta\lambda$:
#
# | $\eta\lambda$ | factor $1 - \eta\lambda$ | what happens |
# |---|---|---|
# | between 0 and 1 | between 1 and 0 | θ shrinks and stays on its side |
# | 1 | 0 | θ is at the minimum after one step |
# | between 1 and 2 | between 0 and −1 | it **oscillates**: θ changes sides at each step, and shrinks |
# | 2 | −1 | θ changes sides and keeps its size |
# | above 2 | below −1 | it **diverges**: θ changes sides and grows |
#
# So gradient descent on this loss converges for $\eta < 2/\lambda$.

# %% tags=["test"]
assert measured_limit == 2 / 4

# %% [markdown]
# ### Many directions
#
# With several parameters, the second derivatives form a matrix, the **Hessian** $H$.
# For the mean squared error it is $H = \frac2N X^\top X$.
# There are directions that the matrix only stretches, its **eigenvectors**; the factor of the stretch is the **eigenvalue** λ.
# Along an eigenvector the loss is a parabola with the curvature λ, so everything above applies: the error $e$, which is the distance to the minimum along that direction, becomes
#
# $$e \leftarrow (1 - \eta\lambda)\, e$$
#
# in each step, whatever happens in the other directions.
#
# <details><summary>Box: eigenvectors in five minutes</summary>
#
# Multiply all points of a circle by a matrix such as $H = \begin{pmatrix} 3 & 1 \\ 1 & 3 \end{pmatrix}$.
# The circle becomes an ellipse.
# Most vectors change their direction: $(1, 0)$ becomes $(3, 1)$.
# The two axes of the ellipse do not: $(1, 1)$ becomes $(4, 4)$, which is 4 times as long, and $(1, -1)$ becomes $(2, -2)$, twice as long.
# These directions are the eigenvectors of $H$, and 4 and 2 are its eigenvalues.
#
# A symmetric matrix with $n$ rows, such as a Hessian, has $n$ eigenvectors at right angles to each other.
# So every error is a sum of parts along them, and gradient descent treats each part separately.
# In NumPy: `np.linalg.eigh(H)` returns the eigenvalues in ascending order, and the eigenvectors as columns.
# </details>

# %%
H = 2 / len(y) * X.T @ X
eigenvalues, eigenvectors = np.linalg.eigh(H)
print("eigenvalues:", eigenvalues.round(3))

# %% [markdown]
# The largest eigenvalue is called $\lambda_{\max}$, the smallest $\lambda_{\min}$.
#
# ### Explore: one factor for each direction
#
# There is a bar for the factor of each direction, without its sign.
# The slider sets $\eta \lambda_{\max}$, so the same position means the same for every data set.

# %%
explore.contraction(eigenvalues)

# %% [markdown]
# A bar above 1 is an error that grows.
# The direction of $\lambda_{\max}$ gets there first, so gradient descent converges for
#
# $$\eta < \frac{2}{\lambda_{\max}}$$
#
# and diverges above.
# The best η makes the two ends equal, $1 - \eta\lambda_{\min} = \eta\lambda_{\max} - 1$, which gives $\eta = 2 / (\lambda_{\max} + \lambda_{\min})$.
# Then the slowest directions keep $(\kappa - 1)/(\kappa + 1)$ of their error in each step, where $\kappa = \lambda_{\max} / \lambda_{\min}$ is the **condition number**.
# A round bowl has κ = 1.
# A long narrow valley has a large κ and is slow with any fixed learning rate: in the explorer, compare the three eigenvalues with those of all ten columns.
#
# Is the limit sharp?

# %%
limit = 2 / eigenvalues[-1]
rows = []
for share in (0.99, 1.01):
    path = descend(f, np.zeros(3), Optimizer(sgd, lr=share * limit), steps=500)
    rows.append((f"{share} of the limit", f(path[0])[0], f(path[-1])[0]))
plots.table(rows, ["learning rate", "loss at the start", "loss after 500 steps"])

# %% [markdown]
# A change of two per cent in the learning rate decides between convergence and divergence.

# %% tags=["test"]
best = np.linalg.solve(X.T @ X, X.T @ y)
(_, first, last), (_, first_above, last_above) = rows
assert last < first
assert last < 1.01 * f(best)[0]
assert last_above > first_above

# %% [markdown]
# ### Your turn: the error after many steps
#
# Each step multiplies the error along every eigenvector by its own factor.
# Write the errors after `steps` steps, without a loop.


# %% turn="2.b"
def error_after(steps, error, lr, eigenvalues):
    """The errors (n,) along n eigenvectors after some steps of gradient descent, from those at the start (n,)."""
    ### BEGIN SOLUTION
    return (1 - lr * eigenvalues) ** steps * error
    ### END SOLUTION


# %% [markdown]
# Compare your formula with a real descent of 10 steps.
# `eigenvectors.T @ v` gives the part of a vector $v$ along each eigenvector.

# %%
best = np.linalg.solve(X.T @ X, X.T @ y)
path = descend(f, np.zeros(3), Optimizer(sgd, lr=0.6), steps=10)
first, last = (eigenvectors.T @ (theta - best) for theta in (path[0], path[-1]))
by_formula = error_after(10, first, 0.6, eigenvalues)
rows = zip(eigenvalues, first, by_formula, last, strict=True)
plots.table(list(rows), ["eigenvalue", "error at the start", "by your formula", "in the descent"])

# %% tags=["test"]
np.testing.assert_allclose(by_formula, last, rtol=1e-8)

# %% [markdown]
# ### A flat loss curve is not convergence
#
# The next descent runs in a valley with eigenvalues 1 and 10,000, with 0.9 of the limit.
# It starts at (10, 1): the distance to the minimum is 10 along the flat direction and 1 along the steep direction.
# After 1,000 steps more than 99 % of the loss is gone, and a curve of the loss looks flat.
#
# **Question.** How much of the distance along the flat direction is left?

# %% tags=["hide-output"]
valley = quadratic(condition=10_000)
path = descend(valley, (10, 1), Optimizer(sgd, lr=0.9 * 2 / 10_000), steps=1000)
height, _ = valley(path)
rows = [(t, height[t], path[t, 0], path[t, 1]) for t in (0, 10, 100, 500, 1000)]
plots.table(rows, ["step", "loss", "error along the flat direction", "along the steep direction"])

# %% [markdown]
# <details><summary>Answer</summary>
#
# More than four fifths.
# The steep direction is finished early, and it made up almost all of the loss.
# Along the flat direction a step leaves $1 - \eta\lambda_{\min} = 0.99982$ of the error.
# The loss shows little of this, because flat means that the loss hardly depends on that direction.
# To see whether a descent has converged, look at the length of the gradient and at the parameters.
# </details>

# %% tags=["test"]
assert height[-1] < 0.01 * height[0]
assert 0.8 < path[-1, 0] / 10 < 0.85
assert abs(path[100, 1]) < 1e-8
assert abs((1 - 0.9 * 2 / 10_000) - 0.99982) < 1e-9

# %% [markdown]
# ### What if you do not know the eigenvalues?
#
# For a network the Hessian is far too large to write down. Two methods need only gradients.
#
# **Double until it diverges.** Begin with a learning rate that is surely too small, and try a few steps with it.
# Double it as long as the loss falls. Then go back by a factor of 2 to 3, because a few steps cannot show a slow divergence.


# %%
def falls(lr):
    """True if 20 steps with this learning rate reduce the loss."""
    path = descend(f, np.zeros(3), Optimizer(sgd, lr=lr), steps=20)
    return f(path[-1])[0] < f(path[0])[0]


lr = 0.001
while falls(lr):
    lr = 2 * lr
rows = [
    ("the first that fails", lr),
    ("a third of it", lr / 3),
    ("the limit, for comparison", limit),
]
plots.table(rows, ["", "learning rate"])

# %% tags=["test"]
assert lr / 2 < limit < lr
assert 1 / 4 < lr / 3 / limit < 1

# %% [markdown]
# **Power iteration** finds $\lambda_{\max}$ itself.
# On a quadratic loss, a displacement $v$ changes the gradient by $Hv$.
# Apply $H$ again and again: each time the part of $v$ along the steepest direction grows more than all other parts, so $v$ turns into that eigenvector and the growth of its length into $\lambda_{\max}$.

# %%
theta, v = np.zeros(3), np.array([1.0, 0.0, 0.0])
for _ in range(50):
    Hv = f(theta + v)[1] - f(theta)[1]
    growth = np.linalg.norm(Hv)  # v has length 1
    v = Hv / growth
print(f"power iteration: {growth:.4f}; largest eigenvalue: {eigenvalues[-1]:.4f}")

# %% tags=["test"]
np.testing.assert_allclose(growth, eigenvalues[-1], rtol=1e-4)

# %% [markdown]
# Where the loss is not quadratic, use a short displacement $hv$ and divide the change of the gradient by $h$.
# The result is then the curvature *at this point*, and it changes as the descent goes on.
#
# **To keep:** the steepest direction limits the learning rate, and the flattest direction then decides how long you wait.

# %% [markdown]
# ## 3. Units and scaling ({minutes} minutes)
#
# Part 2 ended with two numbers: the steepest direction sets the limit, the flattest sets the time.
# Their ratio is the condition number $\kappa = \lambda_{\max}/\lambda_{\min}$, for the eigenvalues of $H = \frac2N X^\top X$.
# What makes a valley narrow? Often just the units of the data, and where zero is.
# This part changes both, with the body-mass index first and with all ten measured quantities after that.

# %% [markdown] tags=["teacher"]
# **Aim.** The student standardises columns before a descent, and knows why; she never compares learning rates of two losses without looking at their factors.
#
# **For the room:** "I give the body height in metres instead of centimetres. Does gradient descent get faster, slower, or stay the same?"
# Expect: "the same, it is the same data" (true of the best prediction, not of the path), "faster, the numbers are smaller" (it depends on where zero is, and on the other columns).
#
# **Can be cut.** Sum, mean and half the mean, if the class uses one library only.
#
# **Exercises.** 1.13 (back to raw units).

# %%
diabetes = data.load("diabetes")
print(diabetes)
raw, y = diabetes.train.X, diabetes.train.y
bmi = raw[:, diabetes.columns.index("bmi")]


def curvatures(columns):
    """The eigenvalues of H, ascending, for a regression on these columns (N, n) and a bias."""
    X = np.column_stack([columns, np.ones(len(columns))])
    return np.linalg.eigvalsh(2 / len(X) * X.T @ X)


# %% [markdown]
# ### Explore: the unit of x
#
# The explorer fits the line of part 1 again, always with the best learning rate.
# You choose the unit in which the body-mass index is given, and what it is counted from.

# %%
explore.units(bmi, y)

# %% [markdown]
# The valley is roundest when $x$ is counted from its mean, in units of its **standard deviation**, the usual distance from the mean.
# Bringing every column into this form is called **standardising**:
#
# $$z = \frac{x - \text{mean}}{\text{standard deviation}} .$$

# %% tags=["test"]
mean, std = bmi.mean(), bmi.std()
kappas = {
    (origin, unit): (lambda e: e[-1] / e[0])(curvatures(((bmi - origin) / (unit * std))[:, None]))
    for origin in (mean, bmi.min(), 0.0)
    for unit in np.geomspace(0.2, 5, 29)
}
assert min(kappas, key=kappas.get) == (mean, min((u for _, u in kappas), key=lambda u: abs(u - 1)))

# %% [markdown]
# ### Your turn: standardise
#
# Standardise every column of a table.
# NumPy's `mean` and `std` take `axis=0` for one number per column.


# %% turn="3.a"
def standardise(columns):
    """The columns (N, n), each with its mean subtracted and divided by its standard deviation."""
    ### BEGIN SOLUTION
    return (columns - columns.mean(axis=0)) / columns.std(axis=0)
    ### END SOLUTION


# %% [markdown]
# The ten columns of the diabetes data have very different units: years, kg/m², mmHg, mg/dl.
#
# **Question.** Standardising makes κ equal to 1 for a single column. Does it for all ten together?

# %% tags=["hide-output"]
tables = {
    "body-mass index, as measured": bmi[:, None],
    "body-mass index, standardised": standardise(bmi[:, None]),
    "ten columns, as measured": raw,
    "ten columns, standardised": standardise(raw),
}
limits, conditions = {}, {}
for name, columns in tables.items():
    least, *_, most = curvatures(columns)
    limits[name], conditions[name] = 2 / most, most / least
rows = [(name, limits[name], conditions[name]) for name in tables]
plots.table(rows, ["data", "limit of η", "κ"])

# %% [markdown]
# <details><summary>Answer</summary>
#
# No. Columns that are **correlated**, which means that they tend to rise and fall together, still make a narrow valley: changing their weights in opposite directions hardly changes the predictions.
# But κ is about a hundred thousand times smaller than for the raw columns.
# The number of steps to a given accuracy grows in proportion to κ, so a descent on standardised columns needs that many times fewer steps.
# </details>
#
# **Standardise the columns before you descend.**
# The best prediction stays the same; only the path to it changes.
# For new data, use the mean and the standard deviation of the *training* data: the weights belong to those.

# %% tags=["test"]
assert conditions["body-mass index, standardised"] < 1 + 1e-9
ratio = conditions["ten columns, as measured"] / conditions["ten columns, standardised"]
assert 0.8e5 < ratio < 1.3e5
assert conditions["ten columns, standardised"] > 100

# %% [markdown]
# ### Sum, mean, or half the mean
#
# The scale of the loss matters too. Some books sum the squares, some take the mean, some take half the mean.
# All three have the same minimum, but not the same gradient:
#
# | loss | gradient | used in |
# |---|---|---|
# | $\sum r^2$ | $2 X^\top r$ | PyTorch with `reduction="sum"` |
# | $\frac1N \sum r^2$ | $\frac2N X^\top r$ | this course, PyTorch's `MSELoss` |
# | $\frac1{2N} \sum r^2$ | $\frac1N X^\top r$ | many textbooks |
#
# **Question.** A descent with the mean of the squares uses η = 0.2. Which η takes the same path with *half* the mean?

# %% tags=["hide-output"]
X = np.column_stack([standardise(bmi[:, None]), np.ones(len(bmi))])


def mean_of_squares(theta):
    r = X @ theta - y
    return np.mean(r**2), 2 / len(y) * X.T @ r


def half_of_it(theta):
    value, g = mean_of_squares(theta)
    return value / 2, g / 2


path = descend(mean_of_squares, (0, 0), Optimizer(sgd, lr=0.2), steps=10)
differences = {}
for lr in (0.05, 0.1, 0.2, 0.4, 0.8):
    other = descend(half_of_it, (0, 0), Optimizer(sgd, lr=lr), steps=10)
    differences[lr] = np.abs(path - other).max()
plots.table(list(differences.items()), ["η with half the mean", "largest difference of the paths"])

# %% [markdown]
# <details><summary>Answer</summary>
#
# η = 0.4. Half the mean has half the gradient, so it needs twice the learning rate for the same step.
# </details>
#
# A learning rate means nothing without its loss: when you copy one from a book, check which of the three the book uses.
#
# **To keep:** scale the data before you tune the learning rate.

# %% tags=["test"]
assert [lr for lr, difference in differences.items() if difference < 1e-10] == [0.4]

# %% [markdown]
# ## 4. On real data ({minutes} minutes)
#
# Real data have wrong entries, and there are never enough of them.
# This part asks which loss survives a typing error, when to stop a descent, and why stopping *early* can be better than reaching the minimum.

# %% [markdown] tags=["teacher"]
# **Aim.** The student knows that the minimum of the training loss is not the goal.
#
# **For the room:** "We could compute the exact minimum. Why would anybody stop before it?"
# Expect: "to save time" (true, but not the point), "the minimum cannot be reached" (here it can), "overfitting" (right; ask which directions are fitted last).
#
# **Can be cut.** The outliers, if Huber is not needed; then begin at *Clothes*.
#
# **Exercises.** 1.11 (when to stop).

# %%
clothes = data.load("fashion_mnist")
print(clothes)
few = 160 if clothes.fallback else 2000  # the stand-in has fewer pixels: as hard with fewer images


def with_ones(columns):
    """The columns (N, n) and a column of ones for the bias, (N, n + 1), in float64."""
    return np.column_stack([columns, np.ones(len(columns))]).astype(float)


# %% [markdown]
# ### Explore: one wrong entry
#
# A single wrong value is called an **outlier**.
# Drag the point on the right down, as if somebody had mistyped its $y$, and watch the three lines. Each minimises another loss.

# %%
explore.outliers()

# %% [markdown]
# Why do they differ? A loss acts on the line through its derivative with respect to the residual: the *pull* of each point.
#
# | loss of one residual | its derivative, the pull |
# |---|---|
# | squared error, $r^2$ | $2r$: twice the residual, twice the pull |
# | absolute error, $\lvert r \rvert$ | $+1$ or $-1$: every point pulls equally |
# | Huber loss with the limit δ (delta) | $r$ up to δ in size, then constant |
#
# The absolute error has a price: its pull does not shrink near the minimum, so a descent with a fixed learning rate ends up jumping around it.
# The **Huber loss** avoids this: it is $\frac12 r^2$ for small residuals and a straight line beyond.
#
# ### Your turn: the pull of the Huber loss
#
# Return the derivative of the Huber loss for many residuals at once.
# For $\lvert r \rvert \le \delta$ it is $r$; beyond, it is $+\delta$ or $-\delta$, with the sign of $r$.


# %% turn="4.a"
def huber_pull(r, delta):
    """The derivative (N,) of the Huber loss of each residual r (N,)."""
    ### BEGIN SOLUTION
    return np.clip(r, -delta, delta)
    ### END SOLUTION


# %%
points = toys.line(n=30, slope=1.5, intercept=1.0, noise=0.3, seed=3).train
X, wrong_y = with_ones(points.X), points.y.copy()
wrong_y[points.X[:, 0].argmax()] -= 12  # a typing error at the largest x


def fit(pull):
    """w and b after 2,000 steps of gradient descent with this pull."""
    theta = np.zeros(2)
    for _ in range(2000):
        theta = theta - 0.05 * X.T @ pull(X @ theta - wrong_y) / len(X)
    return theta


# %%
rows = [
    ("the line the points were drawn from", 1.5, 1.0),
    ("squared error", *fit(lambda r: 2 * r)),
    ("absolute error", *fit(np.sign)),
    ("Huber, δ = 1", *fit(lambda r: huber_pull(r, 1.0))),
]
plots.table(rows, ["loss", "w", "b"])

# %% [markdown]
# The wrong entry pulls the line of the squared error furthest away from the true slope.
# Use Huber when single entries may be wrong; use the squared error when every point deserves its full weight.

# %% tags=["test"]
away = {name: abs(w - 1.5) for name, w, _ in rows}
assert max(away, key=away.get) == "squared error"
assert away["squared error"] > 2 * max(away["absolute error"], away["Huber, δ = 1"])

# %% [markdown]
# ### Clothes: when to stop
#
# Fashion-MNIST holds grey images of clothes, 28 × 28 pixels, in ten classes numbered 0 to 9.
# We let a linear regression predict the *class number* from the pixels, one weight for each pixel and a bias.
# As a classifier this is a poor idea (see the last Further section), but as a regression it is hard enough: many parameters, and only a few images to train on.
# If the first line of this part's output says FALLBACK, you see the 8 × 8 digits of scikit-learn instead; everything said here holds for both.
#
# How long should the descent run? A common rule is to stop as soon as the gradient is short: here, when its length is below 1/300 of that at the start.
#
# We can find out where the rule stops without running the descent.
# Part 2 gives θ after *any* number of steps, because each direction has its own factor.
# `theory.least_squares_path(X, y, lr, steps)` computes it for a descent from 0, and `np.inf` steps give the minimum.

# %%
X, y = with_ones(clothes.train.X[:few]), clothes.train.y[:few]
lr = 0.9 * 2 / np.linalg.eigvalsh(2 / few * X.T @ X)[-1]
path = theory.least_squares_path(X, y, lr, range(1001))  # (1001, P)
gradients = 2 / few * (path @ X.T - y) @ X  # (1001, P)
lengths = np.linalg.norm(gradients, axis=1)
step = int(np.argmax(lengths < lengths[0] / 300))  # the first that is True
print(f"{few:,} images, η = {lr:.4f}: the rule stops after {step:,} steps")

# %% tags=["test"]
assert 10 < step < 1000
f = lambda theta: (0.0, 2 / few * X.T @ (X @ theta - y))
really = descend(f, np.zeros(X.shape[1]), Optimizer(sgd, lr=lr), steps=20)
np.testing.assert_allclose(really, path[:21], atol=1e-9)

# %% [markdown]
# Here is the loss after the stop and at the minimum, on the training images and on the **validation** images, which were not used for training.


# %%
def loss_on(theta, split):
    """The mean squared residual of each θ (..., P) on a split, (...,)."""
    return np.mean((theta @ with_ones(split.X).T - split.y) ** 2, axis=-1)


small = clothes.train[:few]
(minimum,) = theory.least_squares_path(X, y, lr, [np.inf])
rows = [("after the stop", path[step]), ("at the minimum", minimum)]
rows = [(name, loss_on(one, small), loss_on(one, clothes.valid)) for name, one in rows]
plots.table(rows, ["", "training loss", "validation loss"])

# %% [markdown]
# On the training images nothing is better than the minimum; that is what minimum means.
# On images that the model has never seen, the *unfinished* descent is better.

# %% tags=["test"]
(_, train_stop, valid_stop), (_, train_minimum, valid_minimum) = rows
assert train_minimum < train_stop
assert valid_stop < valid_minimum

# %% [markdown]
# ### Your turn: predict the best moment to stop
#
# We follow the descent for a million steps and look at the validation loss.
# After how many steps is it smallest? Return a number from 1 to 1,000,000; the power of ten is what counts.


# %% turn="4.b"
def predicted_best_step():
    """The number of steps after which the validation loss is smallest, from 1 to 1,000,000."""
    ### BEGIN SOLUTION
    return 1000
    ### END SOLUTION


# %% tags=["hide-output"]
steps = np.geomspace(1, 1e6, 61).round()
thetas = theory.least_squares_path(X, y, lr, steps)  # (61, P)
training, validation = loss_on(thetas, small), loss_on(thetas, clothes.valid)
best = validation.argmin()
plots.table([(predicted_best_step(), int(steps[best]))], ["your prediction", "measured"])

# %% tags=["hide-input", "hide-output"]
curves = {"training images": training, "validation images": validation}
ax = plots.curves(curves, x=steps, xlabel="step")
at = steps[best], validation[best]
ax.plot(*at, "o", ms=11, mfc="none", mec="black")
ax.annotate("smallest", at, (0, 12), textcoords="offset points", ha="center")
ax.set(xscale="log", yscale="log", yticks=[1, 2, 5, 10, 20])
ax.set(yticklabels=["1", "2", "5", "10", "20"])
ax.minorticks_off()
plots.show(
    ax,
    f"Both losses fall together at first. The validation loss is smallest, {validation[best]:.2f}, after "
    f"{steps[best]:,.0f} steps, and then rises again to {validation[-1]:.2f}; the training loss keeps "
    f"falling, to {training[-1]:.2f}.",
)

# %% [markdown]
# The steep directions, which most images share, are learnt first.
# The flat directions come last; in them, a few images say little that holds for other images.
# A descent that stops early never gets there.
#
# **Early stopping is regularisation.** Regularisation means anything that keeps a model simpler than the training data alone would make it; lesson 6 has more of it.
# Choose the moment with validation images, and use the test images once, at the end:


# %%
def right(theta, split):
    """The share of images whose prediction is less than ½ away from the class number."""
    return np.mean(np.abs(with_ones(split.X) @ theta - split.y) <= 0.5)


rows = [(f"{steps[best]:,.0f} steps", thetas[best]), ("minimum", minimum)]
rows = [(name, loss_on(one, clothes.test), right(one, clothes.test)) for name, one in rows]
plots.table(rows, ["descent", "test loss", "share of test images right"])

# %% [markdown]
# The early stop wins on the test images too.
#
# **To keep:** the minimum of the training loss is not the goal; the loss on new data is.

# %% tags=["test"]
assert training.argmin() == 60
assert 10 < steps[best] < 1e5
assert validation[best] < validation[-1]
assert rows[0][1] < rows[1][1]
assert rows[0][2] > rows[1][2]

# %% [markdown]
# ## Further: is it luck of the draw?
#
# One set of training images and one best moment prove little.
# Here are five different sets of the same size, each stopped at the moment that its own validation loss chooses, and each at its minimum.
#
# Compare the two losses row by row.

# %%
rows = []
for k in range(5):
    draw = clothes.train[k * few : (k + 1) * few]
    at = theory.least_squares_path(with_ones(draw.X), draw.y, lr, [*steps, np.inf])
    chosen = loss_on(at[:-1], clothes.valid).argmin()
    losses = loss_on(at[chosen], clothes.test), loss_on(at[-1], clothes.test)
    rows.append((k + 1, int(steps[chosen]), *losses))
plots.table(rows, ["draw", "best step", "test loss there", "test loss at the minimum"])

# %% [markdown]
# The early stop has the smaller test loss in all five draws.
# By how much differs a lot from draw to draw: never judge a method by a single one.

# %% tags=["test"]
assert all(stopped < minimal for *_, stopped, minimal in rows)
gains = [minimal / stopped for *_, stopped, minimal in rows]
assert max(gains) > 1.2 * min(gains)

# %% [markdown]
# ## Further: when there are many minima
#
# In images with a black border, some pixels are black in every training image.
# Their column in $X$ is 0, so the loss does not depend on their weights at all: $H$ has the eigenvalue 0, and κ is infinite.
# Then there is not one minimum but infinitely many, all with the same loss.
# Which one does gradient descent find?
#
# A direction with eigenvalue 0 has the factor $1 - \eta \cdot 0 = 1$: the descent never moves along it.
# So a descent from 0 stays at 0 in these directions, and converges to the minimum of **least norm**, the one with the smallest $\lVert\theta\rVert$.
# A descent that starts elsewhere keeps what it started with.
# This is one reason why the start of a descent matters, and why gradient descent can prefer simple solutions without being told to.
#
# The cell takes three people and a column of zeros.

# %%
X = np.array([[1.0, 0.0, 1.0], [2.0, 0.0, 1.0], [4.0, 0.0, 1.0]])
y = np.array([1.0, 3.0, 4.0])
f = lambda theta: (np.mean((X @ theta - y) ** 2), 2 / 3 * X.T @ (X @ theta - y))
found = {
    "descent from (0, 0, 0)": descend(f, (0, 0, 0), Optimizer(sgd, lr=0.1), 2000)[-1],
    "descent from (0, 7, 0)": descend(f, (0, 7, 0), Optimizer(sgd, lr=0.1), 2000)[-1],
    "least norm, by np.linalg.lstsq": np.linalg.lstsq(X, y)[0],
}
plots.table(
    [(name, *theta, f(theta)[0]) for name, theta in found.items()],
    ["", "θ₁", "θ₂", "θ₃", "loss"],
)

# %% tags=["test"]
assert (clothes.train.X[:few] == 0).all(axis=0).any()
zero, seven, least = found.values()
np.testing.assert_allclose(zero, least, atol=1e-6)
assert seven[1] == 7
assert abs(f(zero)[0] - f(seven)[0]) < 1e-9

# %% [markdown]
# ## Further: why this is a poor way to classify
#
# A class number is a name, not a quantity: nothing makes a coat (4) lie between a dress (3) and a sandal (5).
# The table shows, for each class of the test images, the mean prediction and the share that is right.

# %%
prediction = with_ones(clothes.test.X) @ thetas[best]
rows = []
for k, name in enumerate(clothes.classes):
    mine = prediction[clothes.test.y == k]
    rows.append((f"{k} {name}", mine.mean(), np.mean(np.abs(mine - k) <= 0.5)))
plots.table(rows, ["class", "mean prediction", "share right"])

# %% [markdown]
# In Fashion-MNIST, classes that look alike but have distant numbers suffer most.
# A shirt (6) looks like a T-shirt (0), a pullover (2) or a coat (4).
# The regression must give one number and answers with something in between, which is another class.
# Shirts, T-shirts and pullovers are the three classes that it gets wrong most often.
# Lesson 7 does it properly, with one output for each class and the cross-entropy.

# %% tags=["test"]
worst = {name.split()[1] for name, _, _ in sorted(rows, key=lambda row: row[2])[:3]}
assert clothes.fallback or worst == {"shirt", "T-shirt", "pullover"}

# %% [markdown]
# ## Summary
#
# | what | formula |
# |---|---|
# | loss | $L(\theta) = \frac1N \sum r_i^2$, with $r = X\theta - y$ |
# | gradient | $g = \frac2N X^\top r$ |
# | step | $\theta \leftarrow \theta - \eta\, g$ |
# | minimum | $X^\top X \theta = X^\top y$ |
# | Hessian | $H = \frac2N X^\top X$, with eigenvalues λ |
# | factor of each direction | $1 - \eta\lambda$ in each step |
# | converges for | $\eta < 2/\lambda_{\max}$ |
# | best η | $2/(\lambda_{\max} + \lambda_{\min})$, which leaves $(\kappa-1)/(\kappa+1)$ of the error |
# | condition number | $\kappa = \lambda_{\max} / \lambda_{\min}$; standardise the columns to make it smaller |

# %% [markdown]
# ## Symptom, suspect, test
#
# | symptom | suspect | test |
# |---|---|---|
# | the loss grows from the first steps on | η above $2/\lambda_{\max}$ | try a tenth of η |
# | it still grows with any η | wrong sign or a wrong gradient | finite differences |
# | the loss falls, but very slowly | η too small | double η until the descent diverges, go back by a factor of 2 to 3 |
# | slow with every η below the limit | large κ | standardise the columns and compare κ |
# | η from a book diverges, or does nothing | another convention of the loss | sum, mean or half the mean? |
# | η worked, then fails with more data | the loss is a sum | divide by N |
# | the loss is flat: is it the minimum? | a flat direction | length of the gradient; does θ still move? |
# | one line misses nearly all points | an outlier | fit with Huber and compare |
# | training loss falls, validation loss rises | the model fits the peculiarities of few images | stop early, or get more data |

# %% [markdown]
# ## Questions
#
# <details><summary>1. A colleague doubles the data set and keeps the loss as a <em>sum</em> of squares. Her descent, which worked, now diverges. Why?</summary>
#
# The gradient of a sum grows with the number of terms. It is now about twice as long, so the limit of η is half of what it was. With the mean nothing would have changed.
# </details>
#
# <details><summary>2. With η a little below the limit, which direction is slowest, and how does its path look?</summary>
#
# The steepest one: its factor $1 - \eta\lambda_{\max}$ is a little above −1. The path jumps from one side of the valley to the other and comes only slightly closer with each jump.
# </details>
#
# <details><summary>3. Your gradient passes the check by finite differences. Can the descent still converge to the wrong line?</summary>
#
# Yes. The check compares the gradient with the loss that you wrote. If the loss is wrong, for example because the bias is missing, the gradient can still be correct for it.
# </details>
#
# <details><summary>4. You measure the body-mass index in a unit twice as large, so that all x are halved. The best slope doubles. What happens to the best loss?</summary>
#
# Nothing: the predictions $w x + b$ are the same. Only κ and the path of the descent change.
# </details>
#
# <details><summary>5. Why does early stopping help more with 100 training images than with 60,000?</summary>
#
# With many images even the flat directions are well determined: what they say about the training images holds for others too. With few images it is mostly chance.
# </details>

# %% [markdown]
# ## Read on
#
# - Gabriel Goh, *Why Momentum Really Works*, Distill, 2017: the first part draws the factor of each direction.
# - Stephen Boyd and Lieven Vandenberghe, *Convex Optimization*, 2004, chapter 9: descent methods and the condition number.
# - Peter J. Huber, *Robust Estimation of a Location Parameter*, 1964: the Huber loss.
# - Bradley Efron, Trevor Hastie, Iain Johnstone, Robert Tibshirani, *Least Angle Regression*, 2004: the diabetes data.
# - Han Xiao, Kashif Rasul, Roland Vollgraf, *Fashion-MNIST*, 2017: the images.
#
# **Next:** the [exercises of this lesson](../exercises/01_linear_regression.ipynb), then [lesson 2, stochastic gradient descent](02_stochastic_gradient_descent.ipynb).
