#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Namespaces of an ordinary user, who is root with all capabilities in them and can mount what he likes where he likes. None of it
# may look like /trusted.
# run: root-sh
# timeout: 120
# depends: debug

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

# in_namespaces SCRIPT: an ordinary user's, in user and mount namespaces of his own
in_namespaces()
{
	as_nobody unshare -Urm --propagation private bash -c "$1"
}

boundary_start
user_copy $work/user
install -d -m 777 $work/mnt

ordinary "the caller is in a user namespace" "root in a user namespace" as_nobody unshare -Ur $prog
ordinary "the path is in another mount namespace" "user and mount namespace" in_namespaces $prog
ordinary "printcpl is not owned by root" "the user's directory bound over /trusted" \
	in_namespaces "mount --bind $work/user /trusted && exec /trusted/printcpl"
ordinary "the path is in another mount namespace" "root's directory bound over /trusted" \
	in_namespaces "mount --bind /plain/common /trusted && exec /trusted/printcpl"
ordinary "printcpl is not owned by root" "tmpfs over /trusted" \
	in_namespaces "mount -t tmpfs tmpfs /trusted && cp /plain/common/printcpl /trusted && exec /trusted/printcpl"
ordinary "printcpl is on a file system mounted in a user namespace" "overlay of /trusted over /trusted" \
	in_namespaces "mount -t tmpfs tmpfs $work/mnt && mkdir $work/mnt/{upper,work} &&
	mount -t overlay -o lowerdir=/trusted,upperdir=$work/mnt/upper,workdir=$work/mnt/work,userxattr overlay /trusted &&
	exec $prog"
runs_at 3 "pivot_root to a tree with a /trusted" \
	in_namespaces "mount -t tmpfs tmpfs $work/mnt && mkdir $work/mnt/{trusted,old} &&
	cp /plain/common/printcpl $work/mnt/trusted && cd $work/mnt && pivot_root . old && exec /trusted/printcpl"
runs_at 3 "chroot to a tree with a /trusted" \
	in_namespaces "mount -t tmpfs tmpfs $work/mnt && mkdir $work/mnt/trusted && cp /plain/common/printcpl $work/mnt/trusted &&
	exec busybox chroot $work/mnt /trusted/printcpl"
ordinary "the caller is in a user namespace" "chroot to the real root in a user namespace" \
	as_nobody unshare -Ur busybox chroot / $prog
runs_at 0 "the user himself, outside" as_nobody $prog
ktap_end
