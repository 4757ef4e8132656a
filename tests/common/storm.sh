#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module is loaded and unloaded at least 200 times (20 on a debug kernel) while programs are started on all CPUs: each is
# privileged or an ordinary one, and both as it should be; no unload takes the module from a program; nothing leaks. Each load and
# unload patches the kernel's code, which QEMU 7 does not survive for long where the processors are threads (lib/stale_int3.awk).
# run: root-sh
# boots: single
# timeout: 450

. "$(dirname "$0")/ktap.sh"

rounds=200
# With lock debugging each takes ten times as long.
[[ $KML_BOOT != debug-* ]] || rounds=20
# Where others take the machine, as many as can be done in this time.
seconds=240
least=$((rounds / 10))
module=$(find "/lib/modules/$(uname -r)" -name kml.ko)
storm=/plain/common/storm

# counted NAME: of what storm printed
counted()
{
	local word=" $out "

	word=${word##*[ $'\n']"$1="}

	echo "${word%%[ $'\n']*}"
}

# Pages that the kernel has for itself: not free, not waiting in a CPU's list of free ones, not a process's or file's.
kernel_pages()
{
	local total free lru waiting

	total=$(awk '$1 == "managed" { n += $2 } END { print n }' /proc/zoneinfo)
	waiting=$(awk '$1 == "count:" { n += $2 } END { print n }' /proc/zoneinfo)
	free=$(awk '$1 == "nr_free_pages" { print $2 }' /proc/vmstat)
	lru=$(awk '/^nr_(in)?active_(anon|file) |^nr_unevictable / { n += $2 } END { print n }' /proc/vmstat)
	echo $((total - waiting - free - lru))
}

# figures: NAME NUMBER of what must not grow, once caches and what RCU has yet to free are gone
figures()
{
	local cache

	for _ in 1 2 3; do
		sync
		echo 3 >/proc/sys/vm/drop_caches
		sleep 1
		for cache in /sys/kernel/slab/*/shrink; do
			echo 1 >"$cache"
		done 2>/dev/null
	done
	# without it, each CPU has a part of these numbers
	cat /proc/sys/vm/stat_refresh
	echo "kernel $(kernel_pages)"
	awk '/^nr_(slab_reclaimable|slab_unreclaimable|page_table_pages|kernel_stack) / { print substr($1, 4), $2 }' /proc/vmstat
	awk '/^(VmallocUsed|Percpu):/ { sub(/:/, ""); print $1, $2 / 4 }' /proc/meminfo
	echo "mappings $(wc -l </proc/vmallocinfo)"
}

ktap_start
# what stays after the first time is no leak
"$storm" "$module" 10 60 >/dev/null
figures >/tmp/storm.before
out=$("$storm" "$module" $rounds $seconds 2>&1)
status=$?
echo "# ${out//$'\n'/$'\n'# }"
result $status "each program was what it should be"
loads=$(counted rounds)
[ "$loads" -ge $rounds ] || { [ "$loads" -ge $least ] && [ "$(counted seconds)" -ge $seconds ]; }
result $? "loaded and unloaded $loads times"
[ "$(counted refused)" -gt 0 ]
result $? "unloads refused while programs run: $(counted refused)"
for kind in static dynamic fork; do
	[ "$(counted $kind)" -gt 0 ] && [ "$(counted ${kind}_ordinary)" -gt 0 ]
	result $? "$kind: $(counted $kind) privileged, $(counted ${kind}_ordinary) ordinary without the module"
done
[ "$(counted killed)" -gt 0 ]
result $? "killed: $(counted killed), asleep in a gate or on the way there"
users=$(cat /sys/module/kml/refcnt)
[ "$users" = 0 ]
result $? "nobody uses the module afterwards: $users"

# A page for each load is a leak. With nothing leaked these figures move by up to 30 pages, on a debug kernel by 60, so few loads show
# only what is larger, as is the image. What is smaller is in module_leaks.sh. What is only freed late is no leak: asked again.
bound=$((loads * 3 / 4))
[ $bound -ge 64 ] || bound=64
for _ in 1 2 3 4 5; do
	figures >/tmp/storm.after
	join <(sort /tmp/storm.before) <(sort /tmp/storm.after) >/tmp/storm.both
	awk -v bound=$bound '$3 - $2 >= bound { grown = 1 } END { exit grown }' /tmp/storm.both && break
done
while read -r name before after; do
	out="$before before, $after after, $(counted execs) programs"
	awk -v grown="$((${after%.*} - ${before%.*}))" -v bound=$bound 'BEGIN { exit grown >= bound }'
	result $? "$name: $((${after%.*} - ${before%.*})) more, fewer than $bound"
done </tmp/storm.both
rm /tmp/storm.before /tmp/storm.after /tmp/storm.both
modprobe -r kml
result $? "it can be unloaded"
modprobe kml
result $? "and loaded"
out=$(KML_MODE=trusted /trusted/common/dynamic 2>&1)
result $? "and used"
ktap_end
