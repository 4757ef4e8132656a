#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kml check answers as the kernel does, for every rule, with the line of its log. If the two drifted apart, people would be sent
# to mend what is not broken.
# run: root-sh
# timeout: 400

. "$(dirname "$0")/ktap.sh"

work=/tmp/kml-check
dir=/trusted/kml-check
prog=/trusted/common/printcpl

# member NAME: what the JSON in $json says of it
member()
{
	sed -nE "s/^  \"$1\": (.*[^,]),?$/\1/p" <<<"$json"
}

# kernel_says COMMAND...: the output in $ran, the last line of KML in the log in $log
kernel_says()
{
	local mark=check-$RANDOM-$SECONDS

	echo "$mark" >/dev/kmsg
	ran=$("$@" 2>/dev/null)
	log=$(dmesg | sed "1,/$mark/d" | sed -nE 's/^\[[^]]*\] (kml: .*)/\1/p' | tail -n 1)
}

# agree WHAT PROGRAM [COMMAND...]: kernel and command about PROGRAM, when started by COMMAND
agree()
{
	local what=$1 program=$2 status want=1 line
	shift 2

	json=$("$@" kml check --json "$program" 2>&1)
	status=$?
	kernel_says "$@" "$program"
	line=$(member kernel_log)
	# the kernel limits the rate of its lines
	if [ "$line" != null ] && [ -z "$log" ]; then
		sleep 6
		kernel_says "$@" "$program"
	fi
	[ "$ran" != "cpl 0" ] || want=0
	out="check: status $status, $json
kernel: $ran, log: $log"
	[ $status = $want ] && [ "$(member privileged)" = "$([ $want = 0 ] && echo true || echo false)" ]
	result $? "$what: both say $([ $want = 0 ] && echo yes || echo no)"
	[ "$line" = "$([ -n "$log" ] && echo "\"$log\"" || echo null)" ]
	result $? "$what: the kernel's line is ${log:-none}"
}

# names RULE WHAT: the last check named it
names()
{
	# shellcheck disable=SC2034
	out=$json
	[[ $json == *"$1"* ]]
	result $? "$2: names '$1'"
}

# copy DIR [MODE]
copy()
{
	install -D -m "${2:-755}" "$prog" "$1/printcpl"
}

cleanup()
{
	cd /
	umount $dir/{nosuid,noexec,suid,bound,covered,merged} $work/{bind,layers} 2>/dev/null
	umount -R $dir/jail $dir/dir/{usr,proc,sys,trusted} 2>/dev/null
	rm -rf $dir $work
}

files()
{
	copy $dir
	agree "a copy in a directory" $dir/printcpl
	agree "the same outside" /plain/common/printcpl
	names "is not in /trusted" "the same outside"
	copy $dir/g 775
	agree "group-writable file" $dir/g/printcpl
	names "is writable by others than root" "group-writable file"
	copy $dir/w/x/y/z
	chmod 757 $dir/w/x
	agree "directory that others may write to" $dir/w/x/y/z/printcpl
	copy $dir/o
	chown nobody $dir/o/printcpl
	agree "file of nobody" $dir/o/printcpl
	names "is not owned by root" "file of nobody"
	chown nobody /trusted
	agree "/trusted of nobody" $prog
	chown root /trusted
	ln -s $dir/printcpl $work/in
	agree "symbolic link into /trusted" $work/in
	ln -s /plain/common/printcpl $dir/out
	agree "symbolic link out of /trusted" $dir/out
	copy $work/trusted
	agree "another directory of that name" $work/trusted/printcpl
	exec 8>>$dir/printcpl
	agree "file that somebody has open for writing" $dir/printcpl
	names "is open for writing" "file that somebody has open for writing"
	exec 8>&-
	copy $dir/x 700
	# setpriv itself still has all capabilities
	agree "file that only root may start" $dir/x/printcpl as_nobody env
	names "may not be executed by this user" "file that only root may start"
	agree "no such file" $dir/nonexistent
	copy $dir/gone
	exec 9<$dir/gone/printcpl
	rm -r $dir/gone
	agree "file that has been deleted" /proc/self/fd/9
	names "has been deleted" "file that has been deleted"
	exec 9<&-
}

