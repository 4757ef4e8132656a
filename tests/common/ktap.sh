# SPDX-License-Identifier: GPL-2.0-only
# What every test script needs: KTAP lines (Documentation/dev-tools/ktap.rst), and an ordinary user.
# run: none
# shellcheck shell=bash

count=0
failed=0
skipped=0
# what a failed result prints
out=

ktap_start()
{
	echo "KTAP version 1"
}

# A script whose output is elsewhere has a function of its own.
details()
{
	[ -z "$out" ] || printf '%s\n' "$out"
}

# result STATUS WHAT
result()
{
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count $2"
	else
		failed=$((failed + 1))
		echo "not ok $count $2"
		details | sed 's/^/# /'
	fi
}

# skip WHAT WHY
skip()
{
	count=$((count + 1))
	skipped=$((skipped + 1))
	echo "ok $count $1 # SKIP $2"
}

# as_nobody COMMAND...: as an ordinary user
as_nobody()
{
	setpriv --reuid nobody --regid nogroup --clear-groups "$@"
}

# The plan comes last, as KTAP allows. A script's exit status.
ktap_end()
{
	echo "1..$count"
	[ "$failed" = 0 ] && [ "$count" -gt 0 ] || return 1
	[ "$skipped" != "$count" ] || return 4
}
