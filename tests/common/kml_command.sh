#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kml status, exports, trust, run, load and unload on a running system: what they tell is so, and what they refuse is not done.
# run: root-sh
# timeout: 400

# shellcheck source=tests/common/arch.sh
. "$(dirname "$0")/arch.sh"
. "$(dirname "$0")/ktap.sh"
# shellcheck source=tests/common/tool.sh
. "$(dirname "$0")/tool.sh"

work=/tmp/kml-command
prog=/trusted/common/printcpl
release=$(uname -r)

# json_is WHAT PYTHON COMMAND...: valid, and the expression on "j" is true
json_is()
{
	local what=$1 expression=$2
	shift 2

	out=$("$@" 2>&1 | python3 -c "import json, sys
j = json.load(sys.stdin)
if not ($expression): sys.exit(json.dumps(j))" 2>&1)
	result $? "$what"
}

cleanup()
{
	kill "$pid" 2>/dev/null
	[ -z "$covered" ] || umount /lib/modules
	umount $work/trusted 2>/dev/null
	chmod 755 /trusted
	rm -rf $work /trusted/{mine,direct}
	modprobe kml
}

status()
{
	local version

	version=$(cat /sys/module/kml/version)
	ends 0 "status: loaded" "$release, has KML" "version $version, table ABI $(cat /sys/kernel/kml/abi_version)" \
		"$(wc -l </sys/kernel/kml/exports) exports" "the loaded one" "in use:   0" "/trusted, good" -- kml status
	json_is "status: JSON" "j['ready'] and j['kernel'] == {'release': '$release', 'kml': True} and j['module']['state'] == 'live' \
and j['module']['users'] == 0 and j['file']['for_this_kernel'] and j['file']['is_loaded'] and j['trusted']['good'] \
and not j['problems'] and not j['processes']" kml status --json
	setpriv --reuid nobody --regid nogroup --clear-groups /trusted/busybox sleep 100 &
	pid=$!
	sleep 0.5
	ends 0 "status: who uses it" "in use:   1" "$pid busybox (/trusted/busybox), user nobody" -- kml status
	json_is "status: who uses it, JSON" "[p['pid'] for p in j['processes']] == [$pid] and j['module']['users'] == 1" kml status --json
	ends 0 "status: an ordinary user is told that there are others" "in use:   1" "only root sees" -- as_nobody kml status
	kill $pid
	wait $pid 2>/dev/null
	chmod 777 /trusted
	ends 1 "status: /trusted is writable" "/trusted is writable by others than root: chmod go-w /trusted" -- kml status
	chmod 755 /trusted
}

exports()
{
	local class one

	out=$(diff <(awk '{ print $1, $2, $3, $4 }' /sys/kernel/kml/exports) <(kml exports | awk '{ print $1, $2, $3, $4 }') 2>&1)
	result $? "exports: all that the module tells"
	read -r _ class _ _ one _ < <(grep '^ktime_get ' /sys/kernel/kml/exports)
	ends 0 "exports: root sees addresses" "ktime_get *$class*$one" -- kml exports ktime_get
	ends 0 "exports: an ordinary user does not" "ktime_get *$class* -" -- as_nobody kml exports ktime_get
	json_is "exports: JSON" "[e['name'] for e in j] == ['ktime_get'] and j[0]['address'] == hex(0x$one) and j[0]['class'] == '$class'" \
		kml exports --json ktime_get
	json_is "exports: JSON of an ordinary user" "j[0]['address'] is None" as_nobody kml exports --json ktime_get
	json_is "exports: a shell pattern" "len(j) > 3 and all(e['name'].startswith('ktime_get_r') for e in j)" kml exports --json 'ktime_get_r*'
	ends 1 "exports: none matches" "no export matches" -- kml exports 'no_such_*'
	json_is "exports: none matches, JSON" "j == []" kml exports --json 'no_such_*'
}

needs()
{
	local libc

	json_is "check: exports of a program linked against the vDSO" "j['privileged'] and 'ktime_get' in j['exports']" \
		kml check --json /trusted/examples/direct
	sed 's/\x00ktime_get\x00/\x00ktime_gOt\x00/' /trusted/examples/direct >/trusted/direct
	chmod 755 /trusted/direct
	/trusted/direct >/dev/null 2>&1
	[ $? = 127 ]
	result $? "a program that needs an unknown export does not start"
	ends 1 "check: says which" "export ktime_gOt is not known to the loaded module" -- kml check direct
	libc=$(realpath "$(ldd /trusted/examples/direct | awk '$1 == "libc.so.6" { print $3 }')")
	chmod g+w "$libc"
	ends 1 "check: a library that others may change" "$libc, which it would load, must not be mapped: " "${libc##*/} is writable by others than root" -- \
		kml check /trusted/examples/direct
	chmod g-w "$libc"
	ends 0 "check: and only of that" -- kml check /trusted/examples/direct
	[[ $out != *warning* ]]
	result $? "check: no warning otherwise"
	ends 0 "check: environment that does not count" "LD_PRELOAD is ignored: the caller lacks CAP_SYS_MODULE" -- \
		as_nobody env LD_PRELOAD= kml check /trusted/examples/direct
}

trust()
{
	local file=/plain/common/printcpl

	cp $file $work/mine
	chown nobody $work/mine
	chmod 6777 $work/mine
	ends 0 "trust: installs" "installed /trusted/mine" -- kml trust $work/mine
	out=$(stat -c '%u %g %a' /trusted/mine)
	[ "$out" = "0 0 755" ]
	result $? "trust: owner and mode"
	ends 0 "trust: it is privileged" "cpl 0" -- /trusted/mine
	ends 0 "trust: replaces" -- kml trust /trusted/busybox mine
	cmp -s /trusted/mine /trusted/busybox
	result $? "trust: by the new one"
	printf '#!/bin/sh\n' >$work/script
	ends 1 "trust: no script" "is a script" -- kml trust $work/script mine
	chmod 775 /trusted
	ends 1 "trust: not into a writable directory" "/trusted is writable by others than root" -- kml trust $file mine
	chmod 755 /trusted
	ends 1 "trust: not in another mount namespace" "another mount namespace" -- unshare -m kml trust $file mine
	ends 1 "trust: not as an ordinary user" "only root" -- as_nobody kml trust $file mine
	[ ! -x /trusted/x86/bare_m32 ] ||
		ends 1 "trust: no 32-bit program" "32-bit and x32 programs cannot be privileged" -- kml trust /plain/x86/bare_m32 mine
	cmp -s /trusted/mine /trusted/busybox
	result $? "trust: what was refused changed nothing"
	mkdir $work/trusted
	mount -t tmpfs -o size=64k,mode=755 tmpfs $work/trusted
	ends 1 "trust: disk full" "No space left" -- kml trust --root $work $file
	out=$(find $work/trusted /trusted -maxdepth 1 -name '.*.kml*')
	[ -z "$out" ]
	result $? "trust: nothing is left behind"
	umount $work/trusted
}

run()
{
	ends 0 "run: at kernel privilege" "cpl 0" -- kml run $prog
	ends 0 "run: by a bare name" -- kml run busybox true
	ends 7 "run: arguments and status" "a  b" -- kml run busybox sh -c 'echo "$1"; exit 7' sh 'a  b'
	ends 126 "run: not as an ordinary program" "is not in /trusted" -- kml run /plain/common/printcpl
	[[ $out != *"cpl 3"* ]]
	result $? "run: it was not started"
	ends 126 "run: not under no_new_privs" "no_new_privs" -- setpriv --no-new-privs kml run $prog
	ends 127 "run: no such program" "cannot be reached" -- kml run nonexistent
	ends 0 "run: as an ordinary user" "cpl 0" -- as_nobody kml run $prog
	# what the program is told of itself, from where it is
	ends 0 "run --cpu" "Cpus_allowed_list:	1" -- kml run --cpu 1 busybox grep Cpus_allowed_list: /proc/self/status
	ends 125 "run --cpu: there is none" "CPU 4000: Invalid argument" -- kml run --cpu 4000 $prog
	ends 0 "run --fifo" "status 0
17 1" -- kml run --fifo 17 busybox awk '{ print $40, $41 }' /proc/self/stat
	ends 125 "run --fifo: not as an ordinary user" "SCHED_FIFO 17: Operation not permitted" -- as_nobody kml run --fifo 17 $prog
	ends 0 "run --mlock" "locked: all, KML_MLOCK: none" -- kml run --mlock /trusted/common/locked
	ends 0 "without --mlock" "locked: none, KML_MLOCK: none" -- kml run /trusted/common/locked
	ends 0 "run --mlock: libkml is shared" "locked: all, KML_MLOCK: none" -- kml run --mlock /trusted/common/locked_dynamic
	ends 125 "run --mlock: a program without libkml" "is not linked with libkml, which locks memory for --mlock" -- kml run --mlock busybox true
	ends 125 "run --mlock: more than the user's limit" "locked*: kml: memory cannot be locked, as KML_MLOCK asks: " -- \
		as_nobody prlimit --memlock=65536:65536 kml run --mlock /trusted/common/locked
}

module()
{
	/trusted/busybox sleep 100 &
	pid=$!
	sleep 0.5
	ends 1 "unload: names who uses the module" "in use by $pid (busybox)" -- kml unload
	grep -q '^kml ' /proc/modules
	result $? "unload: the module is still there"
	ends 1 "unload: not as an ordinary user" "only root" -- as_nobody kml unload
	kill $pid
	wait $pid 2>/dev/null
	sleep 0.5
	ends 0 "unload" -- kml unload
	! grep -q '^kml ' /proc/modules
	result $? "unload: the module is gone"
	ends 0 "unload again: nothing to do" "not loaded" -- kml unload
	ends 1 "status: not loaded" "has KML" "not loaded" "kml load" -- kml status
	ends 1 "status of an ordinary user: not loaded" "has KML" -- as_nobody kml status
	ends 3 "exports: not loaded" "module not loaded" -- kml exports
	ends 1 "check: not loaded" "the module kml is not loaded" -- kml check $prog
	ends 126 "run: not loaded" "the module kml is not loaded" -- kml run $prog
	ends 1 "load: not as an ordinary user" "only root" -- as_nobody kml load
	ends 0 "load" -- kml load
	ends 0 "load: it works" "cpl 0" -- $prog
	ends 0 "load again: nothing to do" "loaded already" -- kml load
	ends 0 "unload" -- kml unload
}

# A module of another kernel, and none: in a copy of the directory, so that nothing remains.
other_kernels()
{
	local ko

	mkdir $work/modules
	cp -a /lib/modules/. $work/modules
	mount --bind $work/modules /lib/modules
	covered=y
	ko=$(find /lib/modules/"$release" -name kml.ko)
	# a kernel with modversions does not look at the release, but at what follows
	sed -i 's/vermagic=6\([^ ]*\) SMP/vermagic=5\1 UMP/' "$ko"
	ends 1 "status: a module of another kernel" "was built for another kernel: 5" "dkms install --force" "-k $release" -- kml status
	ends 1 "load: the same" "was built for another kernel" "dkms install --force" -- kml load
	json_is "status: the same, JSON" "not j['ready'] and not j['file']['for_this_kernel'] and j['file']['vermagic'][0] == '5'" \
		kml status --json
	mkdir -p /lib/modules/5.0-other/updates/dkms
	mv "$ko" /lib/modules/5.0-other/updates/dkms
	depmod "$release"
	ends 1 "status: no module for this kernel" "is not built for this kernel ($release), only for 5.0-other: dkms install" -- kml status
	ends 1 "load: the same" "no module for kernel $release: dkms install" -- kml load
	mv /lib/modules/5.0-other/updates/dkms/kml.ko "$ko"
	sed -i 's/vermagic=5\([^ ]*\) UMP/vermagic=6\1 SMP/' "$ko"
	ends 1 "status: depmod was not run" "is not in the list of modules: depmod -a" -- kml status
	ends 1 "load: the same" "depmod -a" -- kml load
	depmod "$release"
	ends 0 "load: put right" -- kml load
	printf 'srcversion=0000' | dd of="$ko" bs=1 conv=notrunc status=none \
		seek="$(grep -obUaP 'srcversion=' "$ko" | head -n 1 | cut -d : -f 1)"
	ends 0 "status: the loaded module is another than the file" "warning: the loaded module" "kml unload && kml load" -- kml status
	umount /lib/modules
	covered=
	ends 0 "status: the file again" "the loaded one" -- kml status
}

if ! command -v kml >/dev/null; then
	skip "kml" "the command is not built for this machine: no libkmod and libelf for it"
	ktap_end
	exit
fi
pid='' covered=''
trap cleanup EXIT
rm -rf $work
mkdir -p $work
ktap_start
status
exports
needs
trust
run
module
other_kernels
ktap_end
