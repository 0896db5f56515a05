"""The quick form of mutation testing finds the lines that a change touches."""

from pathlib import Path

from tests.mutation.touched import lines_in

DIFF = """\
--- a/restore_domain/status.py
+++ b/restore_domain/status.py
@@ -3 +3,2 @@ class Status:
-old
+new
+more
@@ -9,2 +11,0 @@ class Status:
-gone
-gone
--- a/restore_domain/rules.py
+++ b/restore_domain/rules.py
@@ -1 +1 @@
-old
+new
"""


def test_the_lines_that_a_diff_adds_are_found() -> None:
    assert lines_in(DIFF) == {
        Path("restore_domain/status.py"): {3, 4},
        Path("restore_domain/rules.py"): {1},
    }
