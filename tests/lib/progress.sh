# SPDX-License-Identifier: GPL-2.0-only
# How far a kernel's build is, for who looks on. Sourced by kernel.sh.
# shellcheck shell=bash

compiled='^ +(CC|AS)( \[M\])? '

# show_progress NAME LOG MAKE...: until the caller ends or kills it, a line on stderr with the objects of which LOG tells, and how
# many MAKE would compile now. In a tree where nothing is built yet make cannot think the whole build through: the links are
# missing, and so are the few objects that the kernel's image adds.
show_progress()
{
	local name=$1 log=$2 total now
	shift 2

	total=$("$@" -n -k 2>/dev/null | grep -oE '  (CC|AS)( \[M\])?  +[^ ]+\.o' | sort -u | wc -l) || :
	while kill -0 $$ 2>/dev/null; do
		now=$(grep -cE "$compiled" "$log") || :
		printf '\r# kernel %s: %d/%d objects' "$name" "$now" $((now > total ? now : total)) >&2
		sleep 2
	done
}
