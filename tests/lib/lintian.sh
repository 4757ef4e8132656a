# SPDX-License-Identifier: GPL-2.0-only
# What lintian says of packages; an error of its fails the build. Sourced.
# shellcheck shell=bash

# ask_lintian LOG ARGUMENT...
ask_lintian()
{
	local log=$1 status=0
	shift

	lintian --allow-root --fail-on error "$@" >"$log" 2>&1 </dev/null || status=$?
	[ $status != 0 ] || return 0
	cat "$log" >&2
	die "lintian found errors (log: $log)"
}