mounts()
{
	mkdir -p $dir/{nosuid,noexec,suid,bound,covered,merged} $work/{bind,layers}
	mount -t tmpfs -o nosuid,mode=755 tmpfs $dir/nosuid && copy $dir/nosuid/sub
	agree "nosuid mount" $dir/nosuid/sub/printcpl
	names "is on a nosuid or foreign mount" "nosuid mount"
	mount -t tmpfs -o noexec,mode=755 tmpfs $dir/noexec && copy $dir/noexec
	agree "noexec mount" $dir/noexec/printcpl
	names "is on a noexec mount" "noexec mount"
	mount -t tmpfs -o mode=755 tmpfs $dir/suid && copy $dir/suid
	agree "tmpfs of root" $dir/suid/printcpl
	chown nobody $dir/covered
	mount -t tmpfs -o mode=755 tmpfs $dir/covered && copy $dir/covered
	agree "tmpfs of root over a directory of nobody" $dir/covered/printcpl
	mount --bind /plain $dir/bound
	agree "directory of root bound below /trusted" $dir/bound/common/printcpl
	chmod g+w /plain/common
	agree "the same, its name in the file system" $dir/bound/common/printcpl
	chmod g-w /plain/common
	mount --bind /trusted $work/bind
	agree "/trusted bound elsewhere" $work/bind/common/printcpl
	mount -t tmpfs -o mode=755 tmpfs $work/layers
	mkdir $work/layers/{upper,work}
	if mount -t overlay -o "lowerdir=/trusted/common,upperdir=$work/layers/upper,workdir=$work/layers/work" overlay $dir/merged; then
		agree "overlay of root" $dir/merged/printcpl
		names "is on an overlay" "overlay of root"
		umount $dir/merged
	else
		skip "overlay of root" "this kernel has no overlayfs"
	fi
}

callers()
{
	agree "an ordinary user" $prog as_nobody
	agree "user namespace" $prog unshare -Ur
	agree "user namespace of an ordinary user" $prog as_nobody unshare -Ur
	agree "mount namespace" $prog unshare -m
	agree "user and mount namespace" $prog as_nobody unshare -Urm
	agree "from a mount namespace by way of /proc" /proc/1/root$prog unshare -m
	agree "no_new_privs" $prog setpriv --no-new-privs
	agree "bounding set" $prog setpriv --bounding-set=-sys_module
	agree "traced by an ordinary user" $prog as_nobody strace -o /dev/null
	agree "traced by root" $prog strace -o /dev/null
	mkdir -p $dir/jail
	mount --rbind / $dir/jail
	agree "chroot into a bind mount below /trusted" $prog busybox chroot $dir/jail
	umount -R $dir/jail
	mkdir -p $dir/dir/{usr,proc,sys,trusted}
	ln -s usr/bin usr/lib $dir/dir
	[ ! -e /lib64 ] || ln -s usr/lib64 $dir/dir
	mount --bind /usr $dir/dir/usr
	mount --bind /proc $dir/dir/proc
	mount --bind /sys $dir/dir/sys
	mount --bind /trusted $dir/dir/trusted
	agree "chroot into a directory below /trusted" $prog busybox chroot $dir/dir
}

# script INTERPRETER [ARGUMENT]: as $dir/script
script()
{
	printf '#!%s\necho ran\n' "$*" >$dir/script
	chmod 755 $dir/script
}

formats()
{
	script /trusted/busybox sh
	agree "script" $dir/script
	install -m 755 $dir/script $work/script
	agree "script outside" $work/script
	script /bin/sh
	agree "script with an ordinary interpreter" $dir/script
	script /trusted/busybox sh
	agree "script in a user namespace" $dir/script unshare -Ur
	head -c 100 $prog >$dir/cut
	chmod 755 $dir/cut
	agree "program cut off" $dir/cut
	install -m 755 /dev/null $dir/empty
	agree "empty file" $dir/empty
	agree "directory" $dir
	mkfifo -m 755 $dir/fifo
	# not by bash, which would open it to see what is wrong with it
	agree "pipe" $dir/fifo env
	[ -x /trusted/x86/bare_m32 ] || return
	agree "32-bit program" /trusted/x86/bare_m32
	agree "x32 program" /trusted/x86/bare_mx32
}

# What the dynamic linker would map. The program is started, and ends when it is refused.
mapped()
{
	local program=/trusted/common/printcpl_dynamic file

	agree "dynamic program" $program
	for file in $(ldd $program | grep -oE '/[^ ]*/(libc\.so\.6|ld-linux[^ ]*)'); do
		file=$(realpath "$file")
		chmod g+w "$file"
		agree "${file##*/} that others may write to" $program
		names "$file, which it would load, must not be mapped: " "${file##*/}"
		names "${file##*/} is writable by others than root" "${file##*/}"
		chmod g-w "$file"
	done
}

# reload [PARAMETER...]
reload()
{
	# shellcheck disable=SC2034
	out=$(modprobe -r kml && modprobe kml "$@" 2>&1)
	result $? "module with parameters '$*'"
}

policy()
{
	reload gid=12345
	agree "not in the group" $prog as_nobody
	names "is not in the group that the module's parameter gid names" "not in the group"
	agree "in the group" $prog setpriv --reuid nobody --regid 12345 --clear-groups
	agree "in the group, among others" $prog setpriv --reuid nobody --regid nogroup --groups 12345
	agree "root, not in the group" $prog
	reload trusted=$dir/w
	chmod 755 $dir/w/x
	agree "program in the module's directory" $dir/w/x/y/z/printcpl
	agree "program in /trusted, which is not that" $prog
	names "is not in $dir/w" "program in /trusted"
	reload
}

if ! command -v kml >/dev/null; then
	skip "kml check" "the command is not built for this machine: no libkmod and libelf for it"
	ktap_end
	exit
fi
cleanup
trap cleanup EXIT
mkdir -p $dir $work
ktap_start
files
mounts
callers
formats
mapped
policy
ktap_end
