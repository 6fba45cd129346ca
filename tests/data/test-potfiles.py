#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""po/POTFILES against the tree: a file left out is a text never translated.

The files come from the tree itself, by looking for marked text in them.
"""

import re
import sys
from pathlib import Path

MARKED = {
    '.c': re.compile(r'\b(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext) ?\("'),
    '.h': re.compile(r'\b(?:N_|NC_) ?\("'),
    '.ui': re.compile(r'translatable="(?:yes|true)"'),
    '.in': re.compile(r'^\[Desktop Entry\]|<component ', re.MULTILINE),
    '.xml': re.compile(r'<schemalist gettext-domain='),
}
FOLDERS = ('app', 'core', 'data', 'ui')


def marked_files(root):
    found = set()
    for folder in FOLDERS:
        for path in (root / folder).rglob('*'):
            pattern = MARKED.get(path.suffix)
            if pattern and pattern.search(path.read_text(encoding='utf-8')):
                found.add(str(path.relative_to(root)))
    return found


def listed_files(root):
    lines = (root / 'po' / 'POTFILES').read_text(encoding='utf-8').splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def report(number, claim, wrong):
    for name in wrong:
        print(f'# {name}')
    print(f'{"not ok" if wrong else "ok"} {number} /po/potfiles/{claim}')


def main():
    root = Path(sys.argv[1])
    listed = listed_files(root)
    print('1..3')
    report(1, 'has-every-file-with-marked-text',
           sorted(marked_files(root) - set(listed)))
    report(2, 'has-only-files-that-exist',
           [name for name in listed if not (root / name).is_file()])
    report(3, 'is-sorted',
           [name for name, next_name in zip(listed, sorted(listed))
            if name != next_name])


if __name__ == '__main__':
    main()
