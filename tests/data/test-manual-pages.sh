#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# groff has nothing to say against the manual pages given.
set -u

echo "1..$#"
number=0
for page in "$@"; do
  number=$((number + 1))
  name=/data/man/$(basename "$page")/has-no-warnings
  if ! command -v groff > /dev/null; then
    echo "ok $number $name # SKIP there is no groff"
    continue
  fi
  # -ww complains of everything, -z prints no page.
  warnings=$(groff -man -ww -z -Tutf8 "$page" 2>&1)
  if [ -z "$warnings" ]; then
    echo "ok $number $name"
  else
    echo "$warnings" | sed 's/^/# /'
    echo "not ok $number $name"
  fi
done
