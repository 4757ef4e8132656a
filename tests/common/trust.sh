#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Who gets privilege: by inode, mount and caller, never by name. If a rule broke, an ordinary user would own the machine; if a
# refusal lost its line in the log, nobody would know why a program is ordinary.
# run: root-sh
# timeout: 180
# depends: debug

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

# copy DIR [MODE]
copy()
{
	install -D -m "${2:-755}" "$prog" "$1/printcpl"
}

cleanup()
{
	cd /
	umount "$dir/nosuid" "$dir/noexec" "$dir/suid" "$dir/bound" "$work/bind" "$work/root" 2>/dev/null
	rm -rf "$dir" "$work" /plain/hardlink
}

files()
{
	copy $dir
	runs_at 0 "a copy in a directory" $dir/printcpl
	runs_at 3 "the same outside" /plain/common/printcpl
	copy $dir/g 775
	ordinary "trust/g/printcpl is writable by others than root" "group-writable file" $dir/g/printcpl
	copy $dir/o
	chown nobody $dir/o/printcpl
	ordinary "is not owned by root" "file of nobody" $dir/o/printcpl
	copy $dir/w
	chmod 775 $dir/w
	ordinary "trust/w is writable by others than root" "group-writable directory" $dir/w/printcpl
	copy $dir/s 4755
	runs_at 0 "setuid-root file" as_nobody $dir/s/printcpl
	copy $dir/n 755
	chown nobody $dir/n/printcpl
	chmod 6755 $dir/n/printcpl
	ordinary "is not owned by root" "setuid-nobody file, by root" $dir/n/printcpl
	copy $dir/m
	chgrp nogroup $dir/m/printcpl
	chmod 2775 $dir/m/printcpl
	ordinary "trust/m/printcpl is writable by others than root" "setgid and group-writable file" as_nobody $dir/m/printcpl
	user_copy $work/mine
	chmod 4755 $work/mine/printcpl
	runs_at 3 "a user's setuid file outside" as_nobody $work/mine/printcpl
	# protected_hardlinks says "not permitted", the directory's mode "denied"
	logged as_nobody ln $dir/printcpl $dir/evil
	[[ $out != *", status 0" && ! -e $dir/evil ]]
	result $? "a user cannot link into /trusted"
	ln -s $dir/printcpl $work/in
	runs_at 0 "symbolic link into /trusted" $work/in
	ln -s /plain/common/printcpl $dir/out
	runs_at 3 "symbolic link out of /trusted" $dir/out
	ln $dir/printcpl /plain/hardlink
	runs_at 3 "hard link outside" /plain/hardlink
	copy $work/trusted
	runs_at 3 "another directory of that name" $work/trusted/printcpl
}

mounts()
{
	mkdir -p $dir/{nosuid,noexec,suid,bound} $work/bind
	mount -t tmpfs -o nosuid,mode=755 tmpfs $dir/nosuid && copy $dir/nosuid
	ordinary "printcpl is on a nosuid or foreign mount" "nosuid mount" $dir/nosuid/printcpl
	mount -t tmpfs -o noexec,mode=755 tmpfs $dir/noexec && copy $dir/noexec
	logged $dir/noexec/printcpl
	[[ $out == *"Permission denied"*", status 126" ]]
	result $? "noexec mount: Permission denied"
	mount -t tmpfs -o mode=755 tmpfs $dir/suid && copy $dir/suid
	runs_at 0 "tmpfs of root below /trusted" $dir/suid/printcpl
	mount --bind /plain $dir/bound
	runs_at 0 "directory of root bound below /trusted" $dir/bound/common/printcpl
	mount --bind /trusted $work/bind
	runs_at 3 "/trusted bound elsewhere" $work/bind/common/printcpl
}

