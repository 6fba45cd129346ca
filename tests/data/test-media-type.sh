#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# With the media type of $1 installed, the desktop tells a scenario from any
# other JSON file.
set -u

echo "1..2"
for tool in update-mime-database gio; do
  if ! command -v "$tool" > /dev/null; then
    echo "ok 1 /data/media-type/scenario-is-known # SKIP there is no $tool"
    echo "ok 2 /data/media-type/other-json-is-not # SKIP there is no $tool"
    exit 0
  fi
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/mime/packages"
cp "$1" "$folder/mime/packages/"
update-mime-database "$folder/mime" > /dev/null
export XDG_DATA_HOME="$folder"

# expect NUMBER CLAIM FILE TYPE
expect ()
{
  echo '{ "quorate": 1 }' > "$folder/$3"
  found=$(gio info -a standard::content-type "$folder/$3" \
            | sed -n 's/.*standard::content-type: //p')
  if [ "$found" = "$4" ]; then
    echo "ok $1 /data/media-type/$2"
  else
    echo "# found \"$found\", expected \"$4\""
    echo "not ok $1 /data/media-type/$2"
  fi
}

expect 1 scenario-is-known split-vote.quorate.json \
  application/vnd.quorate.scenario+json
expect 2 other-json-is-not split-vote.json application/json
