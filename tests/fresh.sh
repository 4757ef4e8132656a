#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A bare machine: "make demo" and one boot of the tests in a minimal Debian that has make and ca-certificates, and nothing of what
# other runs have left. What this machine has by chance would hide what deps.sh or the checkout lacks.
#
#   tests/fresh.sh [SUITE...]	(default: bookworm trixie)

. "$(dirname "$0")/lib/common.sh"
. "$TOP/tests/lib/archive.sh"
. "$TOP/tests/lib/ktap.sh"

[ "$(id -u)" = 0 ] || die "takes root: it makes a root of Debian and mounts in it"
[ $# != 0 ] || set -- bookworm trixie
boot=prod-amd

# proxies: what apt of this machine is told, for another's
proxies()
{
	apt-config dump | grep -iE '^Acquire::[^ ]*Proxy[^ ]* "..*";$' || :
}

# make_root SUITE ROOT: with the checkout in /root/kml, without .git as in an archive of it
make_root()
{
	sources_of "$1" "$2.sources"
	run_logged "$LOGS/fresh-$1-root.log" mmdebstrap --variant=minbase --include=ca-certificates,make "$1" "$2" "$2.sources"/*
	proxies >"$2/etc/apt/apt.conf.d/90proxy"
	# apt runs what it fetches as somebody who need not see this machine's names
	cat /etc/resolv.conf >"$2/etc/resolv.conf"
	mkdir "$2/root/kml"
	tar -C "$TOP" -cf - -T <(sources_of_checkout .) | tar -xf - -C "$2/root/kml"
}

# enter ROOT COMMAND: in it, with its own processes and mounts, which end with the command. Its root is a mount point, as
# mmdebstrap in it wants. Of the environment only the way out to the archives is this machine's.
enter()
{
	# shellcheck disable=SC2016
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb ${http_proxy:+http_proxy="$http_proxy"} \
		${https_proxy:+https_proxy="$https_proxy"} ${no_proxy:+no_proxy="$no_proxy"} \
		unshare --mount --pid --fork --kill-child bash -ec '
			mount --bind "$0" "$0"
			mount -t proc proc "$0/proc"
			mount --rbind /sys "$0/sys"
			mount --rbind /dev "$0/dev"
			mount -t tmpfs tmpfs "$0/run"
			exec chroot "$0" bash -c "cd /root/kml && $1"' "$1" "$2"
}

# try SUITE: what is in its root afterwards is kept when something fails
try()
{
	local name=$1 root=$KML_CACHE/fresh/$1 log=$LOGS/fresh-$1 status=0

	rm -rf "$root" "$root.sources"
	say "# fresh-$name: making the root"
	make_root "$name" "$root"
	say "# fresh-$name: make demo"
	enter "$root" "make demo" >"$log-demo.log" 2>&1 </dev/null || status=$?
	[ $status != 0 ] || grep -q '^KML demo ends' "$log-demo.log" || status=1
	verdict $status "$name: make demo" "log: $log-demo.log"
	[ $status = 0 ] || return 0
	say "# fresh-$name: boot $boot"
	enter "$root" "tests/run.sh --boot $boot" >"$log-tests.log" 2>&1 </dev/null || status=$?
	verdict $status "$name: $boot: $(tail -n 1 "$log-tests.log")" "log: $log-tests.log"
	[ $status != 0 ] || rm -rf "$root" "$root.sources"
}

report_steps "${@/#/try }"
