#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Debian's own programs, unmodified and at kernel privilege, print what they print elsewhere: static and dynamic, with forks, pipes,
# signals and threads. They use more of the system call interface than any test of ours.
# run: root-sh
# timeout: 240
# depends: cpu

. "$(dirname "$0")/ktap.sh"

work=/tmp/debian
trusted=/trusted
plain=/bin

details()
{
	diff $work/plain $work/trusted | head -n 20
}

# same WHAT PROGRAM ARGUMENT...: output, errors and status of the program in /trusted are those of the one elsewhere
same()
{
	local what=$1 program=$2
	shift 2

	{ "$plain/${program##*/}" "$@" 2>&1 </dev/null; echo "status $?"; } >$work/plain
	{ "$trusted/$program" "$@" 2>&1 </dev/null; echo "status $?"; } | sed "s,$trusted/$program,$plain/${program##*/},g" >$work/trusted
	[ "$(wc -l <$work/plain)" -gt 1 ] && cmp -s $work/plain $work/trusted
	result $? "$what"
}

shell_script()
{
	cat >$work/script <<-'EOF'
	exec 2>/dev/null	# messages with process numbers
	fib()
	{
		[ $1 -lt 2 ] && echo $1 && return
		echo $(($(fib $(($1 - 1))) + $(fib $(($1 - 2)))))
	}
	fib 7
	echo $((7 * 6 % 5 + (1 << 20))) $((0x10 | 3)) $((-7 / 2))
	i=0
	while [ $i -lt 300 ]; do i=$((i + 1)); done
	echo $i
	seq 1 500 | sort -r -n | head -n 3 | tr '\n' ' '
	cat <<END | sed s/here/there/ | tr a-z A-Z
	here is $((1 + 1)) lines
	and here
	END
	(cd /; pwd; exit 3)
	echo "subshell $?"
	trap 'echo caught USR1' USR1
	kill -USR1 $$
	sleep 100 &
	pid=$!
	kill $pid
	wait $pid
	echo "wait $?"
	(sleep 0.1; exit 5) &
	wait $!
	echo "wait $?"
	# not before: a child killed ahead of its exec would run it as well
	trap 'echo leaving' EXIT
	for word in a 'b c' "d  e"; do echo "<$word>"; done
	set -- one two three
	shift
	echo "$# $*"
	case $1 in t*) echo matches ;; esac
	yes | head -n 20000 | wc -c
	head -c 300000 /dev/zero | md5sum
	sh -c 'kill -9 $$'
	echo "killed $?"
	ulimit -v 2000000 && sh -c 'echo limited'
	no-such-program 2>/dev/null
	echo "not found $?"
	EOF
}

