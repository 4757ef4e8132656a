#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Exports named in /etc/kml/exports.d are there after modprobe, without a build; a bad line is refused by its number and reason,
# and so is a file that others than root could write.
# run: root-sh
# timeout: 120
# depends: debug

. "$(dirname "$0")/ktap.sh"

dir=/etc/kml/exports.d
tool=/trusted/common/extra_call

# reload: sets log to what the module says
reload()
{
	local tries=0

	until out=$(modprobe -r kml 2>&1) || [ $tries = 20 ]; do
		tries=$((tries + 1))
		sleep 0.2
	done
	dmesg -C
	out=$(modprobe kml 2>&1) || { result 1 "modprobe"; return; }
	log=$(dmesg | sed -n 's/^\[[^]]*\] kml: //p')
}

# says WANT WHAT ARGUMENT...
says()
{
	local want=$1 what=$2
	shift 2

	out=$($tool "$@" 2>&1)
	[ "$out" = "$want" ]
	result $? "$what: $want"
}

# logged LINE
logged()
{
	out=$log
	[[ $'\n'$log$'\n' == *$'\n'"$1"$'\n'* ]]
	result $? "log: $1"
}

good_lines()
{
	cat >$dir/10-good.conf <<-'END'
	# a comment, and an empty line

	call gcd unsigned long gcd(unsigned long a, unsigned long b)
	  call	bitmap_find_next_zero_area_off	unsigned long bitmap_find_next_zero_area_off(unsigned long *map, unsigned long size, unsigned long start, unsigned int nr, unsigned long align_mask, unsigned long align_offset)
	call synchronize_rcu_expedited void synchronize_rcu_expedited(void)
	END
	reload
	logged "version $(cat /sys/kernel/kml/version), $((before + 3)) exports, 3 of them from $dir"
	says 12 "a call" gcd 36 24
	out=$($tool gcd)
	result $? "a call is found by kml_sym(): $out"
	$tool synchronize_rcu_expedited 0 >/dev/null 2>&1
	result $? "a call that sleeps"
	# of an empty map, where 3 bits from a multiple of 4 would end that is 9 away from another one
	says 6 "six arguments arrive" bitmap_find_next_zero_area_off 0 0 0 3 3 9
	says $((before + 3)) "listed"
	out=$(awk '$1 ~ /^(gcd|synchronize_rcu_expedited)$/ { print $1, $2 }' /sys/kernel/kml/exports)
	[ "$out" = $'gcd call\nsynchronize_rcu_expedited call' ]
	result $? "/sys/kernel/kml/exports has them"
}

bad_lines()
{
	cat >$dir/20-bad.conf <<-'END'
	slow lcm unsigned long lcm(unsigned long a, unsigned long b)
	call lcm
	call l-cm int lcm(void)
	call no_such_symbol int no_such_symbol(void)
	call init_task int init_task(void)
	call start_kernel void start_kernel(void)
	call ktime_get ktime_t ktime_get(void)
	call gcd unsigned long gcd(unsigned long a, unsigned long b)
	call lcm int lcm(int a, int b, int c, int d, int e, int f, int g)
	call lcm unsigned long lcn(unsigned long a)
	call lcm double lcm(unsigned long a)
	leaf lcm unsigned long lcm(unsigned long a, unsigned long b)
	END
	printf 'call lcm unsigned long lcm(unsigned long a, unsigned long b)' >>$dir/20-bad.conf
	reload
	logged "$dir/20-bad.conf:1: the class is not call"
	logged "$dir/20-bad.conf:2: a line has a class, a name and a prototype"
	logged "$dir/20-bad.conf:3: not a name"
	logged "$dir/20-bad.conf:4: no_such_symbol: this kernel has no such symbol"
	logged "$dir/20-bad.conf:5: init_task: is no function of the kernel's text"
	logged "$dir/20-bad.conf:6: start_kernel: is no function of the kernel's text"
	logged "$dir/20-bad.conf:7: ktime_get: is in the list that the module was built with"
	logged "$dir/20-bad.conf:8: gcd: is named twice"
	logged "$dir/20-bad.conf:9: lcm: more than 6 arguments"
	logged "$dir/20-bad.conf:10: lcm: the prototype is of another function"
	logged "$dir/20-bad.conf:11: lcm: a type is no integer or pointer"
	logged "$dir/20-bad.conf:12: a leaf is code of the image, not of the kernel; write call"
	logged "$dir: lines refused: 12, exports added: 4"
	says 72 "the good line among them, without a newline" lcm 36 24
	says 12 "another file's" gcd 36 24
}

