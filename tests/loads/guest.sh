#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest: each load ROUNDS times as an ordinary and as a privileged program, in turn. A load is a function; its last line
# is what it has done, and must be the same each time.

. "$(dirname "$0")/ktap.sh"

ROUNDS=3
here=$(dirname "$0")
read -r only <"$here/only"
work=/tmp/loads
port=7000

# The program in both places. "kml run" starts what is privileged, or nothing.
declare -A plain=(
	[redis]=/usr/bin/redis-server
	[nginx]=/usr/sbin/nginx
	[caddy]=/usr/bin/caddy
	[sqlite3]=/usr/bin/sqlite3
	[python3]=/usr/bin/python3
	[node]=/usr/bin/node
	[java]=/usr/lib/jvm/default-java/bin/java
	[dd]=/bin/dd
)

# command_of WAY PROGRAM: how it is started, in $command
command_of()
{
	case $1-$2 in
	plain-*) command=("${plain[$2]}") ;;
	trusted-java) command=(kml run /trusted/loads/jvm/bin/java) ;;
	trusted-*) command=(kml run "/trusted/loads/${plain[$2]##*/}") ;;
	esac
}

# serve WAY PROGRAM ARGUMENT...: in the background, as $server, until it listens
serve()
{
	command_of "$1" "$2"
	"${command[@]}" "${@:3}" >$work/server.log 2>&1 &
	server=$!
	for _ in {1..300}; do
		! { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || break
		sleep 0.1
	done
	exec 3>&-
}

# children: CPU time of the processes that have been waited for, in ms, as $cpu
children()
{
	times >$work/times
	cpu=$(awk -F '[ms ]+' 'NR == 2 { print int(($1 * 60 + $2 + $3 * 60 + $4) * 1000) }' $work/times)
}

# unserve: the server ends as asked. What it costs is its CPU time: how long the load takes is for its client to say, which is an
# ordinary program and waits for a CPU more often when the server is done sooner.
unserve()
{
	children
	took=-$cpu
	kill "$server"
	wait "$server"
	children
	took=$((took + cpu))
	unit="ms of CPU time"
}

# pages N: what ab says of so many requests to the server
pages()
{
	ab -q -n "$1" -c 8 "http://127.0.0.1:$port/index.html" >$work/ab.log 2>&1
	unserve
	sed -nE 's/^(Complete|Failed|Non-2xx) (requests|responses): +/\1 /p; s/^(HTML transferred): +/\1 /p' $work/ab.log | tr '\n' ' '
	echo
}

load_redis()
{
	serve "$1" redis --port $port --save '' --appendonly no
	redis-benchmark -p $port -t set,get,incr,lpush -n 3000 -c 8 --csv >$work/redis.log 2>&1
	echo "$(grep -c '^"[A-Z]' $work/redis.log) tests $(redis-cli -p $port info stats | tr -d '\r' | grep '^total_error_replies')" \
		"$(redis-cli -p $port get counter:__rand_int__) counted"
	unserve
}

load_nginx()
{
	cat >$work/nginx.conf <<-END
	daemon off; worker_processes 1; pid $work/nginx.pid; error_log stderr;
	events { worker_connections 64; }
	http { access_log off; server { listen 127.0.0.1:$port; root $work/www; } }
	END
	serve "$1" nginx -c $work/nginx.conf
	pages 2000
}

# a server in Go
load_caddy()
{
	serve "$1" caddy file-server --listen 127.0.0.1:$port --root $work/www
	pages 1000
}

load_node()
{
	serve "$1" node "$here/server.js" $port $work/www/index.html
	pages 1000
}

# timed WAY PROGRAM ARGUMENT...: what it costs is how long it takes
timed()
{
	local began

	command_of "$1" "$2"
	began=$(date +%s%N)
	"${command[@]}" "${@:3}"
	took=$((($(date +%s%N) - began) / 1000000))
	unit=ms
}

load_sqlite3()
{
	rm -f $work/db
	{
		echo "pragma synchronous = off; create table t(a integer primary key, b text);"
		for ((i = 1; i <= 1500; i++)); do
			echo "insert into t values($i, 'row $i');"
		done
		echo "select count(*), sum(a), max(length(b)) from t; pragma integrity_check;"
	} >$work/sql
	timed "$1" sqlite3 $work/db <$work/sql >$work/out
	tr '\n' ' ' <$work/out
}

load_python3()
{
	timed "$1" python3 "$here/io.py"
}

load_java()
{
	# minutes, under emulation
	[ -e $work/Io.class ] || javac -d $work "$here/Io.java"
	timed "$1" java -cp $work Io
}

load_dd()
{
	timed "$1" dd if=/dev/zero of=/dev/null bs=1 count=200000 2>$work/out
	head -n 2 $work/out | tr '\n' ' '
}

# load NAME BOUND: BOUND is "calls" for one that lives on system calls, which must be faster
load()
{
	local name=$1 bound=${2:-} way round took unit ratio
	declare -A least=([plain]=0 [trusted]=0)

	# shellcheck disable=SC2053
	[[ $name == $only ]] || return
	rm -f $work/done.*
	for ((round = 0; round < ROUNDS; round++)); do
		for way in plain trusted; do
			"load_$name" $way >>$work/done.$way 2>&1
			echo >>$work/done.$way
			[ "${least[$way]}" != 0 ] && [ "${least[$way]}" -le "$took" ] || least[$way]=$took
		done
	done
	out=$(sort -u $work/done.plain $work/done.trusted | grep .)
	# shellcheck disable=SC2053
	[ "$(wc -l <<<"$out")" = 1 ] && [[ $out == $3 ]]
	result $? "$name: $out"
	ratio=$((100 * least[trusted] / least[plain]))
	echo "# $name: ${least[plain]} $unit as an ordinary program, ${least[trusted]} from /trusted: $((ratio / 100)).$(printf '%02d' $((ratio % 100)))"
	[ "$bound" != calls ] || [ $ratio -lt 100 ]
	result $? "$name: $([ "$bound" = calls ] && echo "faster from /trusted" || echo "whatever it takes")"
}

mkdir -p $work/www /trusted/loads
head -c 612 /dev/zero | tr '\0' x >$work/www/index.html
# a Java VM finds itself by where it lies
cp -a "$(realpath /usr/lib/jvm/default-java)" /trusted/loads/jvm
for name in "${!plain[@]}"; do
	[ "$name" = java ] || cp "${plain[$name]}" /trusted/loads
done

ktap_start
load dd calls '*200000+0 records out*'
load sqlite3 calls '1500|1125750|8 ok*'
load python3 calls '*0 errors*'
load redis calls '4 tests total_error_replies:0 *'
load nginx '' 'Complete 2000 Failed 0 HTML transferred 1224000*'
load caddy '' 'Complete 1000 Failed 0 HTML transferred 612000*'
load node '' 'Complete 1000 Failed 0 HTML transferred 612000*'
load java '' '*0 errors*'
ktap_end
