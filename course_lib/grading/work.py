"""Jobs become results on the disk, one by one, whatever stops the work in the middle."""

from tqdm import tqdm

from course_lib.grading import store
from course_lib.grading.results import Status
from course_lib.grading.run import workers


def work_off(settings, todo):
    """Grade what has no result yet; each result is on the disk as soon as it is there.

    What ran out of time beside others is tried once more at the end, alone, before it counts. Returns
    what cut the work short, "" when nothing did, and why the machine failed at some, by name.
    """
    unable, slow = {}, {}
    beside_others = len(todo) > 1 and (settings.dask or settings.jobs > 1)
    try:
        for name, outcome in _outcomes(settings, todo, settings.jobs):
            if isinstance(outcome, workers.Trouble):
                unable[name] = outcome.reason
            elif beside_others and ran_out_of_time(outcome):
                slow[name] = outcome
            else:
                store.write(settings.out, name, outcome)
        _once_more(settings, todo, slow)
    except KeyboardInterrupt:
        return "Stopped.", unable
    except (OSError, RuntimeError) as error:
        return f"Stopped: {error}.", unable
    return "", unable


def _outcomes(settings, todo, jobs):
    """(name, SheetResult or Trouble) of each job, as they end."""
    if settings.dask:
        outcomes = workers.on_dask(todo, settings.dask)
    else:
        outcomes = workers.on_this_machine(todo, jobs)
    return tqdm(outcomes, total=len(todo), unit="sheet", disable=not todo)


def _once_more(settings, todo, slow):
    """Each job that ran out of time, alone: neighbours may have been to blame. The better counts."""
    if slow:
        print(f"{len(slow)} ran out of time and are tried once more, alone.", flush=True)
    for name, first in slow.items():
        ((_, again),) = _outcomes(settings, {name: todo[name]}, 1)
        worse = isinstance(again, workers.Trouble) or (again.points or 0) < (first.points or 0)
        store.write(settings.out, name, first if worse else again)


def ran_out_of_time(result):
    """Whether an exercise of a SheetResult was stopped for its time."""
    return any(exercise.status == Status.TIMEOUT for exercise in result.exercises)
