"""Labels of problems in hash list files."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hotline.models import HashList
from hotline.triage.hash_lists.list_parser import FileProblem

WORDS: dict[str, Promise] = {
    FileProblem.LENGTH: gettext_lazy("it has not the length of such a hash"),
    FileProblem.CHARACTERS: gettext_lazy("it has characters that no hash has"),
    FileProblem.LONG_LINE: gettext_lazy("the line is far too long for a hash: this is another kind of file"),
    FileProblem.NO_HASH: gettext_lazy("the row has no hash"),
    FileProblem.BROKEN_ROW: gettext_lazy("the row cannot be read: look for a quotation mark too many"),
    FileProblem.BINARY: gettext_lazy("this is not text; save the list as plain text or CSV in UTF-8"),
    FileProblem.EMPTY: gettext_lazy("there is no hash in this file"),
    FileProblem.NO_COLUMN: gettext_lazy("the header line names no column that we know: md5, sha1, sha256, pdq"),
    FileProblem.TWICE: gettext_lazy("the header line names a column twice"),
    FileProblem.LOST: gettext_lazy("the file was lost on our side; add it again"),
    FileProblem.NO_ROOM: gettext_lazy("there was no room for it on our side; tell whoever runs the system"),
}


def problem_lines(hash_list: HashList) -> list[str]:
    """Return a line for each stored problem: "Line 3: ...", or without a number for the whole file."""
    lines = []
    for line, problem in hash_list.problems:
        words = str(WORDS[problem])
        if line:
            words = _("Line %(line)s: %(problem)s") % {"line": line, "problem": words}
        lines.append(words[:1].upper() + words[1:])
    return lines