python_script()
{
	cat >$work/script.py <<-'EOF'
	import ctypes, hashlib, mmap, os, random, select, signal, socket, subprocess, threading, time

	data = bytes(range(256)) * 512
	for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
	    print(name, hashlib.new(name, data).hexdigest())

	total, lock = 0, threading.Lock()

	def add(n):
	    global total
	    for i in range(2000):
	        with lock:
	            total += n

	threads = [threading.Thread(target=add, args=(n,)) for n in range(6)]
	[t.start() for t in threads]
	[t.join() for t in threads]
	print("threads", total)

	digests = {}

	def digest(n):
	    digests[n] = hashlib.sha256(data * (n + 4)).hexdigest()

	threads = [threading.Thread(target=digest, args=(n,)) for n in range(4)]
	[t.start() for t in threads]
	[t.join() for t in threads]
	print(sorted(digests.items()))

	print(subprocess.run(["/bin/echo", "a plain child"], capture_output=True))
	print(subprocess.run(["/trusted/busybox", "tr", "a-z", "A-Z"], input=b"a trusted child", capture_output=True).stdout)
	print(subprocess.run("exit 9", shell=True).returncode)
	print(subprocess.run(["/bin/sh", "-c", "kill -TERM $$"]).returncode)

	caught = []
	signal.signal(signal.SIGALRM, lambda *args: caught.append(args[0]))
	signal.setitimer(signal.ITIMER_REAL, 0.05)
	time.sleep(0.3)
	print("signals", caught)

	pid = os.fork()
	if not pid:
	    os._exit(4)
	print("fork", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

	a, b = socket.socketpair()
	poll = select.epoll()
	poll.register(b, select.EPOLLIN)
	a.send(b"hello")
	print("epoll", len(poll.poll(1)), b.recv(10))
	area = mmap.mmap(-1, 1 << 20)
	area[5000:5003] = b"abc"
	print("mmap", area[4999:5004])
	random.seed(1)
	print(random.random(), 2.0 ** 0.5, sum(x * 0.1 for x in range(1000)))
	print(ctypes.CDLL(None).abs(-5))
	try:
	    os.open("/nonexistent", os.O_RDONLY)
	except OSError as error:
	    print(error)
	EOF
}

test_shells()
{
	shell_script
	same "busybox sh: a script" busybox sh $work/script
	same "bash: a script" bin/bash $work/script
	same "busybox awk" busybox awk 'BEGIN { for (i = 1; i < 3000; i++) s += sin(i) * i; printf "%.6f\n", s }'
	same "busybox: compress and expand" busybox sh -c "busybox gzip -c $work/text | busybox gunzip | busybox md5sum"
}

test_coreutils()
{
	same "sort" bin/sort -k 2 $work/text
	same "sort with threads" bin/sort --parallel=4 -S 200k -r $work/text
	same "sha256sum" bin/sha256sum $work/text $work/noise
	same "b2sum" bin/b2sum $work/noise
	same "cksum" bin/cksum $work/text $work/noise
	same "ls" bin/ls -laR --time-style=full-iso /usr/lib/python3/ /etc
	same "wc" bin/wc $work/text $work/noise
	same "od" bin/od -A x -t x4 -N 5000 $work/noise
	same "base64" bin/base64 $work/noise
	same "stat" bin/stat /etc/passwd
	same "factor" bin/factor 1234567890123456789 18446744073709551557
	same "seq" bin/seq 0 0.5 2000
	same "uniq" bin/uniq -c $work/text
	same "cut" bin/cut -d ' ' -f 2 $work/text
	same "timeout" bin/timeout 3 /bin/sh -c 'echo begun; exec sleep 60'
	same "env" bin/env -i A=b /bin/sh -c 'echo $A'
	same "date" bin/date -d '2001-02-03 04:05:06 UTC' +%s
	same "numfmt" bin/numfmt --to=iec 1234567 2345678901
	same "an error" bin/cat /nonexistent
	$trusted/bin/dd if=$work/noise of=$work/copy bs=7777 2>/dev/null && cmp $work/noise $work/copy
	result $? "dd copies"
	$trusted/bin/cp $work/text $work/copy && cmp $work/text $work/copy
	result $? "cp copies"
	[ "$($trusted/bin/date +%s)" -ge "$(date -r $work/copy +%s)" ]
	result $? "date knows the time"
}

mkdir -p $work
trap 'rm -rf $work' EXIT
for i in {1..1500}; do echo "line $((i * 7919 % 1009)) of $i"; done >$work/text
head -c 200000 /dev/urandom >$work/noise
mark=debian-$RANDOM$RANDOM
echo $mark >/dev/kmsg
ktap_start
test_shells
test_coreutils
python_script
export PYTHONHOME=/usr PYTHONDONTWRITEBYTECODE=1
same "python3: threads, hashes, children, signals" bin/python3 $work/script.py
# otherwise all this showed nothing
dmesg | sed "1,/$mark/d" | grep 'kml: .*not privileged' >$work/trusted
[ ! -s $work/trusted ] && [ "$($trusted/common/printcpl)" = "cpl 0" ]
result $? "none was refused privilege"
ktap_end
