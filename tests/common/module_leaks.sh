#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Whatever the module allocates when it is loaded, page or object of any size, is freed when it is unloaded or its load fails, and
# what the kernel allocates for a privileged program when that ends: the kernel's own trace of its allocators, by address.
# storm.sh sees only what is worth pages.
# run: root-sh
# timeout: 300

. "$(dirname "$0")/ktap.sh"

tracing=/sys/kernel/tracing
events=$tracing/events/kmem
module=$(find "/lib/modules/$(uname -r)" -name kml.ko)
rounds=10

# trace FILTER INIT COMMAND...: runs that so many times; out is each place that has allocated as often and not freed. Allocations
# are those of processes that FILTER allows, below the function INIT, if any; frees come from anywhere.
trace()
{
	local event filter=$1 init=$2
	shift 2

	echo 0 >$tracing/tracing_on
	echo 16384 >$tracing/buffer_size_kb
	echo nop >$tracing/current_tracer
	: >$tracing/trace
	for event in kmalloc kmem_cache_alloc mm_page_alloc; do
		echo "$filter" >$events/$event/filter
		echo stacktrace >$events/$event/trigger
	done
	for event in kmalloc kmem_cache_alloc mm_page_alloc kfree kmem_cache_free mm_page_free; do
		echo 1 >$events/$event/enable
	done
	echo 1 >$tracing/tracing_on
	for _ in $(seq $rounds); do
		"$@"
	done
	# what RCU frees
	sleep 2
	echo 0 >$tracing/tracing_on
	for event in kmalloc kmem_cache_alloc mm_page_alloc; do
		echo 0 >$events/$event/enable
		echo '!stacktrace' >$events/$event/trigger
		echo 0 >$events/$event/filter
	done
	echo 0 >$events/enable
	lost=$(cat $tracing/per_cpu/cpu*/stats | awk '/^(overrun|dropped events):/ { n += $NF } END { print n }')
	out=$(unfreed "$init" <$tracing/trace)
	: >$tracing/trace
	echo 1408 >$tracing/buffer_size_kb
}

unfreed()
{
	awk -v rounds=$rounds -v init="$1" '
	function value(name) {
		if (!match($0, name "=[^ ]+"))
			return ""
		return substr($0, RSTART + length(name) + 1, RLENGTH - length(name) - 1)
	}
	function lives_on() {
		lives[last[cpu]] = site[cpu] stack
		seen++
		last[cpu] = ""
	}
	# an allocation and then its stack are of one processor; others may come between them
	!/^ => / {
		# a short stack: one from a gate
		if (init == "" && depth && last[cpu] != "")
			lives_on()
		match($0, /\[[0-9]+\] /)
		cpu = substr($0, RSTART, RLENGTH)
		stack = ""
		depth = 0
	}
	/ (kmalloc|kmem_cache_alloc): / {
		last[cpu] = value("ptr")
		site[cpu] = value("call_site")
		next
	}
	/ mm_page_alloc: / {
		last[cpu] = "page " value("pfn")
		site[cpu] = "a page"
		next
	}
	/ (kfree|kmem_cache_free): / {
		delete lives[value("ptr")]
		next
	}
	/ mm_page_free: / {
		delete lives["page " value("pfn")]
		next
	}
	/^ => / {
		stack = stack " < " $2
		depth++
		# the area of a mapping is kept for others to use
		if ($2 ~ /^alloc_vmap_area/)
			last[cpu] = ""
		if (last[cpu] != "" && (init == "" ? depth == 9 : substr($2, 1, length(init)) == init))
			lives_on()
		next
	}
	END {
		for (i in lives)
			n[lives[i]]++
		for (i in n)
			if (n[i] >= rounds)
				print n[i] " times " i
		print "allocations " seen + 0
	}'
}

# judge WHAT LEAST: at least so many allocations for each load were seen
judge()
{
	local seen=${out##*allocations }

	[ "$lost" = 0 ] && [ "$seen" -ge $(($2 * rounds)) ]
	result $? "$1: $seen allocations in $rounds loads, $lost events lost"
	[ "$out" = "allocations $seen" ]
	result $? "$1: all of them are freed"
}

load()
{
	insmod "$module" && rmmod kml
}

# late enough that most is allocated by then
fail()
{
	! insmod "$work/bad.ko" 2>/dev/null
}

# sites: where what is not freed was allocated, as far as a stack tells that is not the same for all entries to the kernel
sites()
{
	sed -n 's/^[0-9]* times //p' <<<"$out" | sort -u
}

# ended DIRECTORY PROGRAM: it runs, as it should there
ended()
{
	"/$1/common/$2" >/dev/null
}

# What any program leaves in caches, or is freed in bulk, which is not traced, an ordinary one does, too.
programs()
{
	local name filter kinds seen

	for name in storm_static storm_dynamic; do
		filter="comm == \"bash\" || comm == \"$name\""
		trace "$filter" "" ended plain $name
		sites >"$work/plain"
		trace "$filter" "" ended trusted $name
		seen=${out##*allocations }
		[ "$lost" = 0 ] && [ "$seen" -ge $((50 * rounds)) ]
		result $? "$name: $seen allocations in $rounds programs, $lost events lost"
		kinds=$(comm -13 "$work/plain" <(sites))
		out=$kinds
		[ -z "$kinds" ]
		result $? "$name: all is freed that is for an ordinary one"
	done
}

work=$(mktemp -d)
trap 'rm -rf "$work"; modprobe kml' EXIT
# a required export that no kernel has, of a name that the module does not call itself
sed 's/\x00kallsyms_lookup_name\x00/\x00kallsyms_lookup_nOme\x00/g' "$module" >"$work/bad.ko"

ktap_start
trace 'comm == "insmod"' do_one_initcall true
[ "$out" = "allocations 0" ]
result $? "nothing is seen where nothing is loaded"
programs
modprobe -r kml
# the image, 20 pages of 4K, and the arrays, mappings and files
image=$((80 * 1024 / $(getconf PAGE_SIZE)))
trace 'comm == "insmod"' do_one_initcall load
judge "loaded and unloaded" $((image + 10))
trace 'comm == "insmod"' do_one_initcall fail
judge "a load that fails" $((image + 4))
ktap_end
