"""From source/ to notebooks/, exercises/ and solutions/: `python -m course_lib build`.

source/lessons/NN_name.py    ->  notebooks/NN_name.ipynb, executed with its turns blank
source/exercises/NN_name.py  ->  exercises/NN_name.ipynb, with blanks
                                 solutions/NN_name.ipynb, executed
the teacher's notes of lessons ->  book/teaching.md
"""

LESSONS, EXERCISES = "lessons", "exercises"  # the folders in source/


class BuildError(Exception):
    """A source that cannot be built, with what is wrong, one problem a line."""
