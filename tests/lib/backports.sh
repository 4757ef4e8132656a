#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fetches the source package of a Linux series that this Debian release does not have, from the backports of the newest one, and
# prints where its archive is. apt gets lists and settings of its own in the cache: of the system's nothing is changed, and
# nothing is installed. What is there already is not looked for again; "make distclean" takes it away.

. "$(dirname "$0")/common.sh"

dir=$KML_CACHE/sources
tarball=$dir/linux-source-$KML_SERIES.tar.xz
if [ ! -r "$tarball" ]; then
	. "$TOP/tests/lib/archive.sh"
	package=linux-source-$KML_SERIES
	log=$LOGS/backports.log
	work=$dir/apt
	rm -rf "$work"
	sources_of_backports trixie "$work/sources.list.d"
	mkdir -p "$work/lists/partial" "$work/archives/partial"
	: >"$work/status"
	options=(-o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$work/sources.list.d" -o "Dir::State=$work"
		-o "Dir::State::lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work" -o "APT::Sandbox::User=")
	say "# fetching $package"
	run_logged "$log" apt-get "${options[@]}" update
	(cd "$work" && run_logged "$log" apt-get "${options[@]}" download "$package")
	run_logged "$log" dpkg-deb -x "$work/${package}"_*.deb "$work/root"
	mv "$work/root/usr/src/$package.tar.xz" "$tarball"
	rm -rf "$work"
fi
echo "$tarball"
