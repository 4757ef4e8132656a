#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Takes rules of the trust boundary, and what the entries and handlers do for the kernel's sake, out one at a time, and expects the
# test that attacks each to fail: what no test misses is not tested. Not part of "make check": each costs a kernel's link or the
# module's, and a boot.
#
#   tests/mutate.sh [RULE...]	(default: all in the list below)

. "$(dirname "$0")/lib/common.sh"

# A rule that others stand behind is taken out together with them.
# RULE | FILE of the kernel or of kml-mod/ | what sed does to it | [BOOT:]TEST | the result that must fail
rules=$(cat <<'END'
user-ns		|fs/kml.c	|s/return "the caller is in a user namespace";/barrier();/	|common/trust_namespaces|root in a user namespace: cpl 3
mount-ns	|fs/kml.c	|s/return "the caller is in another mount namespace";/barrier();/;s/return "the caller is in a chroot";/barrier();/;s/return same_dir;/no->why = NULL; return same_dir;/|common/trust|mount namespace: cpl 3
chroot		|fs/kml.c	|s/return "the caller is in a chroot";/barrier();/		|common/trust		|chroot below /trusted: cpl 3
bounding-set	|fs/kml.c	|s/return "the caller's bounding set .*/barrier();/		|common/trust_exec	|no CAP_SYS_MODULE in the bounding set of root: cpl 3
no-new-privs	|fs/kml.c	|s/return "the caller has no_new_privs set";/barrier();/	|common/trust		|no_new_privs: cpl 3
shared-fs	|fs/kml.c	|s/return "the caller shares .*/barrier();/			|common/trust_exec	|CLONE_FS: cpl 3
traced		|fs/kml.c	|s/return "the caller is traced .*/barrier();/			|common/trust_exec	|PTRACE_TRACEME before exec: cpl 3
deleted		|fs/kml.c	|s/return "has been deleted";/barrier();/			|common/trust_deleted	|deleted, /proc/self/fd: cpl 3
look-up		|fs/kml.c	|s/strstr(name, dir)/true/					|common/trust_audit	|but not one of /trusted
owner		|fs/kml.c	|s/return "is not owned by root";/barrier();/			|common/trust		|file of nobody: cpl 3
writable	|fs/kml.c	|s/return "is writable by others than root";/barrier();/	|common/trust		|group-writable directory: cpl 3
open-write	|fs/kml.c	|s/return "is open for writing";/barrier();/			|common/trust_libraries	|library that somebody has open for writing: does not run
nosuid		|fs/kml.c	|s/return "is on a nosuid or foreign mount";/barrier();/	|common/trust_mounts	|nosuid: cpl 3
noexec		|fs/kml.c	|s/return "is on a noexec mount";/barrier();/			|common/trust_mounts	|below a noexec mount: cpl 3
fuse		|fs/kml.c	|s/return "is on a FUSE file system";/barrier();/		|common/trust_mounts	|program on FUSE: cpl 3
mappings	|mm/mmap.c	|s/(!(flags \& MAP_ANONYMOUS) \&\&/(0 \&\&/	|common/trust_libraries	|library of a user: does not run
secure-exec	|kernel/kml.c	|s/bprm->secureexec = 1;/barrier();/				|common/trust_libraries	|LD_PRELOAD: ignored by a privileged one
nondump		|kernel/kml.c	|s/bprm->interp_flags .= BINPRM_FLAGS_ENFORCE_NONDUMP;/barrier();/|common/trust_inspect|no core of the privileged program
personality	|kernel/kml.c	|s/bprm->per_clear .= PER_CLEAR_ON_SETID;/barrier();/		|common/trust_personality|setarch -R, privileged program: 4 places
scripts		|fs/kml.c	|s/bprm->interp != bprm->filename/0/				|common/trust_exec	|binfmt_misc with a trusted interpreter: cpl 3
interpreter	|fs/binfmt_elf.c|s/if (kml_refuse_exec_map(current->mm, interpreter, VM_EXEC))/if (0)/|common/trust_fuzz|fuzz-root: none of the odd files was privileged
inspection	|kernel/ptrace.c|s/if (kml_inspection_refused(current, task->mm))/if (0)/		|common/trust_capability|no CAP_SYS_MODULE, PTRACE_ATTACH
traceme		|kernel/ptrace.c	|s/if (kml_inspection_refused(current->parent, current->mm))/if (0)/|common/trust_traceme|privileged program, parent without capabilities
probes		|kml-mod/gate_common_x86_64.S|s/ ASM_NL _ASM_NOKPROBE(name)//	|x86/syscall_gap	|but not into the
handler-lstar	|kml-mod/handler_arch_x86_64.h|s/wrmsrq(MSR_LSTAR, (unsigned long)kml_handler_syscall)/barrier()/	|common/handler_faults	|common/handler_faults
handler-flags	|kml-mod/handler_enter_x86_64.S|s/^\tpopfq/\taddq\t$8, %rsp/	|common/handler_faults	|common/handler_faults
handler-lock	|kml-mod/handler_memory.c|s/return refuse(vma);/(void)refuse(vma);/		|common/handler_args	|memory that is not locked
handler-long	|kml-mod/handler_run.c	|s/since > kml_arch_limit()/since > 30 * kml_arch_limit()/	|common/handler_faults	|common/handler_faults
entry-lstar	|arch/x86/kernel/kml.c	|s/^\tkml_load_syscall_entry(false);/\tbarrier();/	|x86/lstar		|x86/lstar
entry-flags	|kml-mod/entry_x86_64.S	|s/^\ttestl\t$(KML_ODD_FLAGS . X86_EFLAGS_IF), %r11d/\ttestl\t$X86_EFLAGS_IF, %r11d/|x86/syscall_entry|x86/syscall_entry
entry-work	|kml-mod/entry_x86_64.S	|s/^\tcmpq\t$0, KML_TI_SYSCALL_WORK(%rcx)/\tcmpq\t%rcx, %rcx/	|x86/syscall_entry	|x86/syscall_entry
entry-number	|kml-mod/entry_x86_64.S	|s/^\tcmpq\t$NR_syscalls, %rax/\tcmpq\t$-4096, %rax/	|x86/syscall_entry	|x86/syscall_entry
entry-ready	|kml-mod/gate_common_x86_64.S|s/^\ttestl\t$KML_GATE_WORK, KML_TI_FLAGS(%rcx)/\tcmpq\t%rcx, %rcx/|x86/syscall_entry|x86/syscall_entry
tickless-time	|kernel/sched/cputime.c	|s/vtime->state == VTIME_USER) {/0) {/			|prod-nohz:x86/tickless	|code and gates that sleep: .* system
END
)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git -c safe.directory='*' clone -q "$TOP" "$work/tree"
queue=$work/tree/core-patch/$KML_SERIES
cp "$queue/series" "$work/series"
source=$("$TOP/tests/lib/kernel.sh" prod)/source
mkdir -p "$work/a" "$work/b"

# without FILE SED: takes it out of the module of the clone, or out of the kernel by one patch more; fails if that changes nothing
without()
{
	rm -rf "$work"/[ab]/* "$queue/mutant.patch"
	cp "$work/series" "$queue/series"
	git -C "$work/tree" checkout -q -- kml-mod
	if [[ $1 = kml-mod/* ]]; then
		sed -i "$2" "$work/tree/$1"
		if git -C "$work/tree" diff --quiet; then
			return 1
		fi
		return 0
	fi
	install -D "$source/$1" "$work/a/$1"
	install -D "$source/$1" "$work/b/$1"
	sed -i "$2" "$work/b/$1"
	echo mutant.patch >>"$queue/series"
	if (cd "$work" && diff -u "a/$1" "b/$1" >"$queue/mutant.patch"); then
		return 1
	fi
}

# mutate RULE FILE SED [BOOT:]TEST RESULT
mutate()
{
	local boot=prod-amd test=$4

	[[ $test != *:* ]] || { boot=${test%:*} test=${test#*:}; }
	if ! without "$2" "$3"; then
		echo "not ok - $1: the list's expression changes nothing in $2"
		return 1
	fi
	"$work/tree/tests/run.sh" --boot "$boot" --test "$test" >"$work/out" 2>&1 || :
	if grep -q "^ *not ok .*$5" "$work/out"; then
		echo "ok - without $1: '$5' fails"
	else
		echo "not ok - without $1: '$5' does not fail"
		grep -E '^not ok|^[0-9]+ passed' "$work/out" | sed 's/^/# /'
		return 1
	fi
}

failed=0
# the sources as the queue has them, whatever mutant is in the tree by then
while read -r file; do
	install -D "$source/$file" "$work/source/$file"
done < <(cut -d '|' -f 2 <<<"$rules" | grep -v '^kml-mod/' | tr -d '\t' | sort -u)
source=$work/source
while IFS='|' read -r rule file expression test result; do
	[ -n "$rule" ] || continue
	read -r rule file test result <<<"${rule//$'\t'/} ${file//$'\t'/} ${test//$'\t'/} $result"
	[ $# = 0 ] || [[ " $* " == *" $rule "* ]] || continue
	mutate "$rule" "$file" "${expression//$'\t'/}" "$test" "$result" || failed=1
done <<<"$rules"
# the next run would do the same, but a kernel without a rule should not be left lying about
"$TOP/tests/lib/kernel.sh" prod >/dev/null
exit $failed
