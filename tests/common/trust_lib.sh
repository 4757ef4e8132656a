# SPDX-License-Identifier: GPL-2.0-only
# What the scripts about the trust boundary share: run a command, compare the privilege it got and what the log says.
# run: none
# shellcheck shell=bash disable=SC2034

. "$(dirname "${BASH_SOURCE[0]}")/ktap.sh"

work=/tmp/trust
dir=/trusted/trust
prog=/trusted/common/printcpl

# logged COMMAND...: its output and status in $out, and what the log got meanwhile in $log
logged()
{
	local mark=trust-$RANDOM-$SECONDS

	echo "$mark" >/dev/kmsg
	out=$("$@" 2>&1)
	out="$out, status $?"
	log=$(dmesg | sed "1,/$mark/d" | grep 'kml: ')
}

# runs_at CPL WHAT COMMAND...
runs_at()
{
	local want=$1 what=$2
	shift 2

	logged "$@"
	[ "$out" = "cpl $want, status $want" ]
	result $? "$what: cpl $want"
}

# said VERDICT REASON WHAT COMMAND...: the log says so; the kernel limits the rate of these lines, hence a second try
said()
{
	local verdict=$1 reason=$2 what=$3 status
	shift 3

	if [[ $log != *": $verdict: "*"$reason"* ]]; then
		sleep 6
		logged "$@"
	fi
	[[ $log == *": $verdict: "*"$reason"* ]]
	status=$?
	out="in the log: $log"
	result $status "$what: the log says '$reason'"
}

# ordinary REASON WHAT COMMAND...: runs, but without privilege, and the log says why
ordinary()
{
	local reason=$1 what=$2
	shift 2

	runs_at 3 "$what" "$@"
	said "not privileged" "$reason" "$what" "$@"
}

# user_copy DIR: the program as a file of the user in a directory of the user
user_copy()
{
	install -d -o nobody -m 755 "$1"
	install -o nobody -m 755 /plain/common/printcpl "$1/printcpl"
}

# boundary_start: empty directories, gone again at the end
boundary_start()
{
	boundary_cleanup
	trap boundary_cleanup EXIT
	mkdir -p $dir $work
	ktap_start
}

boundary_cleanup()
{
	cd /
	grep -oE " ($dir|$work)[^ ]* " /proc/mounts | tac | xargs -r umount -l
	rm -rf $dir $work
}
