# SPDX-License-Identifier: GPL-2.0-only
# The steps of the Debian guest: one function each, from a stock kernel to a system without a trace of the packages.
# shellcheck shell=bash

state=/root/kml-test
own=(kml-dkms kml-tools libkml-dev libkml1)
# of the two kernels, and the packages'
first='' second='' version=''
# shellcheck source=/dev/null
. /mnt/releases
all=("linux-image-$first" "linux-headers-$first" "linux-image-$second" "linux-headers-$second" "${own[@]}")

# quiet WHAT COMMAND...: the command succeeds; what it printed is shown otherwise
quiet()
{
	local what=$1
	shift

	out=$("$@" 2>&1)
	result $? "$what"
}

# says WHAT PATTERN COMMAND...: it prints something that matches
says()
{
	local what=$1 pattern=$2
	shift 2

	out=$("$@" 2>&1)
	# shellcheck disable=SC2053
	[[ $out == $pattern ]]
	result $? "$what"
}

# ends WHAT STATUS COMMAND...
ends()
{
	local what=$1 want=$2 status
	shift 2

	out=$("$@" 2>&1)
	status=$?
	out="status $status: $out"
	[ $status = "$want" ]
	result $? "$what"
}

install_packages()
{
	quiet "apt installs $*" apt-get install -y --no-install-recommends "$@"
}

# everything on this disk but what any use of a system writes: logs, caches, the package managers' own records, and the kernel
# postinst's and these steps' own
listing()
{
	find / -xdev \( -path $state -o -path /tmp -o -path /var/tmp -o -path /var/log -o -path /var/cache -o -path /var/lib/apt \
		-o -path /var/lib/dpkg -o -path /var/lib/systemd -o -path /mnt \) -prune -o -printf '%p %y %m %u %g\n' | sort
}

# as_worker COMMAND...: an ordinary user's process
as_worker()
{
	runuser -u worker -- "$@"
}

settled()
{
	local failed

	timeout 300 systemctl is-system-running --wait
	failed=$(systemctl --failed --plain --no-legend)
	[ -z "$failed" ] || { echo "$failed"; systemctl status --no-pager --failed; return 1; }
}

# built_for RELEASE
built_for()
{
	says "dkms installed the module for $1" "*kml-mod*$1*: installed*" dkms status -k "$1"
	says "that file is for $1" "$1 *" modinfo -k "$1" -F vermagic kml
	says "where DKMS puts it" "/lib/modules/$1/updates/dkms/kml.ko*" modinfo -k "$1" -F filename kml
}

step_system()
{
	says "systemd is the init" systemd cat /proc/1/comm
	quiet "no unit failed" settled
	says "no module kml here" "*not found*" modinfo kml
}

step_install()
{
	mkdir -p $state
	listing >$state/files.before
	cp /etc/passwd /etc/group $state
	quiet "apt reads the archive" apt-get update
	install_packages "linux-image-$first" "linux-headers-$first" "${own[@]}"
	says "all of version $version" "$version $version $version $version " dpkg-query -W -f '${Version} ' "${own[@]}"
	says "/trusted is root's alone" "755 root root" stat -c '%a %U %G' /trusted
	quiet "manual pages are there" test -e /usr/share/man/man8/kml.8.gz -a -e /usr/share/man/man7/kml.7.gz
}

step_dkms()
{
	built_for "$first"
	# dkms status complains of a broken pipe of its own now and then
	says "nothing is for the stock kernel" "" sh -c "dkms status 2>/dev/null | grep -v $first"
}

# What the administrator does: a configuration, a program.
step_trust()
{
	local flags

	echo kml >/etc/modules-load.d/kml.conf
	read -ra flags < <(pkg-config --cflags --libs kml)
	quiet "a program, by pkg-config" gcc -O2 -Wall -Werror -o $state/hello /mnt/hello.c "${flags[@]}"
	quiet "the same, static" gcc -O2 -static -o $state/hello-static /mnt/hello.c "${flags[@]}"
	quiet "kml trust" kml trust $state/hello
	quiet "kml trust, static" kml trust $state/hello-static
	sha256sum /trusted/hello /trusted/hello-static >$state/programs
	ends "kml status: not with this kernel" 1 kml status
	ends "on the stock kernel it is an ordinary program" 3 as_worker /trusted/hello
}

# runs_on RELEASE: all that is to work on an installed kernel
runs_on()
{
	says "the installed kernel runs" "$1" uname -r
	quiet "no unit failed" settled
	# before anything here could have
	quiet "the module is loaded" test -d /sys/module/kml
	says "systemd did it" "*Inserted module 'kml'*" journalctl -b -t systemd-modules-load --no-pager
	quiet "kml status" kml status
	quiet "the programs are those of the first day" sha256sum -c $state/programs
	for program in hello hello-static; do
		says "$program: an ordinary user's, at kernel privilege" "uid $(id -u worker) cpl 0*privileged: called*" as_worker /trusted/$program
		ends "$program ends with 0" 0 as_worker /trusted/$program
	done
	says "as a service with User=worker" "uid $(id -u worker) cpl 0*privileged: called*" \
		systemd-run --quiet --wait --pipe --uid=worker /trusted/hello
	install -m 755 /trusted/hello /home/worker/hello
	ends "the same file elsewhere is an ordinary program" 3 as_worker /home/worker/hello
	rm /home/worker/hello
}

step_first()
{
	runs_on "$first"
}

step_upgrade()
{
	says "one kernel so far" "$first" ls /lib/modules
	install_packages "linux-image-$second" "linux-headers-$second"
	built_for "$second"
	built_for "$first"
}

step_second()
{
	runs_on "$second"
}

step_remove()
{
	quiet "apt purges kml-tools" apt-get purge -y kml-tools
	quiet "/trusted stays, as there is something in it" test -x /trusted/hello
	install_packages kml-tools
	rm /trusted/hello /trusted/hello-static
	quiet "kml unload" kml unload
	quiet "apt removes all" apt-get remove -y "${all[@]}"
	says "no module is left" "" sh -c "find /lib/modules -name 'kml*' 2>/dev/null"
	says "nor a directory of updates" "" sh -c "ls -d /lib/modules/*/updates 2>/dev/null"
	quiet "nor DKMS's tree" test ! -e /var/lib/dkms/kml-mod
	says "dkms knows nothing" "" sh -c "dkms status 2>/dev/null"
	quiet "/trusted stays until the purge" test -d /trusted
}

step_purge()
{
	quiet "apt purges all" apt-get purge -y "${all[@]}"
	quiet "/trusted is gone" test ! -e /trusted
	says "the configuration is the administrator's" kml cat /etc/modules-load.d/kml.conf
	rm /etc/modules-load.d/kml.conf
	quiet "no user came" cmp /etc/passwd $state/passwd
	quiet "no group came" cmp /etc/group $state/group
	listing >$state/files.after
	quiet "every file is gone, every other as it was" diff $state/files.before $state/files.after
	says "dpkg knows none of them" "" sh -c "dpkg-query -W -f '\${Package} ' 2>/dev/null | tr ' ' '\n' | grep -E 'kml' || :"
}
