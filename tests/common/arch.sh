# SPDX-License-Identifier: GPL-2.0-only
# What the common scripts must know about the machine they run on, as arch.h for programs.
# run: none
# shellcheck shell=bash disable=SC2034

if [ -d /trusted/x86 ]; then
	# reads kernel memory, or is refused that
	arch_peek=x86/cpl0
	# dies with these registers, and with this one pointing to a text
	arch_crash=x86/crash
	arch_crash_registers=(rbx=0x1111222233334444 r12=0x5555666677778888 rax=0x10 cs=0x33 ss=0x2b)
	arch_crash_text=r13
	# gdb's names: program counter, result, and what tells user mode
	arch_pc=rip
	arch_result=rax
	arch_mode='$cs'
	arch_user_mode=51
	arch_gdb=()
	# the device that the example mmio reads, and how its register begins
	arch_device=fed00000
	arch_device_value=0x8086
elif [ -d /trusted/arm64 ]; then
	arch_peek=arm64/el1
	arch_crash=arm64/crash
	arch_crash_registers=(x19=0x1111222233334444 x20=0x5555666677778888 x0=0x10 'cpsr=0x?(*([0-9a-f])0)0')
	arch_crash_text=x21
	arch_pc=pc
	arch_result=x0
	arch_mode='$cpsr & 15'
	arch_user_mode=0
	# there are none for privileged programs
	arch_gdb=(-ex 'set can-use-hw-watchpoints 0')
	arch_device=09010000
	arch_device_value=0x
else
	arch_peek=arm/sysmode
	arch_crash=arm/crash
	arch_crash_registers=(r4=0x11223344 r5=0x55667788 r0=0x10 'cpsr=0x*([0-9a-f])[13]0')
	arch_crash_text=r6
	arch_pc=pc
	arch_result=r0
	arch_mode='$cpsr & 31'
	arch_user_mode=16
	# there are none for privileged programs
	arch_gdb=(-ex 'set can-use-hw-watchpoints 0')
	arch_device=09010000
	arch_device_value=0x
fi
