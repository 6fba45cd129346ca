#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The line that check ends with, against logs whose counts are known.

The logs are cut down from what meson 1.0 writes for programs that pass,
fail, crash, hang and skip.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

TAP = """<testsuite name="p.p:s / tap" tests="3">
<testcase name="1 /a" classname="p.p:s / tap" />
<testcase name="2 /b" classname="p.p:s / tap"><skipped /></testcase>
<testcase name="3 /c" classname="p.p:s / tap" />
</testsuite>"""
TAP_FAILED = """<testsuite name="p.p / bad" tests="2">
<testcase name="1 /a" classname="p.p / bad" />
<testcase name="2 /b" classname="p.p / bad"><failure /></testcase>
</testsuite>"""
TAP_CRASHED = """<testsuite name="p.p / crash" tests="1">
<testcase name="1 /a" classname="p.p / crash" />
</testsuite>"""
TAP_SKIPPED = """<testsuite name="p.p / tap" tests="1">
<testcase name="1 /a" classname="p.p / tap"><skipped /></testcase>
</testsuite>"""
PLAIN = """<testsuite name="p" tests="3">
<testcase name="p / good" classname="p" />
<testcase name="p / bad" classname="p"><failure /></testcase>
<testcase name="p / none" classname="p"><skipped /></testcase>
</testsuite>"""
PLAIN_HUNG = """<testsuite name="p" tests="1">
<testcase name="p / slow" classname="p" />
</testsuite>"""
NOISY = """<testsuite name="p.p / noisy" tests="1">
<testcase name="1 /a" classname="p.p / noisy" />
<system-out>a bell: \x07</system-out>
</testsuite>"""


def outcome(name, result, returncode=0):
    return f'{{"name": "{name}", "result": "{result}", ' \
           f'"returncode": {returncode}}}\n'


# claim, suites (None: no log at all), JSON log, meson's status,
# last line, exit status
EXPECTED = [
    ('counts-the-cases-of-a-program', TAP,
     outcome('p:s / tap', 'OK'), 0, '2 passed, 0 failed, 1 skipped', 0),
    ('a-failed-case-is-counted-once', TAP_FAILED,
     outcome('p / bad', 'ERROR', 1), 1, '1 passed, 1 failed, 0 skipped', 1),
    ('a-crash-after-a-passed-case-is-a-failure', TAP_CRASHED,
     outcome('p / crash', 'ERROR', -11), 1, '1 passed, 1 failed, 0 skipped', 1),
    ('a-crash-before-the-first-case-is-a-failure', '',
     outcome('p / early', 'ERROR', -6), 1, '0 passed, 1 failed, 0 skipped', 1),
    ('a-program-that-hung-is-a-failure', TAP_CRASHED,
     outcome('p / crash', 'TIMEOUT', -15), 1,
     '1 passed, 1 failed, 0 skipped', 1),
    ('a-plain-program-that-hung-has-not-passed', PLAIN_HUNG,
     outcome('p / slow', 'TIMEOUT', -15), 1,
     '0 passed, 1 failed, 0 skipped', 1),
    ('plain-programs-count-as-one-case', PLAIN,
     outcome('p / good', 'OK') + outcome('p / bad', 'FAIL', 1)
     + outcome('p / none', 'SKIP', 77), 1,
     '1 passed, 1 failed, 1 skipped', 1),
    ('an-expected-failure-is-none', PLAIN_HUNG,
     outcome('p / slow', 'EXPECTEDFAIL', 1), 0,
     '1 passed, 0 failed, 0 skipped', 0),
    ('sums-over-programs', TAP + TAP_FAILED + PLAIN,
     outcome('p:s / tap', 'OK') + outcome('p / bad', 'ERROR', 1), 1,
     '4 passed, 2 failed, 2 skipped', 1),
    ('output-that-xml-forbids-does-no-harm', NOISY,
     outcome('p / noisy', 'OK'), 0, '1 passed, 0 failed, 0 skipped', 0),
    ('a-bad-status-of-meson-is-a-failure', TAP,
     outcome('p:s / tap', 'OK'), 3, '2 passed, 1 failed, 1 skipped', 1),
    ('a-run-of-no-test-is-no-success', '',
     '', 0, '0 passed, 0 failed, 0 skipped', 1),
    ('a-run-that-skips-all-is-no-success', TAP_SKIPPED,
     outcome('p / tap', 'OK'), 0, '0 passed, 0 failed, 1 skipped', 1),
    ('a-missing-log-is-a-failure', None,
     '', 0, '0 passed, 1 failed, 0 skipped', 1),
    ('a-torn-log-is-a-failure', '<testsuite>',
     '', 0, '0 passed, 1 failed, 0 skipped', 1),
]


def summarise(program, folder, suites, outcomes, status):
    junit = folder / 'testlog.junit.xml'
    log = folder / 'testlog.json'
    junit.unlink(missing_ok=True)
    if suites is not None:
        junit.write_text(f'<testsuites>{suites}</testsuites>', encoding='utf-8')
    log.write_text(outcomes, encoding='utf-8')
    run = subprocess.run(
        [sys.executable, program, '--status', str(status), junit, log],
        stdout=subprocess.PIPE, encoding='utf-8', check=False)
    return (run.stdout.splitlines() or [''])[-1], run.returncode


def main():
    print(f'1..{len(EXPECTED)}')
    with tempfile.TemporaryDirectory() as folder:
        for number, row in enumerate(EXPECTED, start=1):
            claim, suites, outcomes, status, line, code = row
            found = summarise(sys.argv[1], Path(folder), suites, outcomes,
                              status)
            good = found == (line, code)
            if not good:
                print(f'# found {found}, expected {(line, code)}')
            print(f'{"ok" if good else "not ok"} {number} '
                  f'/build-aux/summarise-tests/{claim}')


if __name__ == '__main__':
    main()
