#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A gated function touches fresh memory where a memory control group is full: the killer makes room or ends the task at the function's
# end. It was an oops in the middle of it.
# run: root-sh

. "$(dirname "$0")/ktap.sh"

group=/sys/fs/cgroup/kml-gate

# limited COMMAND...: in the group
limited()
{
	bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
}

kills()
{
	sed -n 's/^oom_kill //p' $group/memory.events
}

ktap_start
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
mkdir $group
echo 8M >$group/memory.max
swapoff -a
out=$(limited /trusted/common/gate_memcg 4 2>&1)
[ "$out" = right ]
result $? "4 MB of 8: $out"

before=$(kills)
out=$(limited /trusted/common/gate_memcg 32 2>&1)
status=$?
[ $status = 137 ]
result $? "32 MB of 8: killed, status $status"
[ "$(kills)" -gt "$before" ]
result $? "by the group: $(kills) kills"

# The killer may come twice: between its victim's last look as such (MMF_OOM_SKIP, exit_mmap()) and the freeing of its pages it sees a
# full group and nobody else, also of ordinary programs.
before=$(kills)
for _ in 1 2 3 4 5; do
	coproc limited bash -c 'echo 1000 >/proc/self/oom_score_adj; exec /plain/common/gate_memcg 0 5000'
	hog=$!
	read -r -t 20 out <&"${COPROC[0]}"
	out=$(limited /trusted/common/gate_memcg 5 2>&1)
	wait $hog 2>/dev/null
	[ "$out" != right ] || break
done
[ "$out" = right ]
result $? "another process is killed for it: $out"
[ "$(kills)" -gt "$before" ]
result $? "by the group: $(kills) kills"

# the group waits for room instead, and a signal ends the wait
echo 8M >$group/memory.high
echo max >$group/memory.max
out=$(limited timeout -s INT 2 /trusted/common/gate_memcg 16 2>&1)
status=$?
[ $status = 124 ] || [ "$out" = right ]
result $? "memory.high and Ctrl-C: status $status"
sleep 0.2
out=$(rmdir $group 2>&1)
result $? "nobody is left in the group"
ktap_end
