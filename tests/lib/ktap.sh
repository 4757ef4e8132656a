# SPDX-License-Identifier: GPL-2.0-only
# What the scripts that report results share: KTAP lines, for run.sh without a number and each counted by a "#= PASSED FAILED SKIPPED". Sourced.
# shellcheck shell=bash

# verdict STATUS WHAT [WHY]: one result
verdict()
{
	if [ "$1" = 0 ]; then
		printf 'ok - %s\n#= 1 0 0\n' "$2"
	else
		printf 'not ok - %s%s\n#= 0 1 0\n' "$2" "${3:+ # $3}"
	fi
}

# skipped WHAT WHY: one that was not done
skipped()
{
	printf 'ok - %s # SKIP %s\n#= 0 0 1\n' "$1" "$2"
}

# report STATUS NUMBER WHAT: one with its number; what is on stdin says more
report()
{
	sed 's/^/# /'
	[ "$1" = 0 ] || printf 'not '
	echo "ok $2 - $3"
}

# take_results: KTAP of another on stdin to stdout, as verdict() has it
take_results()
{
	awk '
		/^(not )?ok [0-9]+ / {
			status = /^ok/ ? "ok" : "not ok"
			sub(/^(not )?ok [0-9]+ (- )?/, status " - ")
			print
			print "#= " (/^not/ ? "0 1 0" : / # SKIP/ ? "0 0 1" : "1 0 0")
			next
		}
		/^1\.\.[0-9]+$/ { next }
		{ print }'
}

# number_results: stdin to stdout, numbered, without what is for the harness
number_results()
{
	awk '/^(not )?ok - / { n++; sub(/ok -/, "ok " n " -") } !/^#[=t] / { print; fflush() }'
}

# count_results FILE: the last line; fails when a result did, or if there is none
count_results()
{
	awk '
		/^#= / { passed += $2; failed += $3; skipped += $4 }
		END {
			line = passed + 0 " passed, " failed + 0 " failed"
			if (skipped)
				line = line ", " skipped " skipped"
			print line
			exit failed != 0 || passed == 0
		}' "$1"
}

# report_steps STEP...: runs these commands, which print results; one that fails by itself is a failed result, too
report_steps()
{
	local results step start=$SECONDS status=0

	results=$(mktemp)
	{
		echo "KTAP version 1"
		for step; do
			# "step ||" would have errors in it ignored
			set +e
			# shellcheck disable=SC2086
			(set -e; $step)
			[ $? = 0 ] || verdict 1 "$step: could not be done to its end"
			set -e
		done
	} | tee "$results" | number_results
	echo "# $((SECONDS - start)) s"
	count_results "$results" || status=1
	rm -f "$results"
	return $status
}
