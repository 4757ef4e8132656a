# SPDX-License-Identifier: GPL-2.0-only
# Exits 0 when a console tells of an int3 oops where memory holds no int3: awk -f stale_int3.awk CONSOLE
#
# Up to version 7, QEMU translates code before it protects its page. With threads for the vCPUs it can so keep the int3 that the
# kernel puts on an instruction while it patches it (text_poke_bp(), arch/x86/kernel/alternative.c): a stock kernel that turns a
# tracepoint on and off while its two CPUs are busy dies in a minute, with thread=single it does not. The processor has pushed
# the address after the int3, so it is the byte before the <marked> one of "Code:".

/Oops: int3:/ { oops = NR }
oops && NR < oops + 6 && /Code: / {
	if (match($0, /[0-9a-f][0-9a-f] </) && substr($0, RSTART, 2) != "cc")
		stale = 1
	oops = 0
}
END { exit !stale }
