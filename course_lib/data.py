"""Real data sets, `load(name)`, and batches of their rows.

`digits` and `diabetes` lie in the folder small/ and need no network. `mnist` and `fashion_mnist` are
read from the folder that `COURSE_DATA` names or from the user's cache folder, else downloaded with
torchvision. If all of this fails, `load` returns `digits` in their place and says so on the screen.
"""

from dataclasses import dataclass, replace
from importlib.resources import files

import numpy as np

from course_lib import mnist

TITLES = {
    "mnist": "MNIST",
    "fashion_mnist": "Fashion-MNIST",
    "digits": "Digits",
    "diabetes": "Diabetes",
}
FASHION = (
    "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "trainer", "bag", "boot",
)  # fmt: skip
DIABETES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
SPLIT_SEED = 20  # the same split for every reader, so that their results can be compared


@dataclass(frozen=True)
class Split:
    """Examples X (N, n) and their targets y (N,); `X, y = split`, `split[:2000]`, `len(split)`."""

    X: np.ndarray
    y: np.ndarray

    def __post_init__(self):
        if self.X.ndim != 2 or self.y.shape != self.X.shape[:1]:
            raise ValueError(f"X must be (N, n) and y (N,), got {self.X.shape} and {self.y.shape}")

    def __len__(self):
        return len(self.X)

    def __iter__(self):
        return iter((self.X, self.y))

    def __getitem__(self, rows):
        return Split(self.X[rows], self.y[rows])


@dataclass(frozen=True)
class Data:
    """A data set in three splits: train on `train`, choose on `valid`, report on `test` once.

    classes  names of the classes, () for a regression
    shape    (height, width) of an image, () for a table; a row of X is the image flattened
    columns  names of a table's columns, () for images
    fallback True when `digits` stands in for a set that is not on this machine
    """

    name: str
    train: Split
    valid: Split
    test: Split
    classes: tuple = ()
    shape: tuple = ()
    columns: tuple = ()
    fallback: bool = False

    def __repr__(self):
        sizes = f"{len(self.train):,} to train, {len(self.valid):,} to validate, {len(self.test):,}"
        return f"{TITLES.get(self.name, self.name)}: {sizes} to test"


def load(name, valid=0.1):
    """The data set "mnist", "fashion_mnist", "digits" or "diabetes"; `print(data)` says what it holds.

    valid is the fraction of the training part that becomes the validation split. Images are numbers
    from 0 to 1, (N, height * width), y their class numbers; `diabetes` is in its original units. MNIST
    and Fashion-MNIST are float32, the small sets float64. Raises ValueError for an unknown name and for
    a fraction outside 0 to 1. Prints a warning when `digits` takes the place of a missing set.
    """
    if name not in TITLES:
        raise ValueError(f"no data set {name!r}: choose from {', '.join(TITLES)}")
    if not 0 <= valid < 1:
        raise ValueError(f"valid is a fraction, at least 0 and below 1, got {valid}")
    if name in mnist.FOLDERS:
        return _image_set(name, valid)
    return _digits(valid) if name == "digits" else _diabetes(valid)


def batches(n, batch, rng=None):
    """The row numbers 0 to n - 1 in batches; the last is smaller if batch does not divide n.

    With rng, a numpy Generator, in a new random order; without it, in ascending order.
    """
    if batch < 1:
        raise ValueError(f"a batch holds at least 1 example, got {batch}")
    order = np.arange(n) if rng is None else rng.permutation(n)
    for begin in range(0, n, batch):
        yield order[begin : begin + batch]


def split_off(X, y, fraction, seed=SPLIT_SEED):
    """Two Splits, drawn at random: the second holds this fraction of the rows, the first the rest."""
    order = np.random.default_rng(seed).permutation(len(X))
    cut = len(X) - round(fraction * len(X))
    keep, apart = np.sort(order[:cut]), np.sort(order[cut:])
    return Split(X[keep], y[keep]), Split(X[apart], y[apart])


def _digits(valid):
    X, y = _small("digits")
    rest, test = split_off(X / 16, y.astype(np.int64), 0.2)
    train, valid = split_off(*rest, valid)
    return Data("digits", train, valid, test, tuple("0123456789"), (8, 8))


def _diabetes(valid):
    rest, test = split_off(*_small("diabetes"), 0.2)
    train, valid = split_off(*rest, valid)
    return Data("diabetes", train, valid, test, columns=DIABETES)


def _small(name):
    """X (N, n) and y (N,) of a set that lies beside this file; its last column is y."""
    table = np.load(files("course_lib") / "small" / f"{name}.npy")
    return table[:, :-1], table[:, -1]


def _image_set(name, valid):
    """The full set if it is available, else `digits`, with lines that say why and what to do."""
    arrays, errors, remedy = mnist.read(name)
    if arrays is None:
        print(f"FALLBACK: {TITLES[name]} is not on this machine ({errors}).")
        print("The 8 x 8 digits of scikit-learn take its place: the figures below are theirs.")
        print(f"For {TITLES[name]} {remedy}.")
        example = f"{mnist.FOLDERS[name]}/raw/{next(iter(mnist.FILES))}"
        print(f"Or set the variable COURSE_DATA to a folder that holds {example} and the others.")
        return replace(_digits(valid), fallback=True)
    if errors:
        print(f"Not used: {errors}. Another copy is.")
    X, y, X_test, y_test = arrays
    train, valid = split_off(X, y, valid)
    classes = FASHION if name == "fashion_mnist" else tuple("0123456789")
    return Data(name, train, valid, Split(X_test, y_test), classes, (28, 28))
