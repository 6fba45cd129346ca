#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The manual page $2 names every option that the help of the program $1 shows,
# command by command.
set -u

program=$1
page=$2
set -- run export views validate describe list sweep

echo "1..$#"
number=0
for command in "$@"; do
  number=$((number + 1))
  name=/data/man/quorate-cli/$command/has-every-option
  help=$("$program" "$command" --help) || help=
  # The page's part on the command, without roff's escapes.
  part=$(awk -v command="$command" '
    /^\.S[SH]/ { inside = ($0 ~ "^\\.SS \"?" command "( |$)") }
    inside { gsub (/\\/, ""); print }' "$page")
  missing=
  for option in $(echo "$help" | grep -o -e '--[a-z][a-z-]*' | sort -u); do
    case $option in
      --help) continue ;;
    esac
    echo "$part" | grep -q -e "$option" || missing="$missing $option"
  done
  if [ -n "$help" ] && [ -n "$part" ] && [ -z "$missing" ]; then
    echo "ok $number $name"
  else
    echo "# missing from the page:${missing:- the command, or it has no help}"
    echo "not ok $number $name"
  fi
done
