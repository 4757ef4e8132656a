#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The signal of a bad pointer in a gated function reaches the program through a tracer, too: a stop at the gate's exit, with another
# memory map in place, would show the tracer what is not the program's.
# run: root-sh
# timeout: 240

. "$(dirname "$0")/ktap.sh"

log=/tmp/gate_bad_traced

ktap_start
export KML_MODE=trusted
if command -v strace >/dev/null; then
	out=$(strace -f -o $log /trusted/common/gate_bad 2>&1)
	result $? "strace -f"
	grep -q 'SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL}' $log
	result $? "strace sees the signal"
else
	skip strace "no strace here"
fi
if command -v gdb >/dev/null; then
	out=$(gdb -nx -batch -ex 'set startup-with-shell off' -ex 'set debuginfod enabled off' -ex 'handle SIGBUS nostop pass' \
		-ex 'handle SIGSEGV stop pass' -ex run -ex 'print $_siginfo._sifields._sigfault.si_addr' \
		-ex 'handle SIGSEGV nostop noprint pass' -ex continue /trusted/common/gate_bad 2>&1 </dev/null)
	grep -q 'exited normally' <<<"$out"
	result $? "gdb: the program comes to its end"
	grep -q '^\$1 = (void \*) 0x0' <<<"$out"
	result $? "gdb: the first address is that of the first pointer"
else
	skip gdb "no gdb here"
fi
rm -f $log
ktap_end
