# SPDX-License-Identifier: GPL-2.0-only
# Turns what one guest reported into KTAP lines and counts: awk -v boot=NAME -f results.awk CONSOLE LIST VERDICT
#
# The last line is "#= PASSED FAILED SKIPPED"; the caller numbers the tests. Before it, for each test whose time the guest told, a
# line "#t MILLISECONDS BOOT TEST".

BEGIN {
	# at the start of a message, as others say "WARNING:" in passing
	splat = "^(\\[ *[0-9.]+\\] )?((watchdog|rcu|workqueue): )?(WARNING: |BUG: |INFO: )|" \
		"kernel BUG at|Oops: |Internal error: |Kernel panic|PANIC: |rcu: .*(stall|detected)|unchecked MSR access"
	current = "boot"
}

function result(good, text, why)
{
	if (why != "")
		text = text " # " why
	print (good ? "ok" : "not ok") " - " boot ": " text
}

function finish(status,    bad, why, i, n, lines)
{
	why = ""
	if (status == 4 && fails == 0) {
		if (skips == 0)
			skips = 1
		passes = 0
		status = 0
	}
	if (status == 124 || status == 137)
		why = "timed out or was killed"
	else if (status != 0)
		why = "exit status " status
	if (status != 0 && fails == 0)
		fails++
	n = split(splats[name], lines, "\n")
	seen = 0
	for (i = 1; i < n; i++) {
		if (expect != "" && lines[i] ~ expect) {
			seen++
			continue
		}
		output = output "    # splat: " lines[i] "\n"
		bad++
	}
	if (bad) {
		output = output "    not ok - no splat\n"
		fails++
	} else if (expect != "" && !seen) {
		output = output "    not ok - expected splat: " expect "\n"
		fails++
	}
	if (passes + fails + skips == 0)
		passes = status == 0
	result(fails == 0, name, fails == 0 && passes == 0 ? "SKIP" reason : (fails ? fails " failed" (why ? ", " why : "") : ""))
	if (fails)
		printf "%s", output
	else
		printf "%s", notes
	passed += passes
	failed += fails
	skipped += skips
	done[name] = 1
	name = ""
}

function begin(what)
{
	name = what
	passes = fails = skips = 0
	expect = output = notes = reason = ""
}

FILENAME == ARGV[1] {
	sub(/\r$/, "")
	if (/kml-test: /)
		heard = 1
	if (match($0, /kml-test: begin /))
		current = substr($0, RSTART + RLENGTH)
	# a machine that is busy elsewhere in an NMI of its guest has this said, too
	else if ($0 ~ splat && $0 !~ /INFO: NMI handler .* took too long to run/)
		splats[current] = splats[current] $0 "\n"
	next
}

FILENAME == ARGV[2] {
	order[++planned] = $1
	next
}

/^begin / { begin($2); next }
/^end / && name == $2 {
	if (NF > 3)
		times = times "#t " $4 " " boot " " name "\n"
	finish($3)
	next
}
/^    / && name != "" {
	line = substr($0, 5)
	output = output $0 "\n"
	if (line ~ /^(not )?ok.*# *[Ss][Kk][Ii][Pp]/ || line ~ /^1\.\.0 *# *[Ss][Kk][Ii][Pp]/) {
		skips++
		reason = line
		sub(/.*# *[Ss][Kk][Ii][Pp]/, "", reason)
		notes = notes $0 "\n"
	} else if (line ~ /^ok/) {
		passes++
	} else if (line ~ /^not ok/ || line ~ /^Bail out!/) {
		fails++
	} else if (line ~ /^# expect-splat: /) {
		sub(/^# expect-splat: /, "", line)
		expect = expect == "" ? line : expect "|" line
	}
}

END {
	if (name != "") {
		output = output "    # the guest ended here\n"
		finish(1)
	}
	# without its console a guest may say what it likes
	if (boot != "host" && planned && !heard) {
		result(0, "console", "nothing on it")
		failed++
	}
	# before the first test there is nothing that may warn
	begin("boot")
	finish(0)
	for (i = 1; i <= planned; i++) {
		if (!(order[i] in done)) {
			result(0, order[i], "did not run")
			failed++
		}
	}
	printf "%s", times
	print "#= " passed + 0, failed + 0, skipped + 0
}
