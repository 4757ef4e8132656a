#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Programs that write the code that they run, each in its own way: LuaJIT changes the protection of its pages back and forth, node
# and Java have some that are writable and executable. From /trusted they compute what they do elsewhere.
# run: root-sh
# depends: pages
# timeout: 400

. "$(dirname "$0")/../common/ktap.sh"

trace=/sys/kernel/tracing
dir=/trusted/jit
work=/tmp/jit

cleanup()
{
	echo 0 >$trace/events/kml/kml_decision/enable
	rm -rf $dir $work
}

# jit PATTERN PROGRAM [ARGUMENT...]: the same from both places, and what it should be
jit()
{
	local pattern=$1 name=${2##*/} program here there
	program=$(realpath "$2")
	shift 2

	if [ ! -x "$program" ]; then
		skip "$name" "this root has none"
		return
	fi
	if [ "$name" = java ]; then
		# it looks for its libraries beside itself
		mkdir -p $dir
		cp -a "${program%/bin/java}/." $dir
		name=bin/java
	else
		install -D -m 755 "$program" "$dir/$name"
	fi
	here=$("$program" "$@" 2>&1)
	echo >$trace/trace
	there=$("$dir/$name" "$@" 2>&1)
	# shellcheck disable=SC2034
	out="elsewhere: $here
from /trusted: $there
$(grep kml_decision $trace/trace)"
	grep -q "kml_decision: .*$dir/$name.* verdict=privileged" $trace/trace
	result $? "$name is privileged"
	[ "$here" = "$there" ] && [[ $there =~ $pattern ]]
	result $? "$name: ${there##*$'\n'}"
}

# What a JIT looks at twice: loops, calls, strings, and a function that is compiled anew when its argument changes its type.
mkdir -p $work
cat >$work/load.lua <<'END'
local jit_on = jit.status()
local function f(n) local s = 0 for i = 1, n do s = (s * 31 + i) % 1000003 end return s end
local parts = {}
for i = 1, 200 do parts[#parts + 1] = f(i * 50) .. (i % 3 == 0 and "x" or "y") end
print(jit_on, f(3000000), #table.concat(parts))
END
cat >$work/load.js <<'END'
function f(n) { let s = 0; for (let i = 1; i <= n; i++) s = (s * 31 + i) % 1000003; return s; }
function g(a, b) { return a + b; }
let parts = [];
for (let i = 1; i <= 200; i++) parts.push(f(i * 50) + (i % 3 ? "y" : "x"));
for (let i = 0; i < 100000; i++) g(i, i % 1000 ? 1 : "s");
console.log(f(3000000), parts.join("").length, g("a", 1));
END
trap cleanup EXIT
ktap_start
echo 1 >$trace/tracing_on
echo 1 >$trace/events/kml/kml_decision/enable
jit '^true' /usr/bin/luajit $work/load.lua
jit '[0-9]+ [0-9]+ a1$' /usr/bin/node $work/load.js
# every method of its start is compiled, nothing interpreted
jit 'compiled mode' "$(find /usr/lib/jvm -path '*/bin/java' 2>/dev/null | head -n 1)" -Xcomp -XX:TieredStopAtLevel=1 -version
ktap_end
