#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fetches packages that belong to a Linux series, and prints where what they have in /usr/src is, a line for each:
#
#   tests/lib/backports.sh [PACKAGE]...		(default: linux-source-SERIES)
#
# A series that this Debian release does not have is taken from the backports of the newest one. apt gets lists and settings of its
# own in the cache then: of the system's nothing is changed, and nothing is installed. What is there already is not looked for again;
# "make distclean" takes it away.

. "$(dirname "$0")/common.sh"

dir=$KML_CACHE/sources
log=$LOGS/backports.log
work=$dir/apt
options=()

# use_backports: with lists of its own
use_backports()
{
	. "$TOP/tests/lib/archive.sh"
	sources_of_backports trixie "$work/sources.list.d"
	mkdir -p "$work/lists/partial" "$work/archives/partial"
	: >"$work/status"
	options=(-o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$work/sources.list.d" -o "Dir::State=$work"
		-o "Dir::State::lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work" -o "APT::Sandbox::User=")
	run_logged "$log" apt-get "${options[@]}" update
}

# fetch PACKAGE
fetch()
{
	say "# fetching $1"
	rm -rf "$work"
	mkdir -p "$work"
	if [ "$KML_SERIES" != 6.12 ]; then
		use_backports
	elif ! apt-cache show "$1" >"$log" 2>&1; then
		# a machine that has had all it needs for long may have no lists
		run_logged "$log" apt-get update
	fi
	(cd "$work" && run_logged "$log" apt-get "${options[@]}" download "$1")
	run_logged "$log" dpkg-deb -x "$work/$1"_*.deb "$work/root"
	# a source has patches of others beside it
	if [ -d "$work/root/usr/src/$1" ]; then
		mv "$work/root/usr/src/$1" "$dir"
	else
		mv "$work/root/usr/src/$1.tar.xz" "$dir"
	fi
	rm -rf "$work"
}

[ $# != 0 ] || set -- "linux-source-$KML_SERIES"
exec 9>"$dir/lock"
flock 9
for package; do
	[ -e "$dir/$package" ] || [ -e "$dir/$package.tar.xz" ] || fetch "$package"
	if [ -e "$dir/$package" ]; then
		echo "$dir/$package"
	else
		echo "$dir/$package.tar.xz"
	fi
done
