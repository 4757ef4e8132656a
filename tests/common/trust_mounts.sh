#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# File systems whose content is not root's alone, though they say so, and mounts that take privilege away, below /trusted.
# run: root-sh
# timeout: 120
# depends: debug

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

fuse()
{
	mkdir -p $dir/fuse
	out=$(/plain/common/fusefile /plain/common/printcpl $dir/fuse 2>&1)
	result $? "FUSE, mounted by root"
	ordinary "printcpl is on a FUSE file system" "program on FUSE" as_nobody $dir/fuse/printcpl
	umount -l $dir/fuse
	[ -w /dev/fuse ] && chmod 666 /dev/fuse
	install -d -m 777 $work/fuse
	ordinary "printcpl is not owned by root" "FUSE of a user over /trusted" as_nobody unshare -Urm --propagation private bash -c \
		"/plain/common/fusefile /plain/common/printcpl /trusted && exec /trusted/printcpl"
	chmod 600 /dev/fuse
}

overlay()
{
	install -d $work/{lower,upper,work} $dir/overlay
	install -m 755 $prog $work/lower/printcpl
	mount -t overlay -o lowerdir=$work/lower,upperdir=$work/upper,workdir=$work/work overlay $dir/overlay
	runs_at 0 "overlay of root's own" as_nobody $dir/overlay/printcpl
	umount $dir/overlay
	chown nobody $work/upper
	mount -t overlay -o lowerdir=$work/lower,upperdir=$work/upper,workdir=$work/work overlay $dir/overlay
	ordinary "is not owned by root" "overlay whose upper directory is a user's" as_nobody $dir/overlay/printcpl
	umount $dir/overlay
}

flags()
{
	mkdir -p $dir/t
	mount -t tmpfs -o mode=755 tmpfs $dir/t
	install -m 755 $prog $dir/t/printcpl
	runs_at 0 "tmpfs of root" as_nobody $dir/t/printcpl
	mount -o remount,nosuid $dir/t
	ordinary "printcpl is on a nosuid or foreign mount" "nosuid" as_nobody $dir/t/printcpl
	mount -o remount,suid,noexec $dir/t
	logged as_nobody $dir/t/printcpl
	[[ $out == *"Permission denied"*", status 126" ]]
	result $? "noexec: Permission denied"
	# a program on a good mount in a directory that was reached through a bad one
	mkdir $dir/t/inner
	mount --bind /plain/common $dir/t/inner
	ordinary "is on a noexec mount" "below a noexec mount" as_nobody $dir/t/inner/printcpl
	umount $dir/t/inner
	mount -o remount,exec $dir/t
	chmod 775 $dir/t
	ordinary "is writable by others than root" "group-writable root of a mount" as_nobody $dir/t/printcpl
}

# /trusted seen at another place, and the root at another place
elsewhere()
{
	mkdir -p $work/{bind,root}
	mount --bind /trusted $work/bind
	runs_at 3 "/trusted bound elsewhere" as_nobody $work/bind/common/printcpl
	mount --bind / $work/root
	runs_at 3 "/trusted of a bound root" as_nobody $work/root$prog
}

boundary_start
fuse
overlay
flags
elsewhere
ktap_end
