#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# libkml tells a program why it is not privileged: somebody who is told to move a file that is where it should be looks in vain.
# run: root-sh

. "$(dirname "$0")/ktap.sh"

ok=0
not_trusted=1
no_module=2
refused=3
dir=/trusted/state

# tells STATE WHAT COMMAND...: what libkml says, and the exit status that goes with it
tells()
{
	local want=$1 what=$2 status
	shift 2

	out=$("$@" 2>&1)
	status=$?
	[ "$out" = "state $want" ] && [ $status = $((want != ok)) ]
	result $? "$what: state $want"
}

unload()
{
	local tries=0

	until out=$(modprobe -r kml 2>&1) || [ $tries = 20 ]; do
		tries=$((tries + 1))
		sleep 0.2
	done
	! grep -q '^kml ' /proc/modules
}

files_and_callers()
{
	tells $ok "under /trusted" /trusted/common/state
	tells $not_trusted "elsewhere" /plain/common/state
	install -D -m 775 /plain/common/state $dir/state
	tells $refused "group-writable" $dir/state
	chmod 755 $dir/state
	tells $ok "no longer group-writable" $dir/state
	chown nobody $dir
	tells $refused "in a directory of nobody" $dir/state
	rm -r $dir
	tells $refused "no_new_privs" setpriv --no-new-privs /trusted/common/state
	tells $refused "user namespace" unshare -Ur /trusted/common/state
	tells $refused "mount namespace" unshare -m /trusted/common/state
}

module()
{
	unload
	result $? "module unloaded"
	tells $no_module "under /trusted without the module" /trusted/common/state
	tells $no_module "elsewhere without the module" /plain/common/state
	coproc /trusted/common/state again
	read -r out <&"${COPROC[0]}"
	[ "$out" = "state $no_module" ]
	result $? "a program that runs before the module is loaded: $out"
	modprobe kml
	result $? "module loaded"
	echo >&"${COPROC[1]}"
	read -r out <&"${COPROC[0]}"
	[ "$out" = "state $refused" ]
	result $? "it hears that it came too early: $out"
	tells $ok "one that begins now" /trusted/common/state
}

ktap_start
files_and_callers
module
ktap_end