callers()
{
	mkdir -p $work/root
	copy $dir/jail/trusted
	copy $work/jail/trusted
	ordinary "the caller is in a chroot" "chroot below /trusted" \
		busybox chroot $dir/jail /trusted/printcpl
	mount --bind $work/jail $work/root
	runs_at 3 "chroot into a bind mount" busybox chroot $work/root /trusted/printcpl
	ordinary "the caller is in a user namespace" "user namespace" unshare -Ur $prog
	ordinary "the path is in another mount namespace" "mount namespace" unshare -m $prog
	ordinary "the path is in another mount namespace" "mount namespace with its own /trusted" unshare -m bash -c \
		"mount -t tmpfs -o mode=755 tmpfs /trusted && cp /plain/common/printcpl /trusted && /trusted/printcpl"
	ordinary "is on a nosuid or foreign mount" "from a mount namespace by way of /proc" \
		unshare -m /proc/1/root$prog
	ordinary "the caller has no_new_privs set" "no_new_privs" setpriv --no-new-privs $prog
	runs_at 0 "an ordinary user" as_nobody $prog
}

# as_script WHAT SCRIPT: its interpreter, which is trusted, runs as an ordinary program
as_script()
{
	logged "$2"
	[ "$out" = "cpl 3, status 3" ]
	result $? "$1: runs as an ordinary program"
	said "not privileged" "scripts are not privileged; start the interpreter with it as argument" "$1" "$2"
}

# as_32_bit WHAT PROGRAM STATUS
as_32_bit()
{
	logged "$2"
	[ "$out" = ", status $3" ]
	result $? "$1: runs as an ordinary program"
	said "not privileged" "32-bit and x32 programs cannot be privileged; build it for x86_64" "$1" "$2"
}

# Copies in memory and descriptors of files.
descriptors()
{
	runs_at 3 "a memory file" python3 -c "
import os
fd = os.memfd_create('x')
os.write(fd, open('$prog', 'rb').read())
os.execve(fd, ['x'], {})"
	runs_at 0 "an open file of /trusted" python3 -c "
import os
os.execve(os.open('$prog', os.O_RDONLY), ['x'], {})"
}

formats()
{
	printf '#!%s\n' "$prog" >$work/script
	chmod 755 $work/script
	install -m 755 $work/script $dir/script
	as_script "script" $dir/script
	as_script "script outside" $work/script
	# other ABIs than the kernel's own
	[ -x /trusted/x86/bare_m32 ] || return
	as_32_bit "32-bit program" /trusted/x86/bare_m32 32
	as_32_bit "x32 program" /trusted/x86/bare_mx32 32
	logged /plain/x86/bare_m32
	[ "$out" = ", status 32" ]
	result $? "32-bit program outside runs"
}

# What an ordinary user can do to a privileged program of his.
secure()
{
	local pid

	logged as_nobody env LD_PRELOAD=/nonexistent.so /bin/true
	[[ $out == *"cannot be preloaded"* ]]
	result $? "LD_PRELOAD works elsewhere"
	logged as_nobody env LD_PRELOAD=/nonexistent.so /trusted/bin/true
	[ "$out" = ", status 0" ]
	result $? "LD_PRELOAD of an ordinary user is ignored"

	setpriv --reuid nobody --regid nogroup --clear-groups /trusted/busybox sleep 20 &
	pid=$!
	sleep 0.5
	logged as_nobody cat /proc/$pid/maps
	[[ $out == *"Permission denied"* ]]
	result $? "an ordinary user cannot look into his privileged program"
	logged as_nobody dd if=/dev/zero of=/proc/$pid/mem bs=1 count=1
	[[ $out == *"Permission denied"* ]]
	result $? "nor write to its memory"
	logged as_nobody timeout 5 strace -p $pid
	[[ $out == *"Operation not permitted"* ]]
	result $? "nor trace it"
	kill $pid
	wait $pid 2>/dev/null
	[ $? = 143 ]
	result $? "but root can kill it"

	ordinary "the caller is traced by an unprivileged process" "traced by an ordinary user from the start" \
		as_nobody strace -o /dev/null $prog
}

cleanup
trap cleanup EXIT
mkdir -p $dir $work
ktap_start
files
mounts
callers
descriptors
formats
secure
ktap_end
