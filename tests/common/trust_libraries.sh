#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Libraries and interpreters run at the privilege of the program that maps them, so they must be root's alone, too; and what the
# environment of an ordinary user asks for is ignored, as for setuid programs.
# run: root-sh
# timeout: 120
# depends: debug

# shellcheck source=tests/common/trust_lib.sh
. "$(dirname "$0")/trust_lib.sh"

dynamic=common/printcpl_dynamic

# not_mapped REASON WHAT COMMAND...: ends before it has run, and the log says which file was refused
not_mapped()
{
	local reason=$1 what=$2
	shift 2

	logged "$@"
	[[ $out != *"cpl "* && $out != *", status 0" ]]
	result $? "$what: does not run"
	said "not mapped" "$reason" "$what" "$@"
}

# with_lib DIR COMMAND...: by root, whose environment is not ignored
with_lib()
{
	local lib=$1
	shift

	env LD_LIBRARY_PATH="$lib" "$@"
}

libraries()
{
	local libc

	libc=$(ldd /plain/$dynamic | grep -oE '/[^ ]*/libc\.so\.6')
	install -d $dir/lib
	install -d -o nobody $work/lib
	install -m 755 "$libc" $dir/lib/libc.so.6
	runs_at 0 "library of root in /trusted" with_lib $dir/lib /trusted/$dynamic
	install -o nobody -m 755 "$libc" $work/lib/libc.so.6
	runs_at 3 "library of a user, ordinary program" with_lib $work/lib /plain/$dynamic
	not_mapped "lib/libc.so.6 is not owned by root" "library of a user" with_lib $work/lib /trusted/$dynamic
	chown root $work/lib/libc.so.6
	not_mapped "trust/lib is not owned by root" "root's library in a user's directory" with_lib $work/lib /trusted/$dynamic
	chown root $work/lib
	not_mapped "is writable by others than root" "root's library below /tmp" with_lib $work/lib /trusted/$dynamic
	chmod 775 $dir/lib/libc.so.6
	not_mapped "lib/libc.so.6 is writable by others than root" "group-writable library" with_lib $dir/lib /trusted/$dynamic
	chmod 755 $dir/lib/libc.so.6
	exec 8>>$dir/lib/libc.so.6
	not_mapped "lib/libc.so.6 is open for writing" "library that somebody has open for writing" \
		with_lib $dir/lib /trusted/$dynamic
	exec 8>&-
	runs_at 0 "the same, closed" with_lib $dir/lib /trusted/$dynamic
}

# ld.so in /trusted makes programs of it; what it is asked to start is mapped by it
loader()
{
	local ld

	ld=$(ldd /plain/$dynamic | grep -oE '/[^ ]*/ld-[^ ]*')
	install -m 755 "$ld" $dir/ld.so
	install -d -o nobody $work/user
	install -o nobody -m 755 /plain/$dynamic $work/user/prog
	runs_at 0 "trusted ld.so, root's program" as_nobody $dir/ld.so /plain/$dynamic
	not_mapped "user/prog is not owned by root" "trusted ld.so, a user's program" as_nobody $dir/ld.so $work/user/prog
}

# ignored WHAT VARIABLE=VALUE COMPLAINT: heeded by an ordinary program, which complains, but not by a privileged one
ignored()
{
	logged as_nobody env "$2" /plain/$dynamic
	[[ $out == *"$3"* ]]
	result $? "$1: heeded by an ordinary program"
	runs_at 0 "$1: ignored by a privileged one" as_nobody env "$2" /trusted/$dynamic
}

environment()
{
	install -d $work/bad
	echo "not a library" >$work/bad/libc.so.6
	ignored LD_PRELOAD LD_PRELOAD=$work/none.so "cannot be preloaded"
	ignored LD_AUDIT LD_AUDIT=$work/none.so "cannot be loaded as audit interface"
	ignored LD_LIBRARY_PATH LD_LIBRARY_PATH=$work/bad "libc.so.6"
	logged as_nobody env GCONV_PATH=$work/bad /plain/$dynamic GCONV_PATH
	[[ $out == "cpl 3, secure 0, GCONV_PATH $work/bad, status 3" ]]
	result $? "GCONV_PATH: heeded by an ordinary program"
	logged as_nobody env GCONV_PATH=$work/bad /trusted/$dynamic GCONV_PATH
	[[ $out == "cpl 0, secure 1, GCONV_PATH unset, status 0" ]]
	result $? "GCONV_PATH: ignored by a privileged one"
}

boundary_start
libraries
loader
environment
ktap_end
