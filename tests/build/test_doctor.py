"""The doctor names what is missing, too old or mismatched, and says what to type."""

from importlib.metadata import PackageNotFoundError

import pytest

from course_lib import doctor, mnist

REQUIREMENTS = """
# a comment
numpy>=2.1,<3
torchvision>=0.20,<1   # optional
torch
"""


def installation(**versions):
    def installed(name):
        if name not in versions:
            raise PackageNotFoundError(name)
        return versions[name]

    return installed


@pytest.mark.parametrize(
    ("versions", "kinds", "words"),
    [
        (dict(numpy="2.3.1", torch="2.9", torchvision="0.24"), ["fine"], "3 packages"),
        (dict(numpy="2.3.1"), ["fine", "note", "note"], "torchvision is not installed"),
        (dict(numpy="1.26", torch="2.9", torchvision="0.24"), ["fine", "to fix"], "numpy 1.26"),
        (dict(torch="2.9", torchvision="0.24"), ["fine", "to fix"], "numpy is not installed"),
    ],
)
def test_packages(tmp_path, versions, kinds, words):
    path = tmp_path / "requirements.txt"
    path.write_text(REQUIREMENTS, encoding="utf-8")
    findings = doctor._packages(path, installation(**versions))
    assert [kind for kind, _ in findings] == kinds
    assert words in " ".join(text for _, text in findings)
    if "to fix" in kinds:
        assert "python run.py" in findings[-1][1]


@pytest.mark.parametrize(
    ("versions", "bad"),
    [
        (dict(torch="2.13.0+cpu", torchvision="0.28.0"), True),
        (dict(torch="2.13.0+cpu", torchvision="0.28.0+cpu"), False),
        (dict(torch="2.13.0", torchvision="0.28.0"), False),
        (dict(), False),
    ],
)
def test_torch_and_torchvision_of_one_place(versions, bad):
    assert bool(doctor._torch_pair(installation(**versions))) == bad


@pytest.mark.parametrize(("found", "kind"), [((3, 11, 2), "fine"), ((3, 10, 9), "to fix")])
def test_python(found, kind):
    assert doctor._python(found)[0] == kind


def test_data_are_found_or_missed(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr(mnist, "cache", lambda name: tmp_path / "no cache")
    assert doctor._data("mnist")[0] == "note"
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for file in mnist.FILES:
        (folder / file).touch()
    assert doctor._data("mnist") == ("fine", "MNIST is in the folder COURSE_DATA names")


def test_the_report_is_printed_and_this_installation_is_whole(capsys):
    findings = doctor.report()
    printed = capsys.readouterr().out
    assert all(text in printed for _, text in findings)
    assert "Everything the course needs is here." in printed
    assert doctor.run() == 0


def test_the_exit_code_says_that_something_is_missing(monkeypatch):
    monkeypatch.setattr(doctor, "_python", lambda: ("to fix", "Python 3.6"))
    assert doctor.run() == 1
