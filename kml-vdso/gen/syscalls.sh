#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Print the system call lines of exports.tbl for a kernel tree.
#
#   gen/syscalls.sh KERNEL_TREE [x86_64|arm|arm64] [exports.tbl]
#
# A help for whoever adds a series: the list stays the source, and its first
# and last series and optional marks are kept for names that it has already.
# Types that user space spells otherwise are replaced by compatible ones; the
# module's build checks all of it against the headers.
set -eu
export LC_ALL=C

tree=${1:?usage: syscalls.sh KERNEL_TREE [x86_64|arm|arm64] [exports.tbl]}
arch=${2:-x86_64}
list=${3:-$(dirname "$0")/../exports.tbl}
case $arch in
x86_64)	tbl=$tree/arch/x86/entry/syscalls/syscall_64.tbl dirs='arch/x86/kernel arch/x86/entry' ;;
arm)	tbl=$tree/arch/arm/tools/syscall.tbl dirs=arch/arm ;;
arm64)	tbl=$tree/scripts/syscall.tbl dirs=arch/arm64 ;;
*)	echo "syscalls.sh: unknown architecture $arch" >&2; exit 1 ;;
esac

# All definitions, one per line: "name, type, arg, type, arg ...".
sources()
{
	# shellcheck disable=SC2086
	(cd "$tree" && find $dirs block drivers fs io_uring ipc kernel lib mm net security \
		-name '*.c' -exec grep -l '^SYSCALL_DEFINE' {} +) | sort
}

sources | while read -r file; do
	awk '/^SYSCALL_DEFINE[0-6]\(/ { text = ""; on = 1 }
		on { text = text " " $0 }
		on && /\)[ \t]*($|\{|\/)/ { print text; on = 0 }' "$tree/$file"
done | sed 's/^ *SYSCALL_DEFINE[0-6](//; s,/\*[^*]*\*/,,g; s/).*//; s/[[:space:]]\{1,\}/ /g' |
awk -v arch="$arch" -v list="$list" -v tbl="$tbl" '
	BEGIN {
		while ((getline row < list) > 0) {
			split(row, col, /[ \t]+/)
			if (col[1] ~ /^syscall/ && (!(col[5] in kept) || col[4] == arch))
				kept[col[5]] = col[1] "\t" col[2] "\t" col[3]
		}
	}
	# CLONE_BACKWARDS, which arm and arm64 are, comes before the usual order of arguments.
	arch ~ /^arm/ && /^clone,/ && cloned++ {
		next
	}
	# Of other names the last definition wins.
	{
		n = split($0, part, / *, */)
		args = ""
		for (i = 2; i < n; i += 2) {
			type = part[i]
			gsub(/(^| )(key_serial_t|mqd_t|timer_t|rwf_t|__s32)/, " int", type)
			gsub(/(^| )(qid_t|__u32|unsigned)$/, " unsigned int", type)
			gsub(/old_sigset_t/, "unsigned long", type)
			gsub(/old_[ug]id_t/, "unsigned short", type)
			if (arch == "arm")
				gsub(/(^| )off_t/, " long", type)
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
			# a word of C++, which list.awk refuses
			if (arg == "new")
				arg = "new_value"
			args = args (i > 2 ? ", " : "") type (type ~ /\*$/ ? "" : " ") arg
		}
		name = part[1]
		gsub(/ /, "", name)
		proto[name] = "(" (args == "" ? "void" : args) ")"
	}
	END {
		# Not by SYSCALL_DEFINE, but in assembly or for one architecture.
		proto["mmap2"] = proto["mmap_pgoff"]
		proto["statfs64_wrapper"] = proto["statfs64"]
		proto["fstatfs64_wrapper"] = proto["fstatfs64"]
		proto["sigreturn_wrapper"] = proto["rt_sigreturn_wrapper"] = "(void)"
		proto["arm_fadvise64_64"] = "(int fd, int advice, loff_t offset, loff_t len)"
		while ((getline row < tbl) > 0) {
			if (row ~ /^#/ || split(row, col, /[ \t]+/) < 4 || col[2] ~ /^(x32|oabi)$/ || col[4] == "sys_ni_syscall")
				continue
			# a table of many architectures
			if (arch == "arm64" && col[2] !~ /^(common|64|renameat|rlimit|memfd_secret)$/)
				continue
			entry = substr(col[4], 5)
			name = "sys_" col[3]
			if (!(entry in proto)) {
				print "no definition of " col[4] > "/dev/stderr"
				continue
			}
			printf "%s\t%s\t%s\t%s\tlong %s%s\n", (name in kept) ? kept[name] : "syscall\t-\t-", arch, name,
				col[1] (entry == col[3] ? "" : "/" entry), name, proto[entry]
		}
	}'
