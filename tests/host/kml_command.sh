#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kml command without KML: its command line, what it says of crafted trees and odd files, and its manual page.

. "$(dirname "$0")/../lib/common.sh"
. "$TOP/tests/common/ktap.sh"
. "$TOP/tests/common/tool.sh"

# a status that is not 0 is what many of these look for
set +e +o pipefail
# the files of a tree must be root's; a user is root of a namespace of his own
if [ "$(id -u)" != 0 ]; then
	unshare -Ur true 2>/dev/null && exec unshare -Ur bash "$0"
	echo "1..0 # SKIP needs root, or user namespaces"
	exit 4
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
export PATH=$work/bin:$PATH

# json_is WHAT PYTHON COMMAND...: valid, and the expression on "j" is true
json_is()
{
	local what=$1 expression=$2
	shift 2

	out=$("$@" 2>&1 | tee "$work/json" | python3 -m json.tool 2>&1 >/dev/null && python3 -c "import json
j = json.load(open('$work/json'))
if not ($expression): raise SystemExit(json.dumps(j))" 2>&1)
	result $? "$what"
}

build()
{
	out=$(make -s -C "$TOP/userlib" tools measure TOOLS=yes O="$work/build" 2>&1)
	result $? "builds"
	out=$(make -s -f tools/Makefile -C "$TOP/userlib" install O="$work/build/tools" DESTDIR="$work/root" PREFIX=/usr 2>&1
		cd "$work/root" && find . -type f | sort | tr '\n' ' ')
	[ "$out" = "./usr/bin/kml ./usr/share/bash-completion/completions/kml ./usr/share/man/man8/kml.8 " ]
	result $? "installs"
	ln -s "$work/root/usr/bin" "$work/bin"
	# a compiler for which these libraries are not there
	ends 0 "left out where libkmod is missing" "the kml command is not built: no libkmod" -- \
		make -s -C "$TOP/userlib" tools O="$work/none" CC="gcc -nostdinc"
	ends 2 "an error where it is asked for" "the kml command is not built: no libkmod" -- \
		make -s -C "$TOP/userlib" tools O="$work/none" CC="gcc -nostdinc" TOOLS=yes
	out=$(make -s -C "$TOP/userlib" tools O="$work/asan" TOOLS=yes LDFLAGS=-fsanitize=address,undefined \
		CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all" 2>&1)
	result $? "builds with sanitizers"
}

command_line()
{
	local command

	ends 2 "no command" "usage: kml COMMAND" -- kml
	ends 0 "--help" "usage: kml COMMAND" -- kml --help
	ends 0 "--version" "kml $KML_VERSION" -- kml --version
	ends 3 "output that cannot be written" "No space left on device" -- sh -c 'kml --help >/dev/full'
	ends 2 "unknown command" "no such command: frob" -- kml frob
	for command in status exports check trust run latency load unload; do
		ends 0 "$command --help" "usage: kml $command" -- kml $command --help
		ends "$([ $command = run ] && echo 125 || echo 2)" "$command: unknown option" "no such option: --frob" -- kml $command --frob
		out=$(grep -c "^\.SS kml .*$command" "$TOP/userlib/man/kml.8")
		[ "$out" -ge 1 ]
		result $? "$command is in the manual page"
		out=$(COMP_WORDS=(kml "$command") COMP_CWORD=1; . "$TOP/userlib/tools/completion/kml.bash"; _kml; echo "${COMPREPLY[*]}")
		[ "$out" = $command ]
		result $? "$command is completed"
	done
	ends 2 "check: argument missing" "an argument is missing" -- kml check
	ends 125 "run: argument missing" "an argument is missing" -- kml run
	ends 2 "status: too many arguments" "too many arguments, from a" -- kml status a b
	ends 2 "root: value missing" "a value is missing after --root" -- kml check --root
	ends 2 "a value that is no number" "no number, or out of bounds: 1x" -- kml latency --loops 1x
	ends 125 "run: a priority that there is not" "no number, or out of bounds: 100" -- kml run --fifo 100 x
	out=$(COMP_WORDS=(kml latency --cpu 1 ha) COMP_CWORD=4; . "$TOP/userlib/tools/completion/kml.bash"; _kml; echo "${COMPREPLY[*]}")
	[ "$out" = handler ]
	result $? "latency: a way to wait is completed"
	out=$(cd / && COMP_WORDS=(kml run --cpu 1 --mlock /et) COMP_CWORD=5; . "$TOP/userlib/tools/completion/kml.bash"; _kml; echo "${COMPREPLY[*]}")
	[ "$out" = /etc ]
	result $? "run: a program is completed behind options"
	ends 2 "load: no JSON" "no such option: --json" -- kml load --json
	ends 2 "trust: bad name" "is no name for a program" -- kml trust /bin/true ../true
	ends 2 "trust: name with a dot" "is no name for a program" -- kml trust /bin/true .true
	out=$(mandoc -T lint -W warning "$TOP/userlib/man/kml.8" 2>&1)
	[ -z "$out" ]
	result $? "mandoc finds nothing in the manual page"
}

without_kml()
{
	if [ -e /sys/module/kml ]; then
		skip "a kernel without KML" "this kernel has it"
		return
	fi
	ends 1 "status" "has no KML" "boot one with CONFIG_KERNEL_MODE_LINUX" "not loaded" -- kml status
	json_is "status: JSON" "j['ready'] is False and j['kernel']['kml'] is False and j['module']['state'] == 'absent' and j['processes'] == []" \
		kml status --json
	ends 3 "exports" "module not loaded" -- kml exports
	ends 1 "check" "the module kml is not loaded" -- kml check /bin/true
	json_is "check: JSON" "j['privileged'] is False and j['kernel_log'] is None and len(j['reasons']) >= 2" kml check --json /bin/true
	ends 126 "run" "the module kml is not loaded" -- kml run /bin/true
	ends 127 "run: no such file" "cannot be reached: No such file" -- kml run /nonexistent
	ends 0 "unload: nothing to do" "not loaded" -- kml unload
	ends 1 "load" "no module for kernel $(uname -r): dkms install $KML_NAME/$KML_VERSION -k $(uname -r)" -- kml load
}

# kml latency of an ordinary program takes no KML, but root is told that there is no /trusted for the other; tests/common/kml_latency.sh
# has the rest
latency()
{
	local kml=$work/asan/tools/kml

	mkdir -p "$work/asan/libexec/kml"
	ln -s "$work/build/measure/latency" "$work/asan/libexec/kml"
	json_is "latency: an ordinary program" "[(c['count'], c['problem'], sum(h['count'] for h in c['histogram'])) for c in j['measurements'] \
if not c['privileged']] == [(50, None, 50)] and j['loops'] == 50" sh -c '"$@" 2>/dev/null' sh "$kml" latency --json --fifo 0 --loops 50 trap
	ends 1 "latency: for people" "clock source: " "trap    ordinary  " "trap    privileged " "# Total: 000000020 000000000" -- \
		"$kml" latency --fifo 0 --loops 20 --histogram 3 trap
	ends 2 "latency: a picture that is none" "is neither a .png nor a .svg" -- "$kml" latency --plot x.gif
	rm "$work/asan/libexec/kml/latency"
	ends 1 "latency: not installed whole" "libexec/kml/latency: No such file" -- "$kml" latency --fifo 0 --loops 20 trap
}

# says WHAT [PATTERN...] -- PROGRAM: it would not run, for these reasons
says()
{
	ends 1 "${@:1:$#-1}" kml check --root "$tree" "${!#}"
}

# fits WHAT [PATTERN...] -- PROGRAM: it would run
fits()
{
	ends 0 "${@:1:$#-1}" kml check --root "$tree" "${!#}"
}

make_tree()
{
	local file

	mkdir -p "$tree"/{etc,lib64,usr/lib,trusted/sub/lib,sys/kernel/kml}
	printf '%-40s %-7s %08x %-5s %016x %08x\n' ktime_get leaf 1 crc 255 17 msleep call 2 proto 0 2 rdtsc_ordered leaf 3 none 0 3 \
		>"$tree/sys/kernel/kml/exports"
	cat >"$work/vdso.c" <<-'C'
	long ktime_get(void) { return 0; }
	long msleep(void) { return 0; }
	long rdtsc_ordered(void) { return 0; }
	long gone(void) { return 0; }
	C
	echo 'KML_1 { global: *; };' >"$work/vdso.map"
	gcc -shared -nostdlib -Wl,-soname,linux-vdso.so.1 -Wl,--version-script="$work/vdso.map" -o "$work/kml-vdso.so" "$work/vdso.c"
	echo 'long f(void) { return 0; }' >"$work/lib.c"
	gcc -shared -nostdlib -Wl,-soname,libf.so.1 -o "$work/libf.so.1" "$work/lib.c"
	echo 'long ktime_get(void), msleep(void); void _start(void) { ktime_get(); msleep(); }' >"$work/both.c"
	echo 'long rdtsc_ordered(void), gone(void); void _start(void) { rdtsc_ordered(); gone(); }' >"$work/gone.c"
	echo 'long f(void); void _start(void) { f(); }' >"$work/uses.c"
	for file in both gone; do
		gcc -nostdlib -o "$tree/trusted/$file" "$work/$file.c" "$work/kml-vdso.so"
	done
	# shellcheck disable=SC2016
	gcc -nostdlib -Wl,-rpath,'$ORIGIN/lib' -o "$tree/trusted/sub/uses" "$work/uses.c" "$work/libf.so.1"
	cp "$tree/trusted/sub/uses" "$tree/trusted/uses"
	echo 'void _start(void) { }' >"$work/static.c"
	gcc -static -nostdlib -o "$tree/trusted/static" "$work/static.c"
	# its kernel would be asked for it: any ELF file of this machine will do
	cp "$work/libf.so.1" "$tree/lib64/ld-linux-x86-64.so.2"
	cp "$work/libf.so.1" "$tree/trusted/sub/lib"
}

trees()
{
	make_tree
	fits "static program" "static" -- /trusted/static
	fits "by a bare name" -- static
	fits "program linked against the vDSO" "2 exports" -- both
	says "unknown export" "export gone is not known to the loaded module" "warning: export rdtsc_ordered is not offered" -- gone
	fits "library by RUNPATH and ORIGIN" "1 libraries" -- /trusted/sub/uses
	says "library not found" "library libf.so.1 is not found: /trusted/uses needs it" -- uses
	cp "$work/libf.so.1" "$tree/usr/lib"
	fits "library in a usual directory" -- uses
	mkdir "$tree/opt" && mv "$tree/usr/lib/libf.so.1" "$tree/opt"
	echo /opt >"$tree/etc/ld.so.conf"
	/sbin/ldconfig -r "$tree" 2>/dev/null
	fits "library by the cache" -- uses
	chmod g+w "$tree/opt"
	says "library that others may change" "/opt/libf.so.1, which it would load, must not be mapped: /opt is writable by others" -- uses
	chmod g-w "$tree/opt"
	printf '%064d' 0 >"$tree/opt/libf.so.1"
	says "library that is none" "libf.so.1 is not found" -- uses
	cp "$work/libf.so.1" "$tree/opt"
	mv "$tree/lib64/ld-linux-x86-64.so.2" "$work"
	says "no dynamic linker" "is the dynamic linker that it asks for: No such file" -- uses
	mv "$work/ld-linux-x86-64.so.2" "$tree/lib64"
	ln -s /trusted/static "$tree/link"
	fits "absolute link, in the tree" -- /link
	says "outside of /trusted" "/lib64/ld-linux-x86-64.so.2 is not in /trusted" -- /lib64/ld-linux-x86-64.so.2
	chmod g+w "$tree/trusted/static"
	says "writable file" "/trusted/static is writable by others than root: chmod go-w /trusted/static" -- static
	chmod g-w "$tree/trusted/static"
	chmod o+w "$tree/trusted/sub"
	says "writable directory" "/trusted/sub is writable by others than root" -- /trusted/sub/uses
	chmod o-w "$tree/trusted/sub"
	if chown 1 "$tree/trusted/static" 2>/dev/null; then
		says "file of somebody" "/trusted/static is not owned by root: install it anew with kml trust" -- static
		chown 0 "$tree/trusted/static"
	else
		skip "file of somebody" "one user in this namespace"
	fi
	exec 8>>"$tree/trusted/static"
	says "open for writing" "/trusted/static is open for writing" -- static
	exec 8>&-
	mkdir -p "$tree/sys/module/kml/parameters" "$tree/opt/kml"
	echo /opt/kml >"$tree/sys/module/kml/parameters/trusted"
	cp "$tree/trusted/static" "$tree/opt/kml"
	fits "another directory" "/opt/kml/static: would run" -- static
	echo /opt/kml/ >"$tree/sys/module/kml/parameters/trusted"
	fits "a slash at its end" "/opt/kml/static: would run" -- static
	says "/trusted is not that" "/trusted/static is not in /opt/kml" -- /trusted/static
	ends 0 "trust: another directory" "installed $tree/opt/kml/again" -- kml trust --root "$tree" "$tree/trusted/static" again
	rm -r "$tree/sys/module" "$tree/opt/kml"
	chmod a-x "$tree/trusted/static"
	says "not executable" "may not be executed by this user" -- static
	chmod a+x "$tree/trusted/static"
}

# record NAME FLAGS PROTOTYPE CRC STUB: as libkml's stubs and KML_RECORD() leave it in a program
record()
{
	printf 'asm(".pushsection kml_records,\\"a\\"; .balign 8; 1: .long 2f-1b, %s, %s, %s, %s; .asciz \\"%s\\"; .balign 8; 2: .popsection");\n' \
		"$2" "$3" "$4" "$5" "$1"
}

# recorded RECORD...: a static program that has them
recorded()
{
	{ printf '%s\n' "$@"; echo 'void _start(void) { }'; } >"$work/recorded.c"
	gcc -static -nostdlib -o "$tree/trusted/recorded" "$work/recorded.c"
}

records()
{
	recorded "$(record ktime_get 1 17 1 0)" "$(record msleep 0 2 0 4)"
	fits "built against what is offered" "static, 2 exports" -- recorded
	recorded "$(record msleep 0 99 0 4)"
	fits "changed prototype, with a stub" \
		"warning: export msleep: built against prototype 0x00000063, the kernel offers 0x00000002: build the program again" -- recorded
	recorded "$(record ktime_get 0 18 0 0)"
	says "changed prototype, without a stub" "export ktime_get: built against prototype 0x00000012, the kernel offers 0x00000011" -- recorded
	recorded "$(record ktime_get 1 17 9 0)"
	says "changed CRC" "export ktime_get: built against crc 0x00000009, the kernel offers 0x00000001" -- recorded
	recorded "$(record msleep 1 2 9 0)"
	fits "a CRC on one side only" "1 exports" -- recorded
	recorded "$(record gone 0 1 0 4)"
	fits "unknown export, with a stub" "warning: export gone is not known to the loaded module: calling it returns -ENOSYS" -- recorded
	recorded "$(record msleep 0 2 0 4 | sed 's/2f-1b/4096/')"
	says "a record that is too long" "its section kml_records makes no sense" -- recorded
	recorded "$(record msleep 0 2 0 4 | sed 's/2f-1b/16/')"
	says "a record without a name" "its section kml_records makes no sense" -- recorded
	recorded "$(record ktime_get 1 17 1 0)" "$(record msleep 0 2 0 4)"
}

formats()
{
	local file=$tree/trusted/odd

	printf '#! /bin/sh -e\n' | install -m 755 /dev/stdin "$file"
	says "script" "is a script: scripts are not privileged: start '/bin/sh' with the script as argument" -- odd
	printf '#!\n' | install -m 755 /dev/stdin "$file"
	says "script without an interpreter" "names no interpreter" -- odd
	install -m 755 /dev/null "$file"
	says "empty file" "it is empty" -- odd
	echo text | install -m 755 /dev/stdin "$file"
	says "text" "neither an ELF program nor a script" -- odd
	says "directory" "is not a regular file" -- /trusted/sub
	# e_machine, e_type and EI_CLASS
	set_bytes '\003\000' 18
	says "i386" "32-bit and x32 programs cannot be privileged; build it for x86_64" -- odd
	set_bytes '\050\000' 18
	says "ARM" "built for another kind of machine" -- odd
	set_bytes '\001\000' 16
	says "object file" "it is not linked" -- odd
	set_bytes '\001' 4
	says "x32" "32-bit and x32 programs cannot be privileged" -- odd
	# e_phnum
	set_bytes '\000\000' 56
	says "no program headers" "no program headers" -- odd
	gcc -nostdlib -o "$file" "$work/both.c" "$work/kml-vdso.so"
	# e_shoff, e_shnum and e_shstrndx
	for at in 40 60; do
		printf '\000\000\000\000' | dd of="$file" bs=1 seek=$at conv=notrunc status=none
	done
	fits "no section headers" "warning: /trusted/odd has no section headers" -- odd
	rm "$file"
}

# set_bytes BYTES OFFSET: a program that differs there
set_bytes()
{
	install -m 755 "$tree/trusted/static" "$tree/trusted/odd"
	# shellcheck disable=SC2059
	printf "$1" | dd of="$tree/trusted/odd" bs=1 seek="$2" conv=notrunc status=none
}

# Names and contents that are no text, JSON all the same.
json()
{
	local name=$'a\n"\\\t\001\xc3\xa4\xff\xed\xa0\x80\xf0\x9f\x98\x80'

	cp "$tree/trusted/static" "$tree/trusted/$name"
	json_is "odd name" "j['privileged'] and j['program'] == '/trusted/a\\n\"\\\\\\t\\x01\\u00e4' + 4 * '\\ufffd' + '\\U0001f600'" \
		kml check --json --root "$tree" "$name"
	ends 0 "no control character of a name is printed" 'a\?"\\\?' -- kml check --root "$tree" "$name"
	rm "$tree/trusted/$name"
	json_is "exports" "[(e['name'], e['class'], e['version'], e['version_of'], e['address']) for e in j] == \
[('ktime_get', 'leaf', '0x00000001', 'crc', '0xff'), ('msleep', 'call', '0x00000002', 'proto', None), \
('rdtsc_ordered', 'leaf', None, 'none', None)] and j[0]['prototype'] == '0x00000011'" kml exports --json --root "$tree"
	ends 0 "exports: pattern" "msleep" -- kml exports --root "$tree" 'm*'
	ends 1 "exports: none" "no export matches 'x\*'" -- kml exports --root "$tree" 'x*'
	cp "$tree/sys/kernel/kml/exports" "$work/exports"
	{ cat "$work/exports"; echo junk; } >"$tree/sys/kernel/kml/exports"
	ends 3 "exports: a line of junk" "is not understood" -- kml exports --root "$tree"
	{ printf '\0'; cat "$work/exports"; } >"$tree/sys/kernel/kml/exports"
	ends 3 "exports: no text" "is not understood" -- kml exports --root "$tree"
	cp "$work/exports" "$tree/sys/kernel/kml/exports"
	json_is "check" "sorted(j['exports']) == ['ktime_get', 'msleep'] and j['libraries'] == [] and j['machine'] == '64-bit x86-64' \
and j['interpreter'] == '/lib64/ld-linux-x86-64.so.2'" kml check --json --root "$tree" both
	json_is "check: nothing is known of a missing tree" "j['privileged'] is None and j['unknown'][0]['path'] == '/nonexistent'" \
		kml check --json --root /nonexistent static
}

# Damaged programs and caches, under sanitizers: an answer, and always JSON.
damage()
{
	out=$(python3 - "$work/asan/tools/kml" "$tree" 2>&1 <<-'PY'
	import json, os, random, struct, subprocess, sys
	kml, tree = sys.argv[1:]
	random.seed(4)
	env = dict(os.environ, ASAN_OPTIONS="exitcode=99:detect_leaks=1", UBSAN_OPTIONS="exitcode=99")
	cache = tree + "/etc/ld.so.cache"
	intact = open(cache, "rb").read()
	def ask(what):
	    p = subprocess.run([kml, "check", "--json", "--root", tree, "odd"], capture_output=True, env=env, timeout=20)
	    try:
	        assert p.returncode in (0, 1, 3)
	        json.loads(p.stdout.decode())
	    except Exception as e:
	        sys.exit(f"{what}: {p.returncode} {e!r} {p.stderr.decode()[:3000]}")
	def put(path, data):
	    with open(path, "wb") as f:
	        f.write(data)
	    os.chmod(path, 0o755)
	def mutate(data):
	    data = bytearray(data)
	    for _ in range(random.choice((1, 1, 2, 8))):
	        # headers, tables at the end, anywhere
	        at = random.choice((random.randrange(min(len(data), 800)), len(data) - 1 - random.randrange(min(len(data), 2500)),
	                            random.randrange(len(data))))
	        n = random.choice((1, 1, 2, 4, 8))
	        value = random.choice((0, 1, 0x7f, 0x80, 0xff, random.randrange(256)))
	        data[at:at + n] = bytes([value]) * len(data[at:at + n])
	    return bytes(data[:random.randrange(len(data))] if random.random() < 0.15 else data)
	count = 0
	for name in ("both", "sub/uses", "static", "recorded"):
	    data = open(f"{tree}/trusted/{name}", "rb").read()
	    for i in range(150):
	        put(tree + "/trusted/odd", mutate(data))
	        ask(f"{name} {i}")
	        count += 1
	put(tree + "/trusted/odd", open(tree + "/trusted/uses", "rb").read())
	for i in range(60):
	    put(cache, mutate(intact))
	    ask(f"cache {i}")
	    count += 1
	put(cache, intact)
	os.unlink(tree + "/trusted/odd")
	print(count)
	PY
	)
	[ "$out" = 660 ]
	result $? "660 damaged programs and caches"
}

trust()
{
	local pid

	install -m 777 "$tree/trusted/static" "$work/prog"
	ends 0 "trust" "installed $tree/trusted/prog" -- kml trust --root "$tree" "$work/prog"
	out=$(stat -c '%u:%g %a' "$tree/trusted/prog")
	[ "$out" = "0:0 755" ]
	result $? "trust: owner and mode"
	ends 0 "trust: another name" "installed $tree/trusted/name" -- kml trust --root "$tree" "$work/prog" name
	printf '#!/bin/sh\n' >"$work/script"
	ends 1 "trust: script" "is a script: scripts are not privileged; trust its interpreter /bin/sh" -- kml trust --root "$tree" "$work/script" name
	ends 1 "trust: directory" "is not a regular file" -- kml trust --root "$tree" "$work" name
	ends 1 "trust: no such file" "No such file" -- kml trust --root "$tree" "$work/nonexistent" name
	set_bytes '\003\000' 18
	mv "$tree/trusted/odd" "$work/i386"
	ends 1 "trust: 32-bit" "32-bit and x32 programs cannot be privileged" -- kml trust --root "$tree" "$work/i386" name
	ends 1 "trust: over a directory" "Is a directory" -- kml trust --root "$tree" "$work/prog" sub
	chmod g+w "$tree/trusted"
	ends 1 "trust: writable directory" "/trusted is writable by others than root" -- kml trust --root "$tree" "$work/prog" name
	chmod g-w "$tree/trusted"
	mkdir "$work/empty" "$work/linked"
	ends 1 "trust: no directory" "install -d -o root -g root -m 755" -- kml trust --root "$work/empty" "$work/prog"
	ln -s "$tree/trusted" "$work/linked/trusted"
	ends 1 "trust: a link in the directory's place" "not a directory" -- kml trust --root "$work/linked" "$work/prog"
	out=$(ulimit -f 1; kml trust --root "$tree" /bin/bash name 2>&1)
	[[ $out == *"not installed"*"File too large"* ]]
	result $? "trust: no room"
	cp "$work/prog" "$work/large"
	truncate -s 3G "$work/large"
	kml trust --root "$tree" "$work/large" name >"$work/log" 2>&1 &
	pid=$!
	for _ in {1..100}; do
		[ -z "$(find "$tree/trusted" -name '.name.kml*')" ] || break
		sleep 0.02
	done
	kill $pid
	wait $pid
	out="status $?, $(cat "$work/log")"
	[[ $out == "status 1, "*"not installed"*"Interrupted"* ]]
	result $? "trust: interrupted"
	cmp -s "$work/prog" "$tree/trusted/name"
	result $? "trust: the old program is still there"
	out=$(find "$tree/trusted" -name '.*')
	[ -z "$out" ]
	result $? "trust: nothing is left behind"
}

ktap_start
build
command_line
without_kml
latency
trees
records
formats
json
damage
trust
ktap_end
