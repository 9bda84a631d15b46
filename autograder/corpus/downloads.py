"""Downloads as the LMSs write them, of a class with names as classes have them."""

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NAMES = ["Zoë Müller", "Siobhán O'Neill", "Smith, Jr., Al", "李 明", "Иван Петров",
         "Ana María de la Cruz", "=HYPERLINK(1)", "X Æ", "Nguyễn Văn A",
         "de Groot, Jan", "محمد علي", "Anne-Marie Lévy"]  # fmt: skip
BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Student:
    """A student of a class: `number` is the LMS's own, `id` the school's."""

    number: int
    id: str
    name: str

    @property
    def email(self):
        return f"{self.id}@example.org"


@dataclass(frozen=True)
class HandedIn:
    """A file of a student; `turn` counts what was handed in before, over all."""

    student: Student
    name: str
    raw: bytes
    turn: int
    late: bool = False


def a_class(size):
    """Students: several have the same name."""
    return [
        Student(4000 + 7 * n, f"s{n:03}", NAMES[n % len(NAMES)])
        for n in range(1, size + 1)
    ]


def handed_in(students, notebook):
    """What a class hands in, each file with its student's id in it: some twice, some
    late, some renamed by Colab or the browser, one empty, one not at all."""
    found = []
    for turn, student in enumerate(students):
        name = [
            f"{notebook}.ipynb",
            f"Copy of {notebook}.ipynb",
            f"{notebook} (1).ipynb",
        ]
        files = [name[turn % 3]]
        if turn % 10 == 3:
            files.append(f"{notebook}-1.ipynb" if turn % 20 == 3 else files[0])
        if turn % 50 == 7:
            files = []
        for again, file in enumerate(files):
            raw = json.dumps({"of": student.id, "turn": again}).encode()
            raw = b"" if turn % 50 == 9 else raw
            found.append(
                HandedIn(student, file, raw, 1000 * again + turn, turn % 9 == 4)
            )
    return found


def packed(files):
    """A zip file of {name: (bytes, turn)}; its files are an hour apart."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, (content, turn) in files.items():
            moment = (BEGIN + timedelta(hours=turn)).timetuple()[:6]
            archive.writestr(zipfile.ZipInfo(name, moment), content)
    return raw.getvalue()


def letters(name):
    return "".join(c for c in name.lower() if c.isalpha())


def canvas(files):
    """Every attempt of a student, and no times."""
    return packed(
        {
            f"{letters(f.student.name)}{'_LATE' * f.late}_{f.student.number}_"
            f"{90_000 + f.turn}_{f.name}": (f.raw, 0)
            for f in files
        }
    )


def latest(files):
    """The last of each student, as Moodle and Gradescope hand out."""
    return list({f.student: f for f in sorted(files, key=lambda f: f.turn)}.values())


def moodle(files):
    """A folder for each student."""
    return packed(
        {
            f"{f.student.name}_{f.student.number}_assignsubmission_file/{f.name}": (
                f.raw,
                f.turn,
            )
            for f in latest(files)
        }
    )


def moodle_flat(files):
    return packed(
        {
            f"{f.student.name}_{f.student.number}_assignsubmission_file_{f.name}": (
                f.raw,
                f.turn,
            )
            for f in latest(files)
        }
    )


def blackboard(files):
    """Every attempt of a student, beside a text about it."""
    made = {}
    for f in files:
        moment = BEGIN + timedelta(hours=f.turn)
        stem = f"Unit 1_a_{f.student.id}_attempt_{moment:%Y-%m-%d-%H-%M-%S}"
        made[f"{stem}.txt"] = (f"Name: {f.student.name}".encode(), f.turn)
        made[f"{stem}_{f.name}"] = (f.raw, f.turn)
    return packed(made)


def gradescope(files):
    top, made, lines = "assignment_77_export", {}, []
    for f in latest(files):
        folder = f"submission_{f.student.number}"
        moment = BEGIN + timedelta(hours=f.turn)
        made[f"{top}/{folder}/{f.name}"] = (f.raw, 0)
        lines += [
            f"{folder}:",
            "  :submitters:",
            f"  - :name: {json.dumps(f.student.name)}",
            f"    :sid: '{f.student.id}'",
            f"    :email: {f.student.email}",
            f"  :created_at: {moment:%Y-%m-%d %H:%M:%S.000000000} Z",
            "  :score: ",
        ]
    made[f"{top}/submission_metadata.yml"] = ("\n".join(lines).encode(), 0)
    return packed(made)


def table(head, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([head, *rows])
    return text.getvalue()


def canvas_gradebook(students, title, out_of):
    """The table that Canvas exports; names that begin with = in its own form."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section",
            f"{title} (512)", "Final Score"]  # fmt: skip
    rows = [["    Points Possible", "", "", "", "", out_of, "(read only)"]]
    for s in students:
        name = f'="{s.name}"' if s.name.startswith("=") else s.name
        rows.append([name, s.number, "", s.id, "A", "", "0"])
    return table(head, rows)


def moodle_worksheet(students, title, out_of):
    head = ["Identifier", "Full name", "ID number", "Email address", "Status", "Grade",
            "Maximum Grade", "Last modified (grade)"]  # fmt: skip
    return table(
        head,
        [
            [f"Participant {s.number}", s.name, s.id, s.email, "Submitted", "",
             f"{out_of:.2f}", "-"]
            for s in students
        ],
    )  # fmt: skip


def gradescope_grades(students, title, out_of):
    head = ["First Name", "Last Name", "SID", "Email", title, f"{title} - Max Points"]
    return table(
        head, [["", s.name, s.id, s.email, "", f"{out_of}.0"] for s in students]
    )
