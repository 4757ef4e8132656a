#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the system call lines of exports.tbl for a kernel tree, x86_64.
#
#   gen/syscalls.sh KERNEL_TREE [exports.tbl]
#
# A help for whoever adds a series: the list stays the source, and its first
# and last series and optional marks are kept for names that it has already.
# Types that user space spells otherwise are replaced by compatible ones; the
# module's build checks all of it against the headers.
set -eu
export LC_ALL=C

tree=${1:?usage: syscalls.sh KERNEL_TREE [exports.tbl]}
list=${2:-$(dirname "$0")/../exports.tbl}
tbl=$tree/arch/x86/entry/syscalls/syscall_64.tbl

# All definitions, one per line: "name, type, arg, type, arg ...".
sources()
{
	(cd "$tree" && find arch/x86/kernel arch/x86/entry block drivers fs io_uring ipc kernel lib mm net security \
		-name '*.c' -exec grep -l '^SYSCALL_DEFINE' {} +) | sort
}

sources | while read -r file; do
	awk '/^SYSCALL_DEFINE[0-6]\(/ { text = ""; on = 1 }
		on { text = text " " $0 }
		on && /\)[ \t]*($|\{|\/)/ { print text; on = 0 }' "$tree/$file"
done | sed 's/^ *SYSCALL_DEFINE[0-6](//; s,/\*[^*]*\*/,,g; s/).*//; s/[[:space:]]\{1,\}/ /g' |
awk -v list="$list" -v tbl="$tbl" '
	BEGIN {
		while ((getline row < list) > 0) {
			split(row, col, /[ \t]+/)
			if (col[1] ~ /^syscall/)
				kept[col[5]] = col[1] "\t" col[2] "\t" col[3]
		}
	}
	# The last definition wins: that without the CLONE_BACKWARDS of others.
	{
		n = split($0, part, / *, */)
		args = ""
		for (i = 2; i < n; i += 2) {
			type = part[i]
			gsub(/(^| )(key_serial_t|mqd_t|timer_t|rwf_t|__s32)/, " int", type)
			gsub(/(^| )(qid_t|__u32|unsigned)$/, " unsigned int", type)
			gsub(/aio_context_t/, "unsigned long", type)
			gsub(/timer_t/, "int", type)
			gsub(/__u64/, "u64", type)
			gsub(/__kernel_old_time_t/, "long", type)
			gsub(/enum landlock_rule_type/, "unsigned int", type)
			sub(/cap_user_header_t/, "struct __user_cap_header_struct *", type)
			sub(/const cap_user_data_t/, "const struct __user_cap_data_struct *", type)
			sub(/cap_user_data_t/, "struct __user_cap_data_struct *", type)
			sub(/^ /, "", type)
			arg = part[i + 1]
			gsub(/ /, "", arg)
			args = args (i > 2 ? ", " : "") type (type ~ /\*$/ ? "" : " ") arg
		}
		name = part[1]
		gsub(/ /, "", name)
		proto[name] = "(" (args == "" ? "void" : args) ")"
	}
	END {
		while ((getline row < tbl) > 0) {
			if (row ~ /^#/ || split(row, col, /[ \t]+/) < 4 || col[2] == "x32" || col[4] == "sys_ni_syscall")
				continue
			entry = substr(col[4], 5)
			name = "sys_" col[3]
			if (!(entry in proto)) {
				print "no definition of " col[4] > "/dev/stderr"
				continue
			}
			printf "%s\tx86_64\t%s\t%s\tlong %s%s\n", (name in kept) ? kept[name] : "syscall\t-\t-", name,
				col[1] (entry == col[3] ? "" : "/" entry), name, proto[entry]
		}
	}'
