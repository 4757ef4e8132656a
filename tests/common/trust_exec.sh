#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Odd ways to start a program. What counts is the file that exec has opened: a memfd has no path at all (the walk up its parents
# once never ended), ld.so and binfmt_misc start one file on behalf of another.
# run: root-sh
# timeout: 120
# depends: debug

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

odd=/plain/common/odd_exec

descriptors()
{
	runs_at 3 "memfd with the bytes of a trusted program" as_nobody timeout -s KILL 20 $odd memfd $prog
	user_copy $work/user
	runs_at 3 "/proc/self/fd of the user's file" as_nobody $odd proc-fd $work/user/printcpl
	runs_at 3 "execveat(AT_EMPTY_PATH) of the user's file" as_nobody $odd empty-path $work/user/printcpl
	runs_at 0 "/proc/self/fd of a trusted file" as_nobody $odd proc-fd $prog
	runs_at 0 "execveat(AT_EMPTY_PATH) of a trusted file" as_nobody $odd empty-path $prog
	runs_at 3 "a file of the user's that is gone" as_nobody $odd deleted $work/user/printcpl
}

loader()
{
	local ld

	ld=$(ldd /plain/common/printcpl_dynamic | grep -oE '/[^ ]*/ld-[^ ]*')
	runs_at 0 "dynamic program" as_nobody /trusted/common/printcpl_dynamic
	runs_at 3 "ld.so started with a trusted program" as_nobody "$ld" /trusted/common/printcpl_dynamic
}

# A format whose interpreter is trusted would lend its privilege to files of users.
misc()
{
	local fs=/proc/sys/fs/binfmt_misc

	mount -t binfmt_misc none $fs 2>/dev/null
	echo ":kml-test:M::KMLTEST::$prog:" >$fs/register
	echo KMLTEST >$work/odd
	chmod 755 $work/odd
	ordinary "scripts are not privileged" "binfmt_misc with a trusted interpreter" as_nobody $work/odd
	echo -1 >$fs/kml-test
	umount $fs
}

callers()
{
	ordinary "the caller shares its working directory with another process" "CLONE_FS" \
		as_nobody $odd shared-fs $prog
	runs_at 0 "CLONE_FS, root" $odd shared-fs $prog
	ordinary "the caller's bounding set lacks CAP_SYS_MODULE" "no CAP_SYS_MODULE in the bounding set of root" \
		setpriv --bounding-set=-sys_module $prog
	ordinary "the caller's bounding set lacks CAP_SYS_MODULE" "no CAP_SYS_MODULE in the bounding set of a user" \
		as_nobody --bounding-set=-sys_module $prog
	runs_at 0 "another capability is missing in the bounding set" as_nobody --bounding-set=-net_admin $prog
	ordinary "the caller is traced by an unprivileged process" "PTRACE_TRACEME before exec" as_nobody $odd traceme $prog
	ordinary "the caller is traced by an unprivileged process" "PTRACE_SEIZE before exec" as_nobody $odd seized $prog
	runs_at 0 "traced by root" $odd traceme $prog
}

boundary_start
descriptors
loader
misc
callers
ktap_end
