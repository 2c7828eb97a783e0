#!/bin/sh
# Takes Foldback away and leaves every mix. ROOT names another root folder than / and is for tests.
set -eu

root=${ROOT:-}
unit=$root/etc/systemd/system/foldback.service

if [ -e "$unit" ]; then
  systemctl disable --now foldback.service
  rm "$unit"
  systemctl daemon-reload
fi
rm -rf "$root/opt/foldback"

echo "Foldback is gone. Its mixes and settings are still here:"
for kept in "$root/var/lib/foldback" "$root/etc/default/foldback"; do
  if [ -e "$kept" ]; then echo "  $kept"; fi
done
