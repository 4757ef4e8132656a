#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the kernel's own selftests of the source package and prints their directory: DIRECTORY/PROGRAM, and LIST with a
# "DIRECTORY PROGRAM" for each that suites.sh runs.

. "$(dirname "$0")/common.sh"

targets=(breakpoints clone3 exec futex landlock membarrier mm perf_events pidfd prctl proc ptrace rseq seccomp sigaltstack
	syscall_user_dispatch timens timers vDSO x86)
# mm's own list is one script for machines with gigabytes to spare: the programs that run in a guest
mm=(cow droppable madv_populate map_fixed_noreplace map_populate mdwe_test memfd_secret mkdirty mlock-random-test mlock2-tests
	mrelease_test mremap_dontunmap mseal_test on-fault-limit pkey_sighandler_tests_64 protection_keys_64 seal_elf thuge-gen)

stock=$("$TOP/tests/lib/kernel.sh" source)
key=$(printf '%s\n' "$stock" "${targets[@]}" "${mm[@]}" | key_of "$0")
dir=$KML_CACHE/suites/kselftest-$key
log=$LOGS/selftests.log
mkdir -p "$KML_CACHE/suites"
exec 9>"$KML_CACHE/suites/lock"
flock 9
if [ ! -e "$dir" ]; then
	say "# building the kernel's selftests"
	rm -rf "$KML_CACHE"/suites/kselftest-*
	run_logged "$log" make -s -C "$stock" O="$dir.build" headers
	# khugepaged.c leaves a number out that the others get from a header
	run_logged "$log" make -s -C "$stock/tools/testing/selftests" -j"$(nproc)" O="$dir.build" TARGETS="${targets[*]}" FORCE_TARGETS=1 \
		USERCFLAGS=-DKSFT_SKIP=4 CAN_BUILD_I386=0 INSTALL_PATH="$dir.tmp" install
	{
		sed -n '/^mm:/!s/:/ /p' "$dir.tmp/kselftest-list.txt"
		printf 'mm %s\n' "${mm[@]}"
	} >"$dir.tmp/LIST"
	find "$dir.tmp" -type f -perm -u+x -exec strip -g {} + 2>>"$log" || :
	rm -rf "$dir.build"
	mv "$dir.tmp" "$dir"
fi
echo "$dir"
