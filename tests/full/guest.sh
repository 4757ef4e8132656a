#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the Debian guest's unit runs: the steps of this boot (/mnt/list.BOOT), reported over a virtio port as tests/init does.

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root TERM=dumb LC_ALL=C DEBIAN_FRONTEND=noninteractive

. /mnt/ktap.sh
. /mnt/steps.sh

log()
{
	echo "kml-test: $*" >/dev/kmsg
	echo "$*" >&3
}

KML_BOOT=$(sed -n 's/.*KML_BOOT=\([^ ]*\).*/\1/p' /proc/cmdline)
for dir in /sys/class/virtio-ports/*; do
	[ "$(cat "$dir/name")" != kml.verdict ] || exec 3>"/dev/${dir##*/}"
done
log "kernel $(uname -r) $(cat /proc/cmdline)"
cd /
while read -r step _ <&4; do
	log "begin $step"
	( ktap_start; "step_$step"; ktap_end ) </dev/null 2>&1 3>&- 4<&- | sed -u 's/\r/ /g; s/^/    /' >&3
	log "end $step ${PIPESTATUS[0]}"
done 4<"/mnt/list.$KML_BOOT"
log "done"
exec 3>&-
# QEMU ends then (-no-reboot)
systemctl reboot
