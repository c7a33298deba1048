#!/usr/bin/env python3
"""Shows each rule of tests/lint/run a tree that breaks it, and one that does not."""
import os
import re
import subprocess
import tempfile

LINT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run")
GOOD_HEADER = """#ifndef BASE_%(name)s_H
#define BASE_%(name)s_H

/* What this is for. */
int %(low)s_value(int of);

#endif
"""
LONG = "/* Long. */\nvoid long_one(void)\n{\n%s}\n"

# rule, the file, its text, the line of the complaint, a part of what must be said
BAD = [
    ("rooms", "src/base/a.c", '/* A. */\n#include "http/http.h"\n', 2, "downwards only"),
    ("rooms", "src/cloud/sqs/a.c", '/* A. */\n#include "cloud/sns/sns.h"\n', 2, "downwards only"),
    ("rooms", "src/http/a.c", '/* A. */\n#include "store/db.h"\n', 2, "downwards only"),
    ("rooms", "checker/tui/a.c", '/* A. */\n#include "checker/judge.h"\n', 2, "downwards only"),
    ("rooms", "src/base/a.c", '/* A. */\n#include "str.h"\n', 2, "carries its room"),
    ("rooms", "src/attic/a.c", '/* A. */\n#include "base/str.h"\n', 2, "is no room"),
    ("rooms", "src/site/a.c", "/* A. */\n#include <sqlite3.h>\n", 2, "stays behind src/store/"),
    ("rooms", "checker/tui/grid.c", "/* A. */\n#include <curses.h>\n", 2, "stays behind checker/tui/curses.c"),
    ("headers", "src/base/a.h", "#ifndef BASE_A_H\n#define BASE_A_H\n/* A. */\nbool a(void);\n#endif\n", 4,
     "does not compile alone"),
    ("headers", "src/base/a.h", "#ifndef A_H\n#define A_H\n/* A. */\nint a(void);\n#endif\n", 1, "it is the path, BASE_A_H"),
    ("sizes", "src/base/a.c", "/* A. */\n" + "int x;\n" * 800, 801, "801 lines"),
    ("sizes", "src/base/a.c", LONG % ("\tx();\n" * 58), 2, "a function of 61 lines"),
    ("sizes", "src/base/a.c", "/* A. */\nint f(int a, int b, int c, int d, int e,\n      int g, int h)\n{\n}\n", 2,
     "7 parameters"),
    ("prose", "src/base/a.c", "int x;\n", 1, "does not say what it is for"),
    ("prose", "src/base/a.h", "#ifndef BASE_A_H\n#define BASE_A_H\n\nint a(void);\n#endif\n", 1, "does not say what it is for"),
    ("prose", "src/base/a.h", "#ifndef BASE_A_H\n#define BASE_A_H\n/* A. */\n\nint a(void);\n#endif\n", 5, "a() has no comment"),
    ("banned", "src/base/a.c", '/* A. */\nvoid f(char *p)\n{\n\tsprintf(p, "x");\n}\n', 4, "sprintf()"),
    ("banned", "tests/unit/a.c", "/* A. */\nint f(char *p)\n{\n\treturn atoi(p);\n}\n", 4, "use str_to_int"),
    ("sql", "src/store/a.c", '/* A. */\nchar *s =\n\t"SELECT name FROM person "\n\t"WHERE id = %s";\n', 3, "bind it"),
    ("sql", "src/store/a.c", '/* A. */\nchar *s = "DELETE FROM person WHERE id = \'%.*s\'";\n', 2, "bind it"),
    ("words", "src/base/a.c", "/* A. */\n/* TO" "DO: more */\n", 2, "belongs into an issue"),
    ("words", "content/a.md", "see /ho" "me/someone/notes\n", 1, "a path of one machine"),
    ("words", "labs/a.yaml", "key: AKIA" "ABCDEFGHIJKLMNOP\n", 1, "an access key"),
    ("blanks", "content/a.md", "one\ntwo \n", 2, "blanks at the end"),
    ("blanks", "content/a.md", "one\r\n", 1, "CR LF"),
    ("blanks", "content/a.md", "one", 1, "does not end"),
    ("blanks", "content/a.md", "", 1, "is empty"),
    ("scripts", "tests/api/a.t", "#!/bin/sh\ntrue\n", 1, "not executable"),
    ("scripts", "assets/a.sh", "#!/bin/sh\ncd $1\n", 2, "shellcheck: "),
    ("format", "src/base/a.c", "/* A. */\nint f( int a )\n{\n    return a;\n}\n", 2, "make format"),
    ("tidy", "src/base/a.c", "/* A. */\nint f(int a)\n{\n\tint b = 7 / (a - a);\n\n\treturn b;\n}\n", 4, "clang-tidy: Division by zero"),
]
GOOD = {
    "src/base/good.h": GOOD_HEADER % {"name": "GOOD", "low": "good"},
    "src/base/good.c": '/* Good: "strcpy(" in a string or comment, as in atoi(), is none. */\n#include "base/good.h"\n\n'
                       "int good_value(int of)\n{\n\treturn of + 1;\n}\n",
    "src/cloud/services.c": '/* All services. */\n#include "cloud/sqs/sqs.h"\n',
    "src/cloud/sqs/sqs.h": "#ifndef CLOUD_SQS_SQS_H\n#define CLOUD_SQS_SQS_H\n\n/* Queues. */\nextern const int sqs;\n\n#endif\n",
    "src/store/db.c": '/* The database. */\n#include <sqlite3.h>\n\n#include "base/good.h"\n\n'
                      'const char *db_select(void);\nconst char *db_select(void)\n{\n\treturn "SELECT a FROM b WHERE c = ?";\n}\n',
    "content/good.md": "A page.\n",
}
count = 0
failed = 0


def result(passed, name, shown=""):
    global count, failed
    count += 1
    failed += not passed
    print("%sok %d - %s" % ("" if passed else "not ", count, name), flush=True)
    if not passed:
        print("".join("#   %s\n" % line for line in shown.splitlines()), end="", flush=True)


def lint(files, rules=None):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", newline="") as file:
                file.write(text)
        for name in (".clang-format", ".clang-tidy"):
            os.symlink(os.path.join(os.path.dirname(LINT), "../..", name), os.path.join(root, name))
        command = [LINT, "--root", root] + (["--only", rules] if rules else [])
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


for rule, path, text, line, said in BAD:
    code, output = lint({path: text}, rule)
    found = [row for row in output.splitlines() if row.startswith("%s:%d: " % (path, line)) and said in row]
    result(code == 1 and found, "%s complains of %s:%d: %s" % (rule, path, line, said), output)
code, output = lint(GOOD)
result(code == 0 and re.search(r"clean$", output.strip()), "a good tree has no complaints", output)
code, output = lint(GOOD, "nothing")
result(code == 2, "a rule that does not exist is refused", output)
rules = re.search(r"some of: ([\w\s]+)$", subprocess.run([LINT, "--help"], capture_output=True, text=True).stdout)[1].split()
result(set(rules) == {row[0] for row in BAD}, "every rule is shown a tree that breaks it", " ".join(rules))
print("1..%d" % count)
raise SystemExit(failed > 0)
