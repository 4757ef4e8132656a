#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Bad pointers in functions that /etc/kml/exports.d names, which nobody has looked at: the kernel's own memcpy(), memset(), strnlen().
# run: root-sh

. "$(dirname "$0")/ktap.sh"

dir=/etc/kml/exports.d

reload()
{
	local tries=0

	until out=$(modprobe -r kml 2>&1) || [ $tries = 20 ]; do
		tries=$((tries + 1))
		sleep 0.2
	done
	out=$(modprobe kml 2>&1)
}

ktap_start
umask 022
mkdir -p $dir
cat >$dir/bad.conf <<-'END'
call strnlen unsigned long strnlen(const char *s, unsigned long count)
call memcpy void *memcpy(void *dest, const void *src, unsigned long n)
call memset void *memset(void *s, int c, unsigned long n)
call memchr_inv void *memchr_inv(const void *s, int c, unsigned long n)
END
reload
result $? "modprobe with $(grep -c . $dir/bad.conf) more exports"
/trusted/common/gate_bad_extra >/tmp/gate_bad_extra 2>&1
out=$(cat /tmp/gate_bad_extra)
[ "$out" = right ]
result $? "bad pointers to them"
rm -r /etc/kml /tmp/gate_bad_extra
reload
result $? "modprobe without"
ktap_end
