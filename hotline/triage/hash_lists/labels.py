"""Labels of problems in hash list files."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hotline.models import HashList
from hotline.triage.hash_lists.list_parser import FileProblem

WORDS: dict[str, Promise] = {
    FileProblem.LENGTH: gettext_lazy("the hash has the wrong length"),
    FileProblem.CHARACTERS: gettext_lazy("it has characters that cannot occur in a hash"),
    FileProblem.LONG_LINE: gettext_lazy("the line is too long for a hash; the file is of another type"),
    FileProblem.NO_HASH: gettext_lazy("the row has no hash"),
    FileProblem.BROKEN_ROW: gettext_lazy("the row cannot be read; check for an extra quotation mark"),
    FileProblem.BINARY: gettext_lazy("this is not text; save the list as plain text or CSV in UTF-8"),
    FileProblem.EMPTY: gettext_lazy("this file contains no hashes"),
    FileProblem.NO_COLUMN: gettext_lazy("the header line has no known column: md5, sha1, sha256, pdq"),
    FileProblem.TWICE: gettext_lazy("the header line contains a column twice"),
    FileProblem.LOST: gettext_lazy("the file was lost on the server; add it again"),
    FileProblem.DISK_FULL: gettext_lazy("the server had no disk space for it; contact the administrator"),
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