bad_files()
{
	rm $dir/20-bad.conf
	echo 'call lcm unsigned long lcm(unsigned long a, unsigned long b)' >$dir/30-group.conf
	cp $dir/30-group.conf $dir/31-owner.conf
	cp $dir/30-group.conf $dir/not-a-conf
	printf 'call lcm\0' >$dir/33-binary.conf
	chmod 664 $dir/30-group.conf
	chown nobody $dir/31-owner.conf
	ln -s not-a-conf $dir/32-link.conf
	mkdir $dir/34-dir.conf
	reload
	logged "$dir/30-group.conf: not read, as it is not root's or others may write to it"
	logged "$dir/31-owner.conf: not read, as it is not root's or others may write to it"
	logged "$dir/32-link.conf: not read: a symbolic link (-40)"
	logged "$dir/33-binary.conf: not read: no text file (-22)"
	logged "$dir/34-dir.conf: not read: no text file (-22)"
	says $((before + 3)) "none of these, but the good file"
	chmod 777 $dir
	reload
	logged "$dir: not read, as $dir is not root's or others may write to it"
	says $before "a directory that anybody may write to"
	chmod 755 $dir
	for i in {1..64}; do
		touch "$dir/many-$i.conf"
	done
	reload
	logged "$dir: not read: more than 64 files (-7)"
	rm -r /etc/kml
	touch /etc/kml
	reload
	logged "$dir: not read: error (-20)"
	says $before "the module is there in spite of it"
	rm /etc/kml
}

# Two static functions of one name: nobody knows which one the line means.
ambiguous()
{
	local name

	name=$(awk '$2 ~ /[tT]/ && !$4 && $3 ~ /^[a-z][a-z0-9_]*$/ && length($3) < 40 { n[$3]++ } !$4 && $2 !~ /[tT]/ { n[$3] = 9 }
		END { for (i in n) if (n[i] == 2) print i }' /proc/kallsyms | sort | head -n 1)
	mkdir -p $dir
	echo "call $name int $name(void)" >$dir/40-twice.conf
	reload
	logged "$dir/40-twice.conf:1: $name: this kernel has several symbols of that name"
	out=$log
	[[ $log =~ "$name: 2 symbols, among them _stext+0x"[0-9a-f]+" and _stext+0x"[0-9a-f]+ ]]
	result $? "and where they are"
	[ "$(grep -c . /sys/kernel/kml/exports)" = $before ]
	result $? "it is not offered"
}

# Who made the link, and what it will point to, nobody has checked.
linked()
{
	mkdir -p $dir
	echo 'call lcm unsigned long lcm(unsigned long a, unsigned long b)' >$dir/10-good.conf
	mv /etc/kml /etc/kml-real
	ln -s kml-real /etc/kml
	reload
	logged "$dir: not read: a symbolic link (-40)"
	says $before "/etc/kml is a link: not read"
	rm /etc/kml
	mkdir /etc/kml
	ln -s ../kml-real/exports.d $dir
	reload
	logged "$dir: not read: a symbolic link (-40)"
	says $before "exports.d is a link: not read"
	rm -r /etc/kml /etc/kml-real
}

odd_names()
{
	mkdir -p $dir
	echo 'call lcm unsigned long lcm(unsigned long a, unsigned long b)' >$dir/$'a\nkml: b.conf'
	reload
	logged "$dir/a\\nkml: b.conf: not read, as its name has other characters than A-Z a-z 0-9 . _ -"
	says $before "a name with a line break: not read"
	rm -r /etc/kml
}

ktap_start
umask 022
mkdir -p $dir
before=$(grep -c . /sys/kernel/kml/exports)
good_lines
bad_lines
bad_files
ambiguous
linked
odd_names
reload
says $before "without the directory"
ktap_end
