#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What "make check-full" runs, one after the other: each part is a script of its own, and its output is kept. The last line is the
# count of all results.

. "$(dirname "$0")/lib/common.sh"

# the quick ones first
parts=(
	"builds.sh"
	"lass.sh"
	"run.sh --arch x86_64 --arch arm --all"
	"loads.sh"
	"suites.sh"
	"full.sh"
	"fresh.sh"
	"bisect.sh"
)
start=$SECONDS
passed=0 failed=0 skipped=0
for part in "${parts[@]}"; do
	say "# tests/$part"
	log=$LOGS/everything-${part%%.*}.log
	began=$SECONDS
	# shellcheck disable=SC2086
	"$TOP/tests/"$part | tee "$log" || :
	last=$(tail -n 1 "$log")
	if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
		passed=$((passed + BASH_REMATCH[1]))
		failed=$((failed + BASH_REMATCH[2]))
		skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
	else
		echo "not ok - tests/$part did not come to its end"
		failed=$((failed + 1))
	fi
	echo "# tests/$part: $((SECONDS - began)) s"
done
echo "# $((SECONDS - start)) s in all"
echo "$passed passed, $failed failed$([ $skipped = 0 ] || echo ", $skipped skipped")"
[ $failed = 0 ]
