#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fetches the DKMS of a release of Debian, whatever this machine's is, and prints the path of its one script.

. "$(dirname "$0")/common.sh"
. "$TOP/tests/lib/archive.sh"

release=${1:?usage: dkms.sh SUITE}
dir=$KML_CACHE/packages/dkms-$release
exec 9>"$KML_CACHE/packages/dkms.lock"
flock 9

fetch()
{
	local own=(-o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$dir.tmp/sources" -o "Dir::State::lists=$dir.tmp/lists"
		-o "Dir::Cache=$dir.tmp/cache" -o "APT::Sandbox::User=root")

	mkdir -p "$dir.tmp"/{sources,lists/partial,cache/archives/partial}
	sources_of "$release" "$dir.tmp/sources"
	# by that name apt takes a file of the old form
	[ ! -e "$dir.tmp/sources/sources.list" ] || mv "$dir.tmp/sources/sources.list" "$dir.tmp/sources/main.list"
	apt-get "${own[@]}" update
	cd "$dir.tmp"
	apt-get "${own[@]}" download "dkms/$release"
	dpkg-deb -x dkms_*.deb tree
}

if [ ! -e "$dir/dkms" ]; then
	say "# fetching DKMS of $release"
	rm -rf "$dir" "$dir.tmp"
	run_logged "$LOGS/dkms-fetch.log" fetch
	mkdir "$dir"
	cp "$dir.tmp/tree/usr/sbin/dkms" "$dir/dkms"
	rm -rf "$dir.tmp"
fi
echo "$dir/dkms"
